"""What a person decides on a case; each builds one change, and a stale version is refused before anything is built."""

from dataclasses import replace

from refund_core.allocation import legs
from refund_core.case_change import change_of
from refund_core.case_dates import due_in
from refund_core.case_money import Rails, close_unsent, refuse_paid, start_payout
from refund_core.case_notes import note
from refund_core.case_open import holds_anew
from refund_core.cases import (
    CaseChange,
    CaseState,
    Effect,
    Handoff,
    LineHold,
    Moment,
    Offer,
    RefundCase,
    RefundState,
    moved,
)
from refund_core.claims import Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed, VersionStale
from refund_core.grants import bonus_by, compensation_by, granted_by
from refund_core.money import Money, total, zero
from refund_core.orders import OrderFacts, PaymentUse, SettledBy
from refund_core.staff_decision import StaffAction as StaffAction
from refund_core.staff_decision import StaffDecision as StaffDecision
from refund_core.values import value

_OPEN = frozenset({
    CaseState.OFFERED, CaseState.STOPPING, CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER,
    CaseState.AWAITING_RETURN, CaseState.INSPECTING, CaseState.REJECTED, CaseState.WITHDRAWN,
})  # fmt: skip


def take_over(case: RefundCase, *, staff: str, moment: Moment) -> CaseChange:
    """A person takes the case; whoever had it is named no more."""
    handoff = case.handoff or Handoff("taken over", moment.at)
    return change_of(case, replace(case, handoff=replace(handoff, taken_by=staff, taken_at=moment.at)), moment)


def staff_decide(
    case: RefundCase, facts: OrderFacts, decision: StaffDecision, *, rails: Rails, moment: Moment
) -> CaseChange:
    """What one decision does to the case; from any state in which no money is on its way, through review.

    Raises VersionStale, MoveNotAllowed, and ClaimRefused (settled_by_platform, beyond_granted, no_reason,
    nothing_left, already_paid, no_consent and what allocate_claim and legs raise).
    """
    if decision.version != case.version:
        raise VersionStale(case.case_no, case.version)
    if case.state not in _OPEN:
        raise MoveNotAllowed(case.state, decision.action)
    if decision.action is StaffAction.ESCALATE:
        return _escalate(_Desk(case, case, facts, decision, rails, moment))
    desk = _Desk(case, _reviewed(case, moment), facts, decision, rails, moment)
    match decision.action:
        case StaffAction.APPROVE:
            return _pay(desk, Remedy.REFUND_ONLY)
        case StaffAction.PARTIAL:
            return _partial(desk)
        case StaffAction.APPROVE_AFTER_RETURN | StaffAction.INTERCEPT:
            return _pay(desk, Remedy.RETURN_REFUND)
        case StaffAction.OFFER:
            return _offer(desk)
        case StaffAction.RESHIP | StaffAction.EXCHANGE:
            return _move(desk, CaseState.REPLACING, "note.replacing")
        case StaffAction.ASK_CUSTOMER:
            return _move(desk, CaseState.AWAITING_CUSTOMER, "note.evidence_asked")
        case StaffAction.REJECT:
            return _reject(desk)


def finish_replacement(case: RefundCase, *, moment: Moment, tracking_no: str = "") -> CaseChange:
    """The exchanged or missing goods are on their way to the customer: compensated, and the lines are free again."""
    if case.state is not CaseState.REPLACING:
        raise MoveNotAllowed(case.state, CaseState.COMPENSATED)
    why = f"replacement sent {tracking_no}".rstrip()
    told = note(case, "note.replacement_sent", case.allocation.total, moment, tracking_no=tracking_no)
    return change_of(case, moved(case, CaseState.COMPENSATED, moment, why=why), moment, effects=told)


@value(frozen=True, slots=True)
class _Desk:
    """One decision at work: the case as stored, the case in review, and what it is decided with."""

    before: RefundCase
    case: RefundCase
    facts: OrderFacts
    decision: StaffDecision
    rails: Rails
    moment: Moment

    @property
    def why(self) -> str:
        return self.decision.reason_code or self.decision.action.value


def _reviewed(case: RefundCase, moment: Moment) -> RefundCase:
    """The case in review, whatever it waited for; refunds that were never sent are closed, to be made anew."""
    if case.state is CaseState.UNDER_REVIEW:
        return close_unsent(case)
    return moved(close_unsent(case), CaseState.UNDER_REVIEW, moment, why="decided by a person")


def _pay(desk: _Desk, remedy: Remedy) -> CaseChange:
    if desk.facts.order.settled_by is SettledBy.PLATFORM:
        raise ClaimRefused("settled_by_platform", field="order", case_no=desk.case.case_no)
    granted = granted_by(desk.before, desk.facts, desk.decision)
    case = replace(
        desk.case,
        granted=granted,
        resolution=desk.decision.resolution,
        decision=replace(desk.case.decision, remedy=remedy),
        compensation=compensation_by(desk.case, desk.decision, desk.rails.limits),
    )
    facts = _without_closed(desk.facts, desk.before, case)
    change = start_payout(desk.before, case, facts, rails=desk.rails, moment=desk.moment, why=desk.why)
    return _said(desk, replace(change, holds=holds_anew(desk.before, desk.facts, granted)))


def _partial(desk: _Desk) -> CaseChange:
    decision = desk.decision
    if not decision.lines and decision.amount_minor is None and decision.shipping_minor is None:
        raise ClaimRefused("no_lines", field="lines", case_no=desk.case.case_no)
    return _pay(desk, Remedy.REFUND_ONLY)


def _without_closed(facts: OrderFacts, before: RefundCase, after: RefundCase) -> OrderFacts:
    """The payments as they are once the reserves of this case's closed refunds are given back."""
    was = {refund.refund_no: refund.state for refund in before.refunds}
    back: dict[str, int] = {}
    for refund in after.refunds:
        if refund.state is RefundState.CLOSED and was.get(refund.refund_no) is not RefundState.CLOSED:
            back[refund.payment_no] = back.get(refund.payment_no, 0) + refund.amount.minor
    payments = tuple(
        PaymentUse(use.payment_no, use.refunded_minor, use.reserved_minor - back.get(use.payment_no, 0))
        for use in facts.use.payments
    )
    return replace(facts, use=replace(facts.use, payments=payments))


def _offer(desk: _Desk) -> CaseChange:
    """New offers to choose from, original route first; the person's own beside it."""
    order = desk.facts.order
    if order.settled_by is SettledBy.PLATFORM:
        raise ClaimRefused("settled_by_platform", field="order", case_no=desk.case.case_no)
    refuse_paid(desk.case)
    keeps = desk.decision.resolution is Resolution.KEEP_ITEM_PARTIAL
    granted = (
        desk.before.allocation
        if keeps and desk.decision.lines == ()
        else granted_by(desk.before, desk.facts, desk.decision)
    )
    facts = _without_closed(desk.facts, desk.before, desk.case)
    payer = total([leg.payer_amount for leg in legs(facts, granted.total)], order.currency)
    case = replace(desk.case, granted=granted, consent=None, resolution=None, offers=_offers(desk, payer))
    case = replace(case, decision=replace(case.decision, remedy=_offered_remedy(desk.case)))
    due = due_in(CaseState.OFFERED, case, desk.rails.limits, desk.moment.at)
    offered = moved(case, CaseState.OFFERED, desk.moment, why=desk.why, due=due)
    holds = holds_anew(desk.before, desk.facts, granted)
    told = _note(desk, "note.offered", payer)
    change = change_of(desk.before, offered, desk.moment, holds=holds, effects=told)
    return replace(change, order_version=desk.facts.version)


def _offered_remedy(case: RefundCase) -> Remedy:
    wants_return = case.decision.remedy is Remedy.RETURN_REFUND
    return Remedy.RETURN_REFUND if wants_return else Remedy.REFUND_ONLY


def _offers(desk: _Desk, payer: Money) -> tuple[Offer, ...]:
    decision, order = desk.decision, desk.facts.order
    nothing = zero(order.currency)
    original = Offer(_offer_id(desk, Resolution.ORIGINAL_ROUTE), Resolution.ORIGINAL_ROUTE, payer, nothing)
    match decision.resolution:
        case Resolution.ORIGINAL_ROUTE:
            return (original,)
        case Resolution.BALANCE:
            bonus = bonus_by(desk.case, decision, desk.rails.limits)
            return (original, Offer(_offer_id(desk, Resolution.BALANCE), Resolution.BALANCE, payer + bonus, bonus))
        case Resolution.KEEP_ITEM_PARTIAL:
            part = order.money(decision.amount_minor or 0)
            if not 0 < part.minor <= payer.minor:
                raise ClaimRefused("beyond_granted", field="amount", left=payer.minor, case_no=desk.case.case_no)
            kept = Resolution.KEEP_ITEM_PARTIAL
            return (original, Offer(_offer_id(desk, kept), kept, part, nothing))
        case Resolution.COUPON | Resolution.EXCHANGE | Resolution.EXPEDITE:
            raise ClaimRefused("no_offer", field="resolution", case_no=desk.case.case_no)


def _offer_id(desk: _Desk, resolution: Resolution) -> str:
    return desk.moment.ids.public("O", f"offer:{desk.case.case_no}:{desk.case.version}:{resolution.value}")


def _reject(desk: _Desk) -> CaseChange:
    if not desk.decision.reason_code and not desk.decision.reply:
        raise ClaimRefused("no_reason", field="reason_code", case_no=desk.case.case_no)
    return _move(desk, CaseState.REJECTED, "note.rejected")


def _move(desk: _Desk, state: CaseState, text_key: str) -> CaseChange:
    due = due_in(state, desk.case, desk.rails.limits, desk.moment.at)
    after = moved(desk.case, state, desk.moment, why=desk.why, due=due)
    told = _note(desk, text_key, desk.before.allocation.total)
    holds = () if state is CaseState.REJECTED else _held_again(desk.before, desk.facts)
    version = desk.facts.version if holds else None
    return change_of(desk.before, after, desk.moment, effects=told, holds=holds, order_version=version)


def _held_again(before: RefundCase, facts: OrderFacts) -> tuple[LineHold, ...]:
    """What an ended case takes again when it is taken up; raises ClaimRefused where another claim has it by now."""
    if before.state not in {CaseState.REJECTED, CaseState.WITHDRAWN}:
        return ()
    return holds_anew(before, facts, before.allocation)


def _escalate(desk: _Desk) -> CaseChange:
    """The lead gets it: a new hand-over that nobody has taken yet."""
    case, moment = desk.case, desk.moment
    why = desk.decision.reason_code or "escalated"
    due = due_in(CaseState.UNDER_REVIEW, case, desk.rails.limits, moment.at)
    if case.state is not CaseState.UNDER_REVIEW:
        in_review = moved(case, CaseState.UNDER_REVIEW, moment, why=why, due=due)
    else:
        in_review = replace(case, due=due, second=None)
    handed, holds = replace(in_review, handoff=Handoff(why, moment.at)), _held_again(case, desk.facts)
    return change_of(case, handed, moment, holds=holds, order_version=desk.facts.version if holds else None)


def _said(desk: _Desk, change: CaseChange) -> CaseChange:
    """The change without its standing words where the person wrote their own."""
    if desk.decision.reply is None:
        return change
    return replace(change, effects=tuple(effect for effect in change.effects if effect.kind != "chat.note"))


def _note(desk: _Desk, text_key: str, amount: Money) -> tuple[Effect, ...]:
    return () if desk.decision.reply is not None else note(desk.case, text_key, amount, desk.moment)
