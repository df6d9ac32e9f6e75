"""Asking for a refund, fourth part: the rules decide, and the answer is explained."""

from dialogs.conversation import Slots
from dialogs.flows.offers import ask_offers
from dialogs.flows.sets import PIECE_OF_SET, ask_whole_set, whole_sets
from dialogs.flows.turn import Turn, again, finish
from dialogs.flows.words import case_card, items_text, reason_of, refusal_text, wish_words
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.allocation import PIECE_REASONS
from refund_core.case_open import Origin, open_case
from refund_core.cases import CaseChange, CaseState
from refund_core.circumstances import Phase, phase
from refund_core.claims import Claim, ClaimLine, Reason, Remedy, Resolution
from refund_core.decisions import decide
from refund_core.errors import ClaimRefused
from refund_core.offers import make_offers
from refund_core.orders import OrderFacts
from refund_core.outcomes import Outcome
from refund_core.replacing import replace
from refund_core.risk import RiskSignals

_NOTHING_TO_RETURN = frozenset({Reason.MISSING_ITEM, Reason.NOT_RECEIVED, Reason.LATE_SHIPPING, Reason.FAKE_SHIPMENT})


def decide_claim(turn: Turn, slots: Slots, facts: OrderFacts | None) -> Step:
    """Open the case with what the rules say: ways to be paid, a person, or a refusal with its reason and the appeal."""
    signals = turn.facts.risk
    if facts is None or signals is None:
        return again(turn, "order.not_found")
    try:
        change = _opened(turn, facts, slots, signals)
    except ClaimRefused as refused:
        if refused.code == "bundle_broken":
            return _piece_of_set(turn, facts, slots, signals)
        return _refused(turn, refused)
    case = change.case
    match case.state:
        case CaseState.OFFERED:
            return ask_offers(turn, facts, case, changes=(change,), wished=slots.resolution)
        case CaseState.REJECTED:
            return _rejected(turn, change)
        case _:
            return _under_review(turn, _with_wish(change, slots.resolution))


def _piece_of_set(turn: Turn, facts: OrderFacts, slots: Slots, signals: RiskSignals) -> Step:
    """A faulty piece without a price of its own: a person says what it is worth. Otherwise the whole set goes back."""
    if slots.reason not in PIECE_REASONS:
        return ask_whole_set(turn, facts, slots)
    note = turn.say("lines.piece_only", items=items_text(turn, facts.order, slots.lines))
    noted = note if slots.note is None else f"{note}\n{slots.note}"
    whole = replace(slots, lines=whole_sets(facts, slots.lines), note=noted)
    try:
        change = _opened(turn, facts, whole, signals, wish=PIECE_OF_SET)
    except ClaimRefused as refused:
        return _refused(turn, refused)
    return _under_review(turn, change)


def _with_wish(change: CaseChange, resolution: str | None) -> CaseChange:
    """A person who looks at the case sees that the goods should stay."""
    if resolution != Resolution.KEEP_ITEM_PARTIAL or change.case.wish is not None:
        return change
    return replace(change, case=replace(change.case, wish=resolution))


def _opened(
    turn: Turn, facts: OrderFacts, slots: Slots, signals: RiskSignals, *, wish: str | None = None
) -> CaseChange:
    """The case that the rules open; with a wish that only a person can fulfil it goes to one."""
    merchant = turn.merchant
    claim = _claim(turn, facts, slots)
    decision = decide(facts, claim, merchant.policy, signals, timezone=merchant.timezone, now=turn.now)
    if wish is not None:
        decision = replace(decision, outcome=Outcome.REVIEW)
    offers = make_offers(decision, merchant.offer_rules, turn.facts.offer_use, facts, now=turn.now, ids=turn.ids)
    origin = Origin(turn.conversation.channel, turn.conversation.conversation_id)
    limits = merchant.policy.limits
    change = open_case(facts, claim, decision, offers, origin=origin, limits=limits, moment=turn.moment)
    return change if wish is None else replace(change, case=replace(change.case, wish=wish))


def _claim(turn: Turn, facts: OrderFacts, slots: Slots) -> Claim:
    reason = Reason(slots.reason or Reason.OTHER)
    lines = tuple(ClaimLine(line_no, quantity) for line_no, quantity in slots.lines)
    remedy = Remedy(slots.remedy) if slots.remedy else _remedy(facts, lines, reason)
    return Claim(lines, reason, remedy, turn.now, slots.evidence, slots.note)


def _remedy(facts: OrderFacts, lines: tuple[ClaimLine, ...], reason: Reason) -> Remedy:
    """Goods that the customer has come back, unless the rules let them keep what is there."""
    is_there = phase(facts.order, [line.line_no for line in lines]) in {Phase.DELIVERED, Phase.MIXED}
    return Remedy.RETURN_REFUND if is_there and reason not in _NOTHING_TO_RETURN else Remedy.REFUND_ONLY


def _refused(turn: Turn, refused: ClaimRefused) -> Step:
    choices = [turn.choice("start", "start:refund"), turn.human()]
    if refused.case_no is not None:
        choices.insert(0, turn.choice("status", f"status:{refused.case_no}"))
    return finish(turn, Reply(refusal_text(turn, refused), tuple(choices)))


def _rejected(turn: Turn, change: CaseChange) -> Step:
    case = change.case
    text = turn.say("reject", why=reason_of(turn, case), case_no=case.case_no)
    choices = (turn.choice("appeal", f"appeal:{case.case_no}"), turn.human(), turn.choice("start", "start:refund"))
    kept = Slots(order_no=case.order_no, case_no=case.case_no)
    return finish(turn, Reply(text, choices, card=case_card(case)), changes=(change,), slots=kept)


def _under_review(turn: Turn, change: CaseChange) -> Step:
    case = change.case
    until = turn.time(case.due.at) if case.due is not None else ""
    if case.wish is not None:
        text = turn.say("review.wish", wish=wish_words(turn, case.wish), case_no=case.case_no, until=until)
    else:
        text = turn.say("review", why=reason_of(turn, case), case_no=case.case_no, until=until)
    choices = [turn.choice("status", f"status:{case.case_no}"), turn.human()]
    if not case.claim.evidence:
        choices.insert(1, turn.choice("add_evidence", f"evidence:add:{case.case_no}"))
    kept = Slots(order_no=case.order_no, case_no=case.case_no)
    return finish(turn, Reply(text, tuple(choices), card=case_card(case)), changes=(change,), slots=kept)
