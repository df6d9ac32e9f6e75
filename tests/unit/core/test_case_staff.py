"""What a person decides on a case, and what they may not."""

from dataclasses import replace

import msgspec
import pytest

from refund_core.case_customer import add_evidence, appeal
from refund_core.case_money import confirm
from refund_core.case_staff import StaffAction, StaffDecision, finish_replacement, staff_decide, take_over
from refund_core.cases import CaseState, RefundCase, RefundState
from refund_core.claims import ClaimLine, Reason, Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed, VersionStale
from refund_core.orders import Order, SettledBy
from tests.unit.core.shop import BUDGET, DAY, NOW, RAILS, claim, delivered, moment, offer_of, opened, order
from tests.unit.core.steps import LIMITS, agree, answer, decide_as_staff, open_at
from tests.unit.core.till import Till


def test_staff_approve_pays_by_the_original_route() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    assert case.state is CaseState.UNDER_REVIEW
    case = till.save(take_over(case, staff="Li", moment=moment(by="staff:Li", turn=4)))

    case = decide_as_staff(till, case, StaffAction.APPROVE)

    assert (case.state, till.reserved()) == (CaseState.REFUNDING, 5900)
    assert case.history[-1].by == "staff:Li"


def test_a_stale_version_is_refused_before_anything_is_built() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    stale = StaffDecision(StaffAction.APPROVE, case.version - 1)

    with pytest.raises(VersionStale):
        staff_decide(case, till.facts(), stale, rails=RAILS, moment=moment(by="staff:Li"))


def test_staff_may_grant_fewer_pieces_or_a_part_while_the_goods_stay() -> None:
    till = Till(delivered(NOW - DAY))
    case = till.save(opened(till.facts(), claim(("1", 2), reason=Reason.DAMAGED)))
    fewer = decide_as_staff(till, case, StaffAction.PARTIAL, lines=(ClaimLine("1", 1),))
    assert (fewer.allocation.total.minor, till.lines["1"].open_quantity) == (5900, 1)

    till = Till(delivered(NOW - DAY))
    case = till.save(opened(till.facts(), claim(("1", 2), reason=Reason.DAMAGED)))
    part = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=3000)
    assert answer(till, part, "succeeded", turn=6).state is CaseState.REFUNDED
    assert (till.lines["1"].refunded_quantity, till.lines["1"].refunded_minor) == (0, 3000)


def test_a_part_beyond_the_claim_is_refused() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="beyond_granted"):
        decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=5901)
    with pytest.raises(ClaimRefused, match="beyond_granted"):
        decide_as_staff(till, case, StaffAction.PARTIAL, shipping_minor=1)
    with pytest.raises(ClaimRefused, match="no_lines"):
        decide_as_staff(till, case, StaffAction.PARTIAL)


def test_staff_may_grant_less_for_a_line_than_it_comes_to_and_not_more() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    for amounts in ((("1", 5901),), (("1", -1),), (("9", 100),)):
        with pytest.raises(ClaimRefused):
            decide_as_staff(till, case, StaffAction.PARTIAL, lines=(ClaimLine("1", 1),), line_amounts=amounts)
    less = decide_as_staff(till, case, StaffAction.PARTIAL, lines=(ClaimLine("1", 1),), line_amounts=(("1", 1000),))

    assert (less.allocation.total.minor, less.refunds[0].amount.minor) == (1000, 1000)


@pytest.mark.parametrize("action", [StaffAction.APPROVE, StaffAction.PARTIAL, StaffAction.OFFER])
def test_compensation_beyond_the_merchants_limit_is_refused(action: StaffAction) -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    is_offer = action is StaffAction.OFFER
    way = Resolution.BALANCE if is_offer else Resolution.ORIGINAL_ROUTE
    piece = (ClaimLine("1", 1),)
    limit = RAILS.limits.compensation_minor["CNY"]

    with pytest.raises(ClaimRefused, match="beyond_granted") as refused:
        decide_as_staff(till, case, action, compensation_minor=limit + 1, lines=piece, resolution=way)
    decide_as_staff(till, case, action, compensation_minor=limit, lines=piece, resolution=way)

    assert (refused.value.field, refused.value.left) == ("compensation", limit)


def test_compensation_is_booked_apart_from_the_refund() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.APPROVE, compensation_minor=1200)

    assert (till.balance("wallet:c-1001"), till.balance("compensation"), till.reserved()) == (1200, -1200, 5900)


def test_a_rejection_by_staff_needs_a_reason() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="no_reason"):
        decide_as_staff(till, case, StaffAction.REJECT)
    case = decide_as_staff(till, case, StaffAction.REJECT, reason_code="used")

    assert (case.state, till.lines["1"].open_case_no) == (CaseState.REJECTED, None)


def test_balance_without_the_customers_word_is_refused_to_staff_too() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="no_consent"):
        decide_as_staff(till, case, StaffAction.APPROVE, resolution=Resolution.BALANCE)


def test_staff_offer_balance_and_the_customer_agrees() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.OFFER, resolution=Resolution.BALANCE, compensation_minor=500)
    assert [offer.resolution for offer in case.offers] == ["original_route", "balance"]
    offer_id, now = offer_of(case, "balance"), moment(turn=7)
    case = till.save(confirm(case, till.facts(), offer_id, rails=RAILS, moment=now, budget=BUDGET))

    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.COMPENSATED, 6400)


def test_keeping_the_goods_for_a_part_pays_the_part_and_frees_the_rest() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.OFFER, resolution=Resolution.KEEP_ITEM_PARTIAL, amount_minor=2000)
    case = till.save(
        confirm(case, till.facts(), offer_of(case, "keep_item_partial"), rails=RAILS, moment=moment(turn=7))
    )
    case = answer(till, case, "succeeded", turn=8)

    assert (case.state, till.refunded(), till.lines["1"].refunded_quantity) == (CaseState.REFUNDED, 2000, 0)


def test_a_platforms_order_is_never_paid_even_by_staff() -> None:
    till, case = open_at(order(settled_by=SettledBy.PLATFORM))
    assert case.state is CaseState.REJECTED

    with pytest.raises(ClaimRefused, match="settled_by_platform"):
        decide_as_staff(till, case, StaffAction.APPROVE)


def test_staff_decide_on_an_awaited_return_makes_the_refunds_anew() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=1000)

    assert [refund.state for refund in case.refunds] == [RefundState.CLOSED, RefundState.CREATED]
    assert till.reserved() == 1000


def test_nobody_decides_on_money_that_is_on_its_way() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    with pytest.raises(MoveNotAllowed):
        decide_as_staff(till, case, StaffAction.REJECT, reason_code="late")


def test_evidence_brings_a_waiting_case_back_to_review() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.ASK_CUSTOMER)
    assert case.state is CaseState.AWAITING_CUSTOMER

    case = till.save(add_evidence(case, ("a", "b", "a"), limits=LIMITS, moment=moment(turn=6)))

    assert (case.state, case.claim.evidence) == (CaseState.UNDER_REVIEW, ("a", "b"))


def test_staff_words_replace_the_standing_ones() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    with_words = StaffDecision(StaffAction.REJECT, case.version, reason_code="used", reply="…")
    without = replace(with_words, reply=None)
    by = moment(by="staff:Li", turn=5)

    assert staff_decide(case, till.facts(), with_words, rails=RAILS, moment=by).effects == ()
    (note,) = staff_decide(case, till.facts(), without, rails=RAILS, moment=by).effects
    assert (note.kind, note.payload["text_key"]) == ("chat.note", "note.rejected")


def test_an_exchange_ends_compensated_without_money_and_frees_the_lines() -> None:
    till, case = open_at(delivered(NOW - DAY), remedy=Remedy.EXCHANGE)
    assert (case.state, case.wish) == (CaseState.UNDER_REVIEW, "exchange")
    case = decide_as_staff(till, case, StaffAction.EXCHANGE)

    case = till.save(finish_replacement(case, moment=moment(by="staff:Li", turn=6)))

    assert (case.state, till.refunded(), till.lines["1"].open_case_no) == (CaseState.COMPENSATED, 0, None)
    assert till.lines["1"].refunded_quantity == 0


def test_a_case_and_its_order_survive_being_stored() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=3000)

    assert msgspec.json.decode(msgspec.json.encode(case), type=RefundCase) == case
    assert msgspec.json.decode(msgspec.json.encode(till.order), type=Order) == till.order


def test_a_return_granted_by_staff_is_told_to_the_customer() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    granted = StaffDecision(StaffAction.APPROVE_AFTER_RETURN, case.version)

    change = staff_decide(case, till.facts(), granted, rails=RAILS, moment=moment(by="staff:Li", turn=5))
    case = till.save(change)

    assert (case.state, till.reserved()) == (CaseState.AWAITING_RETURN, 5900)
    assert [effect.payload["text_key"] for effect in change.effects] == ["note.approved_after_return"]


def test_what_was_credited_is_not_paid_again_after_an_appeal() -> None:
    till, case = open_at(order())
    case = agree(till, case, "balance")
    case = till.save(appeal(case, till.facts(), limits=RAILS.limits, moment=moment(turn=3)))

    for action in (StaffAction.APPROVE, StaffAction.OFFER):
        with pytest.raises(ClaimRefused, match="already_paid"):
            decide_as_staff(till, case, action)
