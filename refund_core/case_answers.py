"""What becomes of a case when a gateway or finance says how a refund went; forward only, whatever the order of notices.

succeeded and closed are final. failed is a clear refusal that a person handles; it keeps its reserve, and a late
success still settles it. Anything unclear is pending. A new number follows a confirmed closed only.
"""

from dataclasses import replace

from refund_core.case_change import change_of, with_refunds
from refund_core.case_dates import due_in
from refund_core.case_money import Rails, gateway_refund
from refund_core.case_notes import note
from refund_core.cases import CaseChange, CaseState, Effect, Handoff, Moment, Refund, RefundCase, RefundState, moved
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.money import Money, total
from refund_core.policy import Limits
from refund_core.values import value

_FINAL = frozenset({RefundState.SUCCEEDED, RefundState.CLOSED})
_PAYING = frozenset({CaseState.REFUNDING, CaseState.AWAITING_FINANCE, CaseState.FAILED})


@value(frozen=True, slots=True)
class RefundAnswer:
    """What was said of one refund: state is succeeded, pending, closed, failed or abnormal; code is the gateway's own.

    amount, where the gateway names it, must be the refund's; another one changes nothing and calls a person.
    """

    refund_no: str
    state: str
    code: str | None = None
    gateway_refund_id: str | None = None
    amount: Money | None = None


def refund_sending(case: RefundCase, refund_no: str, moment: Moment) -> CaseChange | None:
    """A try begins: to be saved before the call, with its count; None when the refund needs no sending any more."""
    refund = find_refund(case, refund_no)
    if case.state not in _PAYING or refund.state in _FINAL or refund.state is RefundState.FAILED:
        return None
    tried = replace(refund, state=RefundState.SENDING, attempts=refund.attempts + 1)
    return change_of(case, with_refunds(case, tried), moment)


def refund_answered(case: RefundCase, answer: RefundAnswer, *, limits: Limits, moment: Moment) -> CaseChange | None:
    """Take one answer into the case; None when it says nothing new. Raises ClaimRefused (no_refund)."""
    refund = find_refund(case, answer.refund_no)
    heard = _heard(refund, answer) if case.state in _PAYING else _heard_uncalled_for(refund, answer)
    if heard == refund:
        return None
    known = with_refunds(case, heard)
    after = _follow(known, limits, moment)
    return change_of(case, after, moment, effects=_told(case, after, refund, heard, moment))


def paid_by_hand(case: RefundCase, refund_no: str, *, proof: str, limits: Limits, moment: Moment) -> CaseChange | None:
    """Finance has paid a refund that has no gateway; proof is the transfer's reference.

    Raises MoveNotAllowed for one that was ever sent to a gateway, which may still pay it.
    """
    if case.state is not CaseState.AWAITING_FINANCE:
        raise MoveNotAllowed(case.state, "paid_by_hand")
    refund = find_refund(case, refund_no)
    if refund.attempts > 0 or refund.state not in {RefundState.CREATED, RefundState.SUCCEEDED}:
        raise MoveNotAllowed(refund.state, "paid_by_hand")
    answer = RefundAnswer(refund_no, "succeeded", code="by hand", gateway_refund_id=proof)
    return refund_answered(case, answer, limits=limits, moment=moment)


def retry_failed_refund(case: RefundCase, refund_no: str, *, rails: Rails, moment: Moment) -> CaseChange:
    """Send a refused refund again under the same number (after a top-up, say); the case is refunding again."""
    refund = find_refund(case, refund_no)
    if refund.state is not RefundState.FAILED:
        raise MoveNotAllowed(refund.state, "retry")
    again = replace(refund, state=RefundState.CREATED, needs_person=False)
    return _send(case, again, rails, moment, why=f"retry {refund_no}")


def replace_closed_refund(case: RefundCase, refund_no: str, *, rails: Rails, moment: Moment) -> CaseChange:
    """A new number for a leg whose refund is confirmed closed; the new row names the one that it replaces.

    Only of the decision that stands: what an earlier one closed was decided anew.
    """
    old = find_refund(case, refund_no)
    is_open = case.state in {CaseState.FAILED, CaseState.REFUNDING} and old in standing_refunds(case)
    if old.state is not RefundState.CLOSED or not is_open:
        raise MoveNotAllowed(old.state, "replace")
    name = f"refund:{refund_no}:again"
    new = replace(
        old,
        refund_id=str(moment.ids.uuid(name)),
        refund_no=moment.ids.public("R", name),
        state=RefundState.CREATED,
        gateway_refund_id=None,
        replaces=refund_no,
        attempts=0,
        needs_person=False,
        last_answer=None,
    )
    return _send(case, new, rails, moment, why=f"new number for {refund_no}")


def find_refund(case: RefundCase, refund_no: str) -> Refund:
    """The case's refund of that number; raises ClaimRefused (no_refund)."""
    for refund in case.refunds:
        if refund.refund_no == refund_no:
            return refund
    raise ClaimRefused("no_refund", field="refund_no", case_no=case.case_no)


def standing_refunds(case: RefundCase) -> list[Refund]:
    """One refund per leg of the case's decision: the one that was not replaced by a new number."""
    replaced = {refund.replaces for refund in case.refunds}
    return [
        refund for refund in case.refunds if refund.decision_no == case.decision_no and refund.refund_no not in replaced
    ]


def _send(case: RefundCase, refund: Refund, rails: Rails, moment: Moment, *, why: str) -> CaseChange:
    ready = with_refunds(case, refund)
    if case.state is CaseState.FAILED:
        due = due_in(CaseState.REFUNDING, case, rails.limits, moment.at)
        ready = moved(ready, CaseState.REFUNDING, moment, why=why, due=due)
    effects = (gateway_refund(ready, refund, moment),) if refund.method in rails.gateways else ()
    return change_of(case, ready, moment, effects=effects)


def _heard(refund: Refund, answer: RefundAnswer) -> Refund:
    if answer.amount is not None and answer.amount != refund.amount:
        return replace(refund, needs_person=True, last_answer=f"amount {answer.amount.minor} {answer.amount.currency}")
    if refund.state in _FINAL:
        return _heard_after_the_end(refund, answer)
    told = replace(
        refund,
        last_answer=answer.code or answer.state,
        gateway_refund_id=answer.gateway_refund_id or refund.gateway_refund_id,
    )
    match answer.state:
        case "succeeded":
            return replace(told, state=RefundState.SUCCEEDED, needs_person=False)
        case "closed":
            return replace(told, state=RefundState.CLOSED, needs_person=False)
        case "failed":
            return replace(told, state=RefundState.FAILED, needs_person=True)
        case "abnormal":
            return replace(told, state=_unclear(refund), needs_person=True)
        case _:
            return replace(told, state=_unclear(refund))


def _unclear(refund: Refund) -> RefundState:
    return RefundState.FAILED if refund.state is RefundState.FAILED else RefundState.PENDING


def _heard_after_the_end(refund: Refund, answer: RefundAnswer) -> Refund:
    """A final state stays; that money went out for a closed refund, or back for a settled one, is for a person."""
    if answer.state not in {"succeeded", "closed"} or answer.state == refund.state:
        return refund
    return replace(refund, needs_person=True, last_answer=f"{answer.state} after {refund.state.value}")


def _heard_uncalled_for(refund: Refund, answer: RefundAnswer) -> Refund:
    """An answer while the case is not paying: only what contradicts us is kept, for a person; no money moves by it."""
    if refund.state in _FINAL:
        return _heard_after_the_end(refund, answer)
    return replace(refund, needs_person=True, last_answer=f"{answer.state} before it was sent")


def _follow(case: RefundCase, limits: Limits, moment: Moment) -> RefundCase:
    """The case after its refunds: refunded when every leg succeeded, failed when none is open and one did not."""
    standing = _legs_standing(case) if case.state in _PAYING else []
    if not standing or any(state not in _FINAL and state is not RefundState.FAILED for state in standing):
        return case
    if all(state is RefundState.SUCCEEDED for state in standing):
        return _refunded(case, moment)
    return _failed(case, limits, moment)


def _failed(case: RefundCase, limits: Limits, moment: Moment) -> RefundCase:
    why = "a refund did not go through"
    if case.state is CaseState.AWAITING_FINANCE:
        case = moved(case, CaseState.REFUNDING, moment, why=why)
    if case.state is CaseState.FAILED:
        return case
    failed = moved(case, CaseState.FAILED, moment, why=why, due=due_in(CaseState.FAILED, case, limits, moment.at))
    return replace(failed, handoff=Handoff("refund_failed", moment.at))


def _refunded(case: RefundCase, moment: Moment) -> RefundCase:
    why = "every refund succeeded"
    if case.state is CaseState.AWAITING_FINANCE:
        case = moved(case, CaseState.REFUNDING, moment, why=why)
    return moved(case, CaseState.REFUNDED, moment, why=why)


def _legs_standing(case: RefundCase) -> list[RefundState]:
    """One state per leg of the case's decision: that of its refund that was not replaced."""
    return [refund.state for refund in standing_refunds(case)]


def _told(before: RefundCase, after: RefundCase, was: Refund, heard: Refund, moment: Moment) -> tuple[Effect, ...]:
    if after.state is not before.state and after.state is CaseState.REFUNDED:
        whole = total([refund.payer_amount for refund in standing_refunds(after)], heard.payer_amount.currency)
        return note(after, "note.refunded", whole, moment)
    if after.state is not before.state and after.state is CaseState.FAILED:
        return note(after, "note.refund_failed", heard.payer_amount, moment)
    if heard.state is RefundState.SUCCEEDED and was.state is not RefundState.SUCCEEDED:
        return note(after, "note.refund_succeeded", heard.payer_amount, moment)
    return ()
