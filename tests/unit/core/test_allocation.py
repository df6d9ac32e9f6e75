"""What a claim comes to, over lines, gifts, bundles, shipping, deposits and payments."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refund_core.allocation import PIECE_REASONS, ShippingRule, allocate_claim, keeps_deposit, shipping_rule
from refund_core.cases import SHIPPING
from refund_core.circumstances import Phase
from refund_core.claims import ClaimLine, Reason
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import LineUse, OrderFacts, OrderUse, PastRefund, Payment, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, facts, line, order, parcel


def ask(*lines: tuple[str, int]) -> list[ClaimLine]:
    return [ClaimLine(line_no, quantity) for line_no, quantity in lines]


def refused(about: OrderFacts, *lines: tuple[str, int]) -> ClaimRefused:
    with pytest.raises(ClaimRefused) as caught:
        allocate_claim(about, ask(*lines))
    return caught.value


def use(about: OrderFacts, *lines: LineUse, shipping: int = 0) -> OrderFacts:
    return replace(about, use=OrderUse(lines, shipping=(LineUse(SHIPPING, refunded_minor=shipping),)))


def test_a_piece_costs_its_share_of_the_discounted_line() -> None:
    about = facts(order(line("1", 2, 5900, discount=300)))

    assert allocate_claim(about, ask(("1", 1))).total == Money(5750, "CNY")


def test_the_last_piece_carries_the_rounding() -> None:
    about = facts(order(line("1", 3, 100, discount=100)))

    first = allocate_claim(about, ask(("1", 1))).total.minor
    rest = allocate_claim(use(about, LineUse("1", 1, first)), ask(("1", 2))).total.minor

    assert (first, rest) == (66, 134)


@given(
    quantity=st.integers(1, 30),
    unit_price=st.integers(0, 9999),
    discount=st.integers(0, 9999),
    cuts=st.lists(st.integers(1, 10), max_size=40),
)
def test_any_sequence_of_partial_refunds_loses_no_cent(
    quantity: int, unit_price: int, discount: int, cuts: list[int]
) -> None:
    made = line("1", quantity, unit_price, discount=min(discount, quantity * unit_price))
    about = facts(order(made, shipping_fee=800))
    gone, goods, shipping = 0, 0, 0

    for cut in [*cuts, *[1] * quantity]:
        pieces = min(cut, quantity - gone)
        if pieces == 0:
            break
        part = allocate_claim(
            use(about, LineUse("1", gone, goods), shipping=shipping), ask(("1", pieces)), shipping=True
        )
        gone, goods, shipping = gone + pieces, goods + part.lines[0].amount.minor, shipping + part.shipping.minor

    assert (goods, shipping) == (made.paid, 800)


@given(st.data())
def test_claims_over_many_lines_add_up_to_what_was_captured(data: st.DataObject) -> None:
    prices = data.draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5000)), min_size=1, max_size=6))
    lines = [line(str(number), *price) for number, price in enumerate(prices)]
    about = facts(order(*lines, shipping_fee=data.draw(st.integers(0, 999))))
    left = {made.line_no: made.quantity for made in lines}
    gone: dict[str, LineUse] = {}
    shipping = 0

    while any(left.values()):
        chosen = [(no, data.draw(st.integers(1, pieces))) for no, pieces in left.items() if pieces]
        chosen = data.draw(st.lists(st.sampled_from(chosen), min_size=1, unique=True))
        part = allocate_claim(use(about, *gone.values(), shipping=shipping), ask(*chosen), shipping=ShippingRule.SHARE)
        shipping += part.shipping.minor
        for it in part.lines:
            before = gone.get(it.line_no, LineUse(it.line_no))
            gone[it.line_no] = LineUse(
                it.line_no, before.refunded_quantity + it.quantity, before.refunded_minor + it.amount.minor
            )
            left[it.line_no] -= it.quantity

    assert sum(it.refunded_minor for it in gone.values()) + shipping == about.order.payments[0].amount


def test_a_claim_beyond_what_is_left_is_refused_with_what_is_left() -> None:
    error = refused(use(facts(), LineUse("1", 1, 5900)), ("1", 2))

    assert (error.code, error.field, error.left) == ("quantity_beyond_left", "lines[0].quantity", 1)


def test_a_second_claim_on_one_line_is_refused_with_the_open_case() -> None:
    error = refused(use(facts(), LineUse("1", 0, 0, 1, 5900, "C1")), ("1", 1))

    assert (error.code, error.case_no) == ("line_in_open_claim", "C1")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "no_lines"),
        ([("9", 1)], "unknown_line"),
        ([("1", 1), ("1", 1)], "repeated_line"),
        ([("1", 0)], "quantity_beyond_left"),
        ([("1", 3)], "quantity_beyond_left"),
    ],
)
def test_what_the_order_does_not_hold_is_refused(lines: list[tuple[str, int]], code: str) -> None:
    assert refused(facts(), *lines).code == code


def test_a_line_that_is_gone_says_that_nothing_is_left() -> None:
    assert refused(use(facts(), LineUse("1", 2, 11800)), ("1", 1)).code == "nothing_left"


def test_a_refund_made_elsewhere_reduces_what_is_left() -> None:
    about = facts(order(line("1", 2, 5900), refunds=(PastRefund("x", "p-1", 5900, (("1", 1),)),)))

    assert allocate_claim(about, ask(("1", 1))).total.minor == 5900
    assert refused(about, ("1", 2)).left == 1


def test_a_refund_elsewhere_without_lines_reduces_the_payment() -> None:
    about = facts(order(line("1", 2, 5900), refunds=(PastRefund("x", "p-1", 10000),)))

    assert allocate_claim(about, ask(("1", 2))).total.minor == 1800


def test_our_own_refund_reported_back_is_not_counted_twice() -> None:
    ours = PastRefund("R1", "p-1", 5900, (("1", 1),), source="refundbot")
    about = use(facts(order(refunds=(ours,))), LineUse("1", 1, 5900))

    assert allocate_claim(about, ask(("1", 1))).total.minor == 5900


def test_a_gift_that_has_not_been_shipped_is_not_deducted() -> None:
    lines = (line("1", 1, 9900), line("2", 1, 0, gift_of="1", gift_value=1900))
    label = parcel(ShipmentStatus.LABEL_CREATED, NOW)

    assert allocate_claim(facts(order(*lines)), ask(("1", 1))).total.minor == 9900
    assert allocate_claim(facts(order(*lines, shipments=(label,))), ask(("1", 1))).total.minor == 9900
    assert allocate_claim(facts(delivered(NOW, *lines)), ask(("1", 1))).total.minor == 8000


def test_a_gift_that_is_kept_is_deducted_at_its_published_value() -> None:
    about = facts(delivered(NOW, line("1", 1, 9900), line("2", 1, 0, gift_of="1", gift_value=1900)))

    kept = allocate_claim(about, ask(("1", 1)))
    returned = allocate_claim(about, ask(("1", 1), ("2", 1)))

    assert (kept.total.minor, kept.lines[0].gift_deduction_minor) == (8000, 1900)
    assert returned.total.minor == 9900


def test_a_gift_returned_earlier_is_not_deducted() -> None:
    about = use(
        facts(delivered(NOW, line("1", 1, 9900), line("2", 1, 0, gift_of="1", gift_value=1900))),
        LineUse("2", 1, 0),
    )

    assert allocate_claim(about, ask(("1", 1))).total.minor == 9900


def test_a_gift_is_due_only_with_the_pieces_that_earned_it() -> None:
    about = facts(delivered(NOW, line("1", 2, 5000), line("2", 1, 0, gift_of="1", gift_value=1000)))

    assert allocate_claim(about, ask(("1", 1))).total.minor == 5000
    assert allocate_claim(use(about, LineUse("1", 1, 5000)), ask(("1", 1))).total.minor == 4000


def test_a_bundle_goes_back_whole_or_not_at_all() -> None:
    about = facts(order(line("1", 2, 5000, bundle_no="b"), line("2", 4, 500, bundle_no="b")))

    assert refused(about, ("1", 1)).code == "bundle_broken"
    assert refused(about, ("1", 1), ("2", 1)).code == "bundle_broken"
    assert allocate_claim(about, ask(("1", 1), ("2", 2))).total.minor == 6000


def test_the_sellers_fault_gives_back_the_goods_share_of_shipping() -> None:
    about = facts(order(line("1", 2, 5000), shipping_fee=801))

    assert allocate_claim(about, ask(("1", 2)), shipping=True).shipping.minor == 801
    assert allocate_claim(about, ask(("1", 1)), shipping=True).shipping.minor == 400
    assert allocate_claim(about, ask(("1", 2)), shipping=False).shipping.minor == 0


def test_unshipped_goods_give_back_shipping_with_the_last_of_them() -> None:
    about = facts(order(line("1", 2, 5000), shipping_fee=800))
    rule = shipping_rule(Reason.NO_LONGER_WANTED, Phase.UNSHIPPED)

    assert allocate_claim(about, ask(("1", 1)), shipping=rule).shipping.minor == 0
    assert allocate_claim(use(about, LineUse("1", 1, 5000)), ask(("1", 1)), shipping=rule).shipping.minor == 800


def test_shipping_stays_spent_when_a_customer_just_changes_their_mind() -> None:
    assert shipping_rule(Reason.NO_LONGER_WANTED, Phase.DELIVERED) is ShippingRule.KEPT
    assert shipping_rule(Reason.DAMAGED, Phase.DELIVERED) is ShippingRule.SHARE


def test_a_deposit_is_kept_when_the_buyer_backs_out_and_returned_when_the_seller_fails() -> None:
    deposit = Payment("p-1", "sandbox", 2000, 2000, kind="deposit", paid_at=NOW - 9 * DAY)
    final = Payment("p-2", "sandbox", 8000, 8000, kind="final", paid_at=NOW - 2 * DAY)
    about = facts(order(line("1", 1, 10000), payments=(deposit, final)))

    assert allocate_claim(about, ask(("1", 1)), keep_deposit=True).total.minor == 8000
    assert allocate_claim(about, ask(("1", 1)), keep_deposit=False).total.minor == 10000
    assert keeps_deposit(Reason.NO_LONGER_WANTED, Phase.UNSHIPPED)
    assert not keeps_deposit(Reason.LATE_SHIPPING, Phase.UNSHIPPED)
    assert not keeps_deposit(Reason.NO_LONGER_WANTED, Phase.DELIVERED)


def test_an_unpaid_order_comes_to_nothing() -> None:
    assert allocate_claim(facts(order(payments=())), ask(("1", 1))).total.is_zero()


@pytest.mark.parametrize("reason", sorted(PIECE_REASONS))
def test_a_faulty_piece_of_a_bundle_goes_alone_at_its_own_price(reason: Reason) -> None:
    about = facts(order(line("1", 2, 5000, bundle_no="b"), line("2", 4, 500, bundle_no="b")))

    allocation = allocate_claim(about, [ClaimLine("2", 3)], reason=reason)

    assert allocation.total.minor == 1500


def test_a_piece_without_a_price_of_its_own_does_not_go_alone() -> None:
    about = facts(order(line("1", 1, 5000, bundle_no="b"), line("2", 4, 0, bundle_no="b")))

    with pytest.raises(ClaimRefused, match="bundle_broken"):
        allocate_claim(about, [ClaimLine("1", 1)], reason=Reason.DAMAGED)


def test_without_a_fault_a_bundle_stays_together_whatever_its_pieces_cost() -> None:
    about = facts(order(line("1", 1, 5000, bundle_no="b"), line("2", 4, 500, bundle_no="b")))

    with pytest.raises(ClaimRefused, match="bundle_broken"):
        allocate_claim(about, [ClaimLine("1", 1)], reason=Reason.NO_LONGER_WANTED)
