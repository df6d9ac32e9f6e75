"""Random lives of cases on one order: after every step the books are whole and no payment or line is overdrawn."""

from datetime import timedelta
from random import Random

import msgspec
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from refund_core.case_answers import (
    RefundAnswer,
    paid_by_hand,
    refund_answered,
    refund_sending,
    replace_closed_refund,
    retry_failed_refund,
)
from refund_core.case_customer import add_evidence, appeal, hand_over, return_sent, withdraw
from refund_core.case_due import due_passed
from refund_core.case_money import confirm, receive_return
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import CaseChange, CaseState, Moment, RefundCase, RefundState
from refund_core.claims import ClaimLine, Reason, Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import Order, Payment
from tests.unit.core.shop import BUDGET, DAY, NOW, RAILS, claim, delivered, line, moment, opened, order
from tests.unit.core.till import Till

STEPS = (
    "open", "confirm", "withdraw", "appeal", "staff", "return_sent", "receive", "answer", "sending", "retry", "replace",
    "by_hand", "due", "evidence", "hand_over",
)  # fmt: skip
FINAL = {RefundState.SUCCEEDED, RefundState.CLOSED}
PAYMENTS = (
    Payment("p-1", "sandbox", 7001, 6000),
    Payment("p-2", "card", 4000, 4000),
    Payment("p-3", "balance", 3099, 3099),
)
LINES = (line("1", 3, 3333, discount=1), line("2", 1, 0, gift_of="1", gift_value=500), line("3", 2, 1901))


@settings(max_examples=200, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
# An offer on what was credited before; a new number for a refund that a later decision had closed.
@example(seed=268348)
@example(seed=1012273)
@example(seed=1011919)
def test_no_life_of_any_case_breaks_the_books(seed: int) -> None:
    dice = Random(seed)
    total = sum(it.paid for it in LINES) + 300
    made = dice.choice([_order(NOW - DAY), _order(NOW - 40 * DAY), _unshipped(), _one_payment(total)])
    till = Till(made)
    final: dict[str, RefundState] = {}

    for turn in range(1, dice.randint(5, 40)):
        change = _step(dice, till, turn)
        if change is not None:
            till.save(change)
            assert msgspec.json.decode(msgspec.json.encode(change.case), type=RefundCase) == change.case
        for refund in till.refunds.values():
            assert final.get(refund.refund_no, refund.state) is refund.state, "a final state regressed"
            if refund.state in FINAL:
                final[refund.refund_no] = refund.state

    _check_the_end(till)


def _check_the_end(till: Till) -> None:
    assert till.first_broken() is None
    for case in till.cases.values():
        if case.state is CaseState.REFUNDED:
            standing = [it for it in case.refunds if it.decision_no == case.decision_no and it.state in FINAL]
            paid = sum(it.amount.minor for it in standing if it.state is RefundState.SUCCEEDED)
            assert paid == case.allocation.total.minor
        if case.state in {CaseState.REJECTED, CaseState.WITHDRAWN}:
            assert all(refund.state in FINAL for refund in case.refunds)
        if case.resolution in {Resolution.BALANCE, Resolution.COUPON} and case.state is CaseState.COMPENSATED:
            assert case.consent is not None


def _step(dice: Random, till: Till, turn: int) -> CaseChange | None:
    """One step that may well be refused; a refusal changes nothing."""
    step = dice.choice(STEPS)
    cases = list(till.cases.values())
    now = NOW + timedelta(hours=dice.randint(0, 200))
    acting = moment(now, by=dice.choice(["customer", "staff:Li", "system"]), turn=turn)
    try:
        if step == "open" or not cases:
            return _open(dice, till, turn)
        return _act(dice, till, step, dice.choice(cases), acting)
    except (ClaimRefused, MoveNotAllowed):
        return None


def _open(dice: Random, till: Till, turn: int) -> CaseChange:
    wanted = dice.sample(["1", "2", "3"], dice.randint(1, 3))
    asked = claim(
        *((line_no, dice.randint(1, 3)) for line_no in wanted),
        reason=dice.choice(list(Reason)),
        remedy=dice.choice(list(Remedy)),
        evidence=dice.choice([(), ("a",)]),
    )
    return opened(till.facts(), asked, turn=turn)


def _act(dice: Random, till: Till, step: str, case: RefundCase, acting: Moment) -> CaseChange | None:
    limits, about = RAILS.limits, till.facts()
    match step:
        case "confirm":
            offer_id = dice.choice([offer.offer_id for offer in case.offers] or ["none"])
            return confirm(case, about, offer_id, rails=RAILS, moment=acting, budget=BUDGET)
        case "withdraw":
            return withdraw(case, acting)
        case "appeal":
            return appeal(case, about, limits=limits, moment=acting)
        case "staff":
            return staff_decide(case, about, _staff(dice, case), rails=RAILS, moment=acting)
        case "return_sent":
            return return_sent(case, "SF-back", limits=limits, moment=acting)
        case "receive":
            return receive_return(case, rails=RAILS, moment=acting)
        case "due":
            return due_passed(case, about, rails=RAILS, moment=acting)
        case "evidence":
            return add_evidence(case, ("b",), limits=limits, moment=acting)
        case "hand_over":
            return hand_over(case, limits=limits, moment=acting, why="want_human")
        case _:
            return _on_a_refund(dice, step, case, acting)


def _on_a_refund(dice: Random, step: str, case: RefundCase, acting: Moment) -> CaseChange | None:
    refund_no = dice.choice([refund.refund_no for refund in case.refunds] or ["none"])
    match step:
        case "answer":
            state = dice.choice(["succeeded", "succeeded", "pending", "closed", "failed", "abnormal", "?"])
            return refund_answered(case, RefundAnswer(refund_no, state), limits=RAILS.limits, moment=acting)
        case "sending":
            return refund_sending(case, refund_no, acting)
        case "retry":
            return retry_failed_refund(case, refund_no, rails=RAILS, moment=acting)
        case "replace":
            return replace_closed_refund(case, refund_no, rails=RAILS, moment=acting)
        case _:
            return paid_by_hand(case, refund_no, proof="bank", limits=RAILS.limits, moment=acting)


def _staff(dice: Random, case: RefundCase) -> StaffDecision:
    return StaffDecision(
        action=dice.choice(list(StaffAction)),
        version=case.version,
        lines=dice.choice([(), (), (ClaimLine("1", 1),), (ClaimLine("3", 2),)]),
        amount_minor=dice.choice([None, None, 1, 700, 5000]),
        shipping_minor=dice.choice([None, None, 0, 300]),
        compensation_minor=dice.choice([0, 0, 250]),
        resolution=dice.choice([Resolution.ORIGINAL_ROUTE, Resolution.BALANCE, Resolution.KEEP_ITEM_PARTIAL]),
        reason_code=dice.choice([None, "checked"]),
    )


def _order(signed: object) -> Order:
    return delivered(signed, *LINES, shipping_fee=300, payments=PAYMENTS)  # type: ignore[arg-type]  # of an order


def _unshipped() -> Order:
    return order(*LINES, shipping_fee=300, payments=PAYMENTS)


def _one_payment(total: int) -> Order:
    return order(*LINES, shipping_fee=300, payments=(Payment("p-1", "sandbox", total, total),))


def test_the_walked_order_adds_up() -> None:
    assert sum(it.paid for it in LINES) + 300 == sum(payment.amount for payment in PAYMENTS)
