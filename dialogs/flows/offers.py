"""Asking for a refund, last part: how the money comes back, and the confirmation without which nothing is paid."""

from dialogs.conversation import Slots
from dialogs.facts import Needs
from dialogs.flows.offer_words import as_offered, confirmation_text, digest, offer_reply
from dialogs.flows.tracking import delivery_news
from dialogs.flows.turn import Question, Turn, ask, lines_of
from dialogs.flows.words import (
    amounts_text,
    original_legs,
    reason_of,
)
from dialogs.messages import Choice
from dialogs.step import Step
from refund_core.cases import CaseChange, Offer, RefundCase
from refund_core.circumstances import LATE
from refund_core.claims import Leg, Reason, Remedy, Resolution
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

_OTHER_WISHES: dict[Reason, tuple[Remedy, ...]] = {
    Reason.LATE_SHIPPING: (Remedy.EXPEDITE,),
    Reason.FAKE_SHIPMENT: (Remedy.EXPEDITE,),
    Reason.NOT_RECEIVED: (Remedy.RESHIP,),
    Reason.DAMAGED: (Remedy.EXCHANGE,),
    Reason.QUALITY_DEFECT: (Remedy.EXCHANGE,),
    Reason.WRONG_ITEM: (Remedy.EXCHANGE,),
    Reason.MISSING_ITEM: (Remedy.RESHIP,),
    Reason.SIZE_FIT: (Remedy.EXCHANGE,),
}


_KEPT_BY_PERSON = f"resolution:{Resolution.KEEP_ITEM_PARTIAL.value}"


def offer_needs(slots: Slots) -> Needs:
    """The case as it is now, and its order for the goods' names and the payments."""
    return Needs(order_no=slots.order_no, case_no=slots.case_no)


def ask_offers(
    turn: Turn,
    facts: OrderFacts,
    case: RefundCase,
    *,
    changes: tuple[CaseChange, ...] = (),
    is_listed: bool = False,
    wished: str | None = None,
    is_else_open: bool = False,
) -> Step:
    """How the money comes back: every way with its worth, the original route first.

    A way that was wished for, or a single one, goes to the confirmation right away, unless is_listed. What may be had
    in place of money is offered once in a talk about the case, unless it is_else_open from just before.
    """
    was_offered = not is_else_open and (turn.slots.was_offered_else or not changes)
    slots = replace(_slots_of(case, _known_version(turn, facts, is_new=bool(changes))), was_offered_else=True)
    told = next((offer for offer in case.offers if offer.resolution == wished), None)
    if told is not None:
        return ask_confirmation(turn, facts, case, told, slots=slots, changes=changes)
    wishes = () if was_offered else _OTHER_WISHES.get(case.claim.reason, ())
    if len(case.offers) == 1 and not wishes and not is_listed and wished is None:
        return ask_confirmation(turn, facts, case, case.offers[0], slots=slots, changes=changes)
    whole = original_legs(facts, case)
    last = case.offers[-1]
    replies = [offer_reply(turn, it, _parts_of(facts, case, it, whole), is_last=it is last) for it in case.offers]
    others = (
        *(_wish_choice(turn, wish) for wish in wishes),
        *((turn.choice("keep_by_person", _KEPT_BY_PERSON),) if wished == Resolution.KEEP_ITEM_PARTIAL else ()),
        turn.choice("back", "back"),
        turn.human(),
    )
    amounts = amounts_text(turn, case, facts.order)
    news = delivery_news(turn, facts.order) if case.claim.reason in LATE else ()
    faster = turn.say("offers.expedite") if Remedy.EXPEDITE in wishes else ""
    text = lines_of((*news, reason_of(turn, case), amounts, _missing(turn, wished), faster, turn.say("offers.ask")))
    replies[-1] = replace(replies[-1], choices=replies[-1].choices + others)
    question = Question("resolution", text, (), more=tuple(replies))
    return ask(turn, "refund", question, slots=slots, changes=changes)


def _missing(turn: Turn, wished: str | None) -> str:
    """That a way which was wished for is not among those that the rules give."""
    if wished is None:
        return ""
    if wished == Resolution.KEEP_ITEM_PARTIAL:
        return turn.say("offers.keep_by_person")
    return turn.say("offers.not_this_way", resolution=turn.code("resolution", wished))


def _wish_choice(turn: Turn, wish: Remedy) -> Choice:
    is_faster = wish is Remedy.EXPEDITE
    return turn.choice("expedite", f"remedy:{wish.value}") if is_faster else turn.choice_of("remedy", wish)


def _known_version(turn: Turn, facts: OrderFacts, *, is_new: bool) -> int | None:
    """The order's version for which the offers are known to hold: this one's, if they were made or checked by it."""
    return facts.version if is_new or turn.slots.order_version == facts.version else None


def _slots_of(case: RefundCase, version: int | None) -> Slots:
    """What is known while the ways are chosen from: all of it is in the case."""
    return Slots(
        order_no=case.order_no,
        case_no=case.case_no,
        lines=tuple([(line.line_no, line.quantity) for line in case.claim.lines]),
        reason=case.claim.reason.value,
        order_version=version,
    )


def _parts_of(facts: OrderFacts, case: RefundCase, offer: Offer, whole: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """The payments that the offer would go back over: those of the whole claim, unless it settles only a part."""
    settled = as_offered(case, offer)
    return whole if settled is case else original_legs(facts, settled)


def ask_confirmation(
    turn: Turn,
    facts: OrderFacts,
    case: RefundCase,
    offer: Offer,
    *,
    slots: Slots,
    changes: tuple[CaseChange, ...] = (),
) -> Step:
    """The last question: goods, amount and where it goes, with exactly yes and no."""
    case = as_offered(case, offer)
    parts = original_legs(facts, case)
    text = confirmation_text(turn, facts, case, offer, parts)
    has_bonus = not offer.bonus.is_zero()
    shown = replace(
        slots,
        offer_id=offer.offer_id,
        shown=digest(facts.order, case, offer, parts),
        has_bonus=has_bonus,
    )
    choices = (turn.choice("yes", "confirm:yes"), turn.choice("no", "confirm:no"))
    question = Question("confirm", text, choices)
    return ask(turn, "refund", question, slots=shown, changes=changes)


def have_expired(turn: Turn, case: RefundCase) -> bool:
    """True when the case's offers can no longer be taken."""
    ends = [offer.expires_at for offer in case.offers if offer.expires_at is not None]
    return bool(ends) and min(ends) <= turn.now
