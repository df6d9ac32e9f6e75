"""Asking for a refund, last part: how the money comes back, and the confirmation without which nothing is paid."""

from dialogs.commands import SetResolution, TakeOffer
from dialogs.conversation import Slots
from dialogs.facts import Needs
from dialogs.flows.offer_words import as_offered, confirmation_text, digest, offer_reply
from dialogs.flows.payout import submitted
from dialogs.flows.turn import Question, Turn, again, ask, finish, lines_of
from dialogs.flows.words import (
    amounts_text,
    case_card,
    original_legs,
    reason_of,
    refusal_text,
    state_reply,
)
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.budgets import Budget, is_within
from refund_core.case_customer import hand_over
from refund_core.case_money import confirm
from refund_core.cases import CaseChange, CaseState, Offer, RefundCase
from refund_core.claims import Leg, Reason, Remedy
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

_OTHER_WISHES: dict[Reason, tuple[Remedy, ...]] = {
    Reason.LATE_SHIPPING: (Remedy.EXPEDITE,),
    Reason.NOT_RECEIVED: (Remedy.RESHIP,),
    Reason.DAMAGED: (Remedy.EXCHANGE,),
    Reason.QUALITY_DEFECT: (Remedy.EXCHANGE,),
    Reason.WRONG_ITEM: (Remedy.EXCHANGE,),
    Reason.MISSING_ITEM: (Remedy.RESHIP,),
    Reason.SIZE_FIT: (Remedy.EXCHANGE,),
}


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
) -> Step:
    """How the money comes back: every way with its worth, the original route first.

    A way that was wished for, or a single one, goes to the confirmation right away, unless is_listed.
    """
    slots = _slots_of(case)
    told = next((offer for offer in case.offers if offer.resolution == wished), None)
    if told is not None:
        return ask_confirmation(turn, facts, case, told, slots=slots, changes=changes)
    wishes = _OTHER_WISHES.get(case.claim.reason, ())
    if len(case.offers) == 1 and not wishes and not is_listed and wished is None:
        return ask_confirmation(turn, facts, case, case.offers[0], slots=slots, changes=changes)
    whole = original_legs(facts, case)
    replies = [offer_reply(turn, offer, _parts_of(facts, case, offer, whole)) for offer in case.offers]
    others = (
        *(turn.choice_of("remedy", wish) for wish in wishes),
        turn.choice("back", "back"),
        turn.human(),
    )
    amounts = amounts_text(turn, case, facts.order)
    missing = turn.say("offers.not_this_way", resolution=turn.code("resolution", wished)) if wished else ""
    text = lines_of((reason_of(turn, case), amounts, missing, turn.say("offers.ask")))
    replies[-1] = replace(replies[-1], choices=replies[-1].choices + others)
    question = Question("resolution", text, (), more=tuple(replies))
    return ask(turn, "refund", question, slots=slots, changes=changes)


def _slots_of(case: RefundCase) -> Slots:
    """What is known while the ways are chosen from: all of it is in the case."""
    lines = tuple([(line.line_no, line.quantity) for line in case.claim.lines])
    return Slots(order_no=case.order_no, case_no=case.case_no, lines=lines, reason=case.claim.reason.value)


def _parts_of(facts: OrderFacts, case: RefundCase, offer: Offer, whole: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """The payments that the offer would go back over: those of the whole claim, unless it settles only a part."""
    settled = as_offered(case, offer)
    return whole if settled is case else original_legs(facts, settled)


def choose_offer(turn: Turn, chosen: TakeOffer | SetResolution) -> Step:
    """One of the offers was taken: ask for the confirmation; or none of them was wanted."""
    if isinstance(chosen, TakeOffer) and not chosen.is_accepted:
        return _decline(turn, chosen)
    found = _open_case(turn)
    if isinstance(found, Step):
        return found
    facts, case = found
    offer = _offer_of(case, chosen)
    if offer is None:
        return again(turn, "stale")
    return ask_confirmation(turn, facts, case, offer, slots=turn.slots)


def _decline(turn: Turn, declined: TakeOffer) -> Step:
    """None of the offers is wanted; one that the case does not have is not declined."""
    case = turn.facts.case
    if case is not None and case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    if case is None or _offer_of(case, declined) is None:
        return again(turn, "stale")
    return _ask_what_instead(turn, "offers.declined")


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
    shown = replace(slots, offer_id=offer.offer_id, shown=digest(case, offer, parts), has_bonus=has_bonus)
    choices = (turn.choice("yes", "confirm:yes"), turn.choice("no", "confirm:no"))
    question = Question("confirm", text, choices)
    return ask(turn, "refund", question, slots=shown, changes=changes)


def answer_confirmation(turn: Turn, *, is_yes: bool) -> Step:
    """Yes pays what was shown, if it is still the same; no leaves everything as it is."""
    if not is_yes:
        return _ask_what_instead(turn, "confirm.not_now")
    found = _open_case(turn)
    if isinstance(found, Step):
        return found
    facts, case = found
    offer = next((offer for offer in case.offers if offer.offer_id == turn.slots.offer_id), None)
    if offer is None:
        return ask_offers(turn, facts, case)
    settled = as_offered(case, offer)
    parts = original_legs(facts, settled)
    if turn.slots.shown != digest(settled, offer, parts):
        return _choose_again(turn, facts, case, "confirm.changed")
    return _pay(turn, facts, case, offer, parts)


def choose_wish(turn: Turn, wish: str) -> Step:
    """Something else than money was wished: a person arranges it; the case goes there with the wish."""
    case = turn.facts.case
    if case is None or case.state is not CaseState.OFFERED:
        return again(turn, "stale")
    limits = turn.merchant.policy.limits
    change = hand_over(replace(case, wish=wish), limits=limits, moment=turn.moment, why=f"wish {wish}")
    due = change.case.due
    text = turn.say(
        "review.wish",
        wish=turn.code("remedy", wish),
        case_no=case.case_no,
        until=turn.time(due.at) if due is not None else "",
    )
    choices = (turn.choice("status", f"status:{case.case_no}"), turn.human())
    return finish(turn, Reply(text, choices, card=case_card(change.case)), changes=(change,))


def _pay(turn: Turn, facts: OrderFacts, case: RefundCase, offer: Offer, parts: tuple[Leg, ...]) -> Step:
    try:
        change = confirm(case, facts, offer.offer_id, rails=turn.rails, moment=turn.moment, budget=_budget(turn))
    except ClaimRefused as refused:
        if refused.code == "budget_spent":
            return _choose_again(turn, facts, case, "offers.spent")
        return _not_paid(turn, refused)
    except MoveNotAllowed:
        return finish(turn, state_reply(turn, case))
    kept = Slots(order_no=case.order_no, case_no=case.case_no)
    return finish(turn, *submitted(turn, change.case, offer, parts), changes=(change,), slots=kept)


def _budget(turn: Turn) -> Budget:
    return Budget(turn.merchant.offer_rules, turn.facts.offer_use, turn.merchant.timezone)


def _choose_again(turn: Turn, facts: OrderFacts, case: RefundCase, key: str) -> Step:
    """What was confirmed is not what can be given: say so and let the consumer choose again.

    Not at once the next confirmation: the same yes, tapped twice, would answer a question that nobody has read.
    """
    budget = _budget(turn)
    left = case.offers if key != "offers.spent" else tuple(it for it in case.offers if is_within(it, budget))
    asked = ask_offers(turn, facts, replace(case, offers=left), is_listed=True)
    first = asked.replies[0]
    told = replace(first, text=f"{turn.say(key)}\n{first.text}")
    return replace(asked, replies=(told, *asked.replies[1:]))


def _not_paid(turn: Turn, refused: ClaimRefused) -> Step:
    text = turn.say("offers.expired") if refused.code == "offer_expired" else refusal_text(turn, refused)
    return finish(turn, Reply(text, (turn.choice("start", "start:refund"), turn.human())))


def have_expired(turn: Turn, case: RefundCase) -> bool:
    """True when the case's offers can no longer be taken."""
    ends = [offer.expires_at for offer in case.offers if offer.expires_at is not None]
    return bool(ends) and min(ends) <= turn.now


def _open_case(turn: Turn) -> tuple[OrderFacts, RefundCase] | Step:
    """The order and its case while it waits for a choice; otherwise what has become of it."""
    case, facts = turn.facts.case, turn.facts.order
    if case is None or facts is None:
        return finish(turn, Reply(turn.say("status.not_found"), (turn.choice("start", "start:refund"), turn.human())))
    if case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    if have_expired(turn, case):
        return finish(turn, Reply(turn.say("offers.expired"), (turn.choice("start", "start:refund"), turn.human())))
    return facts, case


def _offer_of(case: RefundCase, chosen: TakeOffer | SetResolution) -> Offer | None:
    if isinstance(chosen, SetResolution):
        return next((offer for offer in case.offers if offer.resolution.value == chosen.resolution), None)
    return next((offer for offer in case.offers if offer.offer_id == chosen.offer_id), None)


def _ask_what_instead(turn: Turn, key: str) -> Step:
    case_no = turn.slots.case_no or ""
    choices = (
        turn.choice("back", "back"),
        turn.choice("withdraw", f"withdraw:{case_no}", case_no=case_no),
        turn.human(),
    )
    return ask(turn, "refund", Question("declined", turn.say(key), choices))
