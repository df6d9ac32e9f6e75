"""Who may decide how much: an agent up to the merchant's limit for claims that nobody looks at, the others any amount.

Money above the limit needs a second person whoever decides: see four_eyes.
"""

from enum import StrEnum

from refund_core.case_staff import StaffAction, StaffDecision
from refund_core.cases import RefundCase
from refund_core.money import Money
from refund_core.policy import Limits


class Role(StrEnum):
    """What a member of staff is at the desk."""

    AGENT = "agent"
    LEAD = "lead"
    FINANCE = "finance"
    OWNER = "owner"


_MOVES_NO_MONEY = frozenset({StaffAction.ESCALATE, StaffAction.ASK_CUSTOMER})
MAY_PAY_BY_HAND = frozenset({Role.FINANCE, Role.OWNER})
# Figures of the shop as a whole.
MAY_SEE_REPORTS = frozenset({Role.LEAD, Role.FINANCE, Role.OWNER})
# Work that gave up may be money: an agent leaves it to the others.
MAY_TRY_AGAIN = frozenset({Role.LEAD, Role.FINANCE, Role.OWNER})


def may_decide(role: Role, decision: StaffDecision, case: RefundCase, limits: Limits) -> bool:
    """True when the role may take this decision; case is as the decision leaves it, so that what it grants counts.

    Handing on (escalate) and asking the customer move no money and are always allowed. A currency without a
    limit is above every agent's.
    """
    if role is not Role.AGENT or decision.action in _MOVES_NO_MONEY:
        return True
    return limits.is_within(decided_amount(decision, case))


def decided_amount(decision: StaffDecision, case: RefundCase) -> Money:
    """What the decision is about: the money granted, or claimed where none is, with every compensation and bonus."""
    amount = case.allocation.total
    if case.compensation is not None:
        amount += case.compensation
    if decision.action is StaffAction.OFFER:
        amount += Money(decision.compensation_minor, amount.currency)
    return amount


def limit_of(limits: Limits, currency: str) -> Money:
    """Up to what an agent decides in that currency; nothing where the merchant named no limit."""
    return Money(limits.auto_approve_minor.get(currency, 0), currency)
