"""The steps of a case as its tests take them, each saved in the till."""

from datetime import timedelta

from refund_core.case_answers import (
    RefundAnswer,
    refund_answered,
)
from refund_core.case_due import due_passed
from refund_core.case_money import confirm
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import RefundCase
from refund_core.claims import Reason
from refund_core.orders import Order
from tests.unit.core.shop import BUDGET, NOW, RAILS, claim, moment, offer_of, opened
from tests.unit.core.till import Till

LIMITS = RAILS.limits


def open_at(made: Order, *, reason: Reason = Reason.NO_LONGER_WANTED, **more: object) -> tuple[Till, RefundCase]:
    till = Till(made)
    case = till.save(opened(till.facts(), claim(reason=reason, **more)))  # type: ignore[arg-type]  # a claim's
    return till, case


def agree(till: Till, case: RefundCase, resolution: str = "original_route") -> RefundCase:
    offer_id, now = offer_of(case, resolution), moment(turn=2)
    return till.save(confirm(case, till.facts(), offer_id, rails=RAILS, moment=now, budget=BUDGET))


def answer(till: Till, case: RefundCase, state: str, *, turn: int = 3, leg: int = -1) -> RefundCase:
    said = RefundAnswer(case.refunds[leg].refund_no, state)
    return till.save(refund_answered(case, said, limits=LIMITS, moment=moment(by="system", turn=turn)))


def decide_as_staff(till: Till, case: RefundCase, action: StaffAction, *, turn: int = 5, **more: object) -> RefundCase:
    decision = StaffDecision(action, case.version, **more)  # type: ignore[arg-type]  # its fields
    return till.save(staff_decide(case, till.facts(), decision, rails=RAILS, moment=moment(by="staff:Li", turn=turn)))


def pass_due(till: Till, case: RefundCase, *, hours: int, turn: int) -> RefundCase:
    at = moment(NOW + timedelta(hours=hours), by="system", turn=turn)
    return till.save(due_passed(case, till.facts(), rails=RAILS, moment=at))
