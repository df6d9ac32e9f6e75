"""What the customer does with an open or ended case besides agreeing to an offer (case_money.confirm)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from refund_core.case_change import change_of
from refund_core.case_dates import DueAction, due_in
from refund_core.case_money import close_unsent
from refund_core.case_open import holds_anew
from refund_core.cases import CaseChange, CaseState, Due, Handoff, Moment, RefundCase, moved
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import OrderFacts
from refund_core.policy import Limits
from refund_core.risk import RiskSignal

OTHER_PAYEE = "other_payee"

_BEFORE_MONEY = frozenset({
    CaseState.COLLECTING, CaseState.OFFERED, CaseState.STOPPING, CaseState.AWAITING_CUSTOMER,
    CaseState.AWAITING_RETURN, CaseState.INSPECTING, CaseState.REPLACING,
})  # fmt: skip


def choose_offer(case: RefundCase, offer_id: str, moment: Moment) -> CaseChange:
    """Remember which offer the customer leans to; nothing is agreed before confirm()."""
    if case.state is not CaseState.OFFERED:
        raise MoveNotAllowed(case.state, "choose_offer")
    offer = next((offer for offer in case.offers if offer.offer_id == offer_id), None)
    if offer is None:
        raise ClaimRefused("no_offer", field="offer_id", case_no=case.case_no)
    return change_of(case, replace(case, resolution=offer.resolution), moment)


def withdraw(case: RefundCase, moment: Moment, *, why: str = "withdrawn by the customer") -> CaseChange:
    """End the case without payment: unsent refunds are closed, the lines are free again.

    Raises MoveNotAllowed once money is on its way.
    """
    after = moved(close_unsent(case), CaseState.WITHDRAWN, moment, why=why)
    return change_of(case, after, moment)


def appeal(case: RefundCase, facts: OrderFacts, *, limits: Limits, moment: Moment, why: str = "appeal") -> CaseChange:
    """A rejected, withdrawn or compensated case goes to a person again (also: reopening).

    It takes its lines anew where they are still free; raises ClaimRefused (line_in_open_claim) where another case has
    them meanwhile.
    """
    if case.state not in {CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.COMPENSATED}:
        raise MoveNotAllowed(case.state, CaseState.UNDER_REVIEW)
    due = due_in(CaseState.UNDER_REVIEW, case, limits, moment.at)
    review = moved(case, CaseState.UNDER_REVIEW, moment, why=why, due=due)
    review = replace(review, handoff=Handoff(why, moment.at))
    holds = () if case.state is CaseState.COMPENSATED else holds_anew(case, facts, case.allocation)
    return change_of(case, review, moment, holds=holds, order_version=facts.version)


def hand_over(case: RefundCase, *, limits: Limits, moment: Moment, why: str) -> CaseChange:
    """A case goes to a person: into review where nothing was sent; with money on its way, or over, it keeps its state.

    Unsent refunds stay reserved until the person decides.
    """
    handoff = Handoff(why, moment.at)
    if case.state not in _BEFORE_MONEY:
        return change_of(case, replace(case, handoff=handoff), moment)
    due = due_in(CaseState.UNDER_REVIEW, case, limits, moment.at)
    review = moved(case, CaseState.UNDER_REVIEW, moment, why=why, due=due)
    return change_of(case, replace(review, handoff=handoff), moment)


def add_evidence(
    case: RefundCase, attachments: Sequence[str], *, limits: Limits, moment: Moment, words: str | None = None
) -> CaseChange:
    """More pictures or words: a case that waited for them goes back to review, any other open case just keeps them."""
    if case.state in {CaseState.REFUNDED, CaseState.REJECTED, CaseState.WITHDRAWN, CaseState.COMPENSATED}:
        raise MoveNotAllowed(case.state, "add_evidence")
    evidence = tuple(dict.fromkeys((*case.claim.evidence, *attachments)))
    note = "\n".join(part for part in (case.claim.note, words) if part) or None
    richer = replace(case, claim=replace(case.claim, evidence=evidence, note=note))
    if case.state is CaseState.AWAITING_CUSTOMER:
        due = due_in(CaseState.UNDER_REVIEW, richer, limits, moment.at)
        richer = moved(richer, CaseState.UNDER_REVIEW, moment, why="evidence received", due=due)
    return change_of(case, richer, moment)


def other_payee_asked(case: RefundCase, moment: Moment) -> CaseChange:
    """Money was asked for elsewhere than it came from, which the desk sees and nothing else comes of."""
    return change_of(case, with_other_payee(case), moment)


def with_other_payee(case: RefundCase) -> RefundCase:
    """The case with that among its signals, at no points."""
    risk = case.decision.risk
    others = tuple(signal for signal in risk.signals if signal.name != OTHER_PAYEE)
    times = sum(signal.value for signal in risk.signals if signal.name == OTHER_PAYEE) + 1
    noted = replace(risk, signals=(*others, RiskSignal(OTHER_PAYEE, times, 0)))
    return replace(case, decision=replace(case.decision, risk=noted))


def return_sent(case: RefundCase, tracking_no: str, *, limits: Limits, moment: Moment) -> CaseChange:
    """The goods are on their way back; a parcel that nobody scans in time comes before the lead."""
    if case.state is not CaseState.AWAITING_RETURN:
        raise MoveNotAllowed(case.state, "return_sent")
    due = Due("warehouse", "receive_goods", moment.at + timedelta(days=limits.return_scan_days), DueAction.ESCALATE)
    return change_of(case, replace(case, return_tracking_no=tracking_no, due=due), moment)
