"""The shipping fee over several claims of one order: no share is lost and none paid twice, however they follow."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from refund_core.case_answers import RefundAnswer, refund_answered
from refund_core.case_customer import withdraw
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import CaseState, RefundCase
from refund_core.claims import Reason
from refund_core.orders import Order, Payment
from refund_core.refundable import lines_left
from tests.unit.core.shop import DAY, NOW, POLICY, RAILS, claim, delivered, line, moment, opened
from tests.unit.core.till import Till

FAULTS = (Reason.DAMAGED, Reason.WRONG_ITEM, Reason.QUALITY_DEFECT, Reason.NOT_AS_DESCRIBED)


def shop_order(dice: Random) -> Order:
    numbers = range(1, dice.randint(2, 5))
    lines = [line(str(number), dice.randint(1, 4), dice.randint(1, 9_999)) for number in numbers]
    fee = dice.choice((1, 7, 300, 999, 1_200))
    total = sum(it.paid for it in lines) + fee
    cut = dice.randint(1, total)
    parts = [amount for amount in (cut, total - cut) if amount]
    paid = [Payment(f"p-{number}", "sandbox", part, part, paid_at=NOW) for number, part in enumerate(parts)]
    return delivered(NOW - DAY, *lines, shipping_fee=fee, payments=tuple(paid))


def some_left(dice: Random, till: Till) -> tuple[tuple[str, int], ...]:
    """Some pieces of some lines that no open case has."""
    free = [it for it in lines_left(till.facts()) if it.quantity > 0 and it.open_case_no is None]
    chosen = dice.sample(free, dice.randint(1, len(free))) if free else []
    return tuple((it.line_no, dice.randint(1, it.quantity)) for it in chosen)


def approve(till: Till, case: RefundCase, turn: int) -> RefundCase:
    decision = StaffDecision(StaffAction.APPROVE, case.version)
    change = staff_decide(case, till.facts(), decision, rails=RAILS, moment=moment(by="staff:Li", turn=turn))
    return till.save(change)


def settle(till: Till, case: RefundCase, turn: int) -> RefundCase:
    for refund in case.refunds:
        answer = RefundAnswer(refund.refund_no, "succeeded")
        at = moment(by="system", turn=turn)
        case = till.save(refund_answered(case, answer, limits=POLICY.limits, moment=at))
    return case


def fee_back(till: Till) -> int:
    return till.facts().use.shipping_gone_minor


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_sellers_fault_gives_the_whole_fee_back_over_any_claims_in_any_order(seed: int) -> None:
    dice = Random(seed)
    till = Till(shop_order(dice))
    waiting: list[RefundCase] = []

    for turn in range(1, 200):
        lines = some_left(dice, till)
        if lines and (not waiting or dice.random() < 0.6):
            waiting.append(till.save(opened(till.facts(), claim(*lines, reason=dice.choice(FAULTS)), turn=turn)))
        elif waiting:
            case = waiting.pop(dice.randrange(len(waiting)))
            settle(till, approve(till, case, turn), turn + 1_000)
        else:
            break
        assert fee_back(till) <= till.order.shipping_fee

    assert not waiting
    assert fee_back(till) == till.order.shipping_fee
    assert till.refunded() == sum(payment.amount for payment in till.order.payments)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_claims_that_are_taken_back_and_made_anew_lose_no_share_and_take_none_twice(seed: int) -> None:
    dice = Random(seed)
    till = Till(shop_order(dice))
    waiting: list[RefundCase] = []

    for turn in range(1, 60):
        lines, step = some_left(dice, till), dice.random()
        if lines and step < 0.5:
            waiting.append(till.save(opened(till.facts(), claim(*lines, reason=dice.choice(FAULTS)), turn=turn)))
        elif waiting and step < 0.75:
            case = waiting.pop(dice.randrange(len(waiting)))
            till.save(withdraw(case, moment(by="customer", turn=turn)))
        elif waiting:
            settle(till, approve(till, waiting.pop(), turn), turn + 1_000)
        assert fee_back(till) <= till.order.shipping_fee
    for number, case in enumerate(waiting):
        settle(till, approve(till, case, 100 + number), 2_000 + number)
    rest = tuple((it.line_no, it.quantity) for it in lines_left(till.facts()) if it.quantity)
    if rest:
        last = till.save(opened(till.facts(), claim(*rest, reason=Reason.DAMAGED), turn=300))
        settle(till, approve(till, last, 301), 3_000)

    assert fee_back(till) == till.order.shipping_fee


def test_a_second_claim_has_its_share_while_the_first_is_still_open() -> None:
    lines = (line("1", 1, 6_000), line("2", 1, 4_000))
    till = Till(delivered(NOW - DAY, *lines, shipping_fee=1_000))

    first = till.save(opened(till.facts(), claim(("1", 1), reason=Reason.DAMAGED), turn=1))
    second = till.save(opened(till.facts(), claim(("2", 1), reason=Reason.DAMAGED), turn=2))

    assert (first.allocation.shipping.minor, second.allocation.shipping.minor) == (600, 400)
    assert {case.state for case in (first, second)} == {CaseState.UNDER_REVIEW}
