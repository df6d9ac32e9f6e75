"""The answers to the offers and to the confirmation: what is paid is what was shown, of the order as it still is."""

from dialogs.commands import SetResolution, TakeOffer
from dialogs.conversation import Slots
from dialogs.flows.case_notes import noted
from dialogs.flows.offer_words import as_offered, digest
from dialogs.flows.offers import ask_confirmation, ask_offers, have_expired
from dialogs.flows.payout import submitted
from dialogs.flows.reason import ask_reason
from dialogs.flows.turn import Question, Turn, again, ask, finish
from dialogs.flows.words import (
    case_card,
    original_legs,
    refusal_text,
    state_reply,
    wish_words,
)
from dialogs.messages import Reply
from dialogs.step import Step
from refund_core.budgets import Budget, is_within
from refund_core.case_customer import hand_over, withdraw
from refund_core.case_money import confirm
from refund_core.case_open import without_hold
from refund_core.cases import CaseState, Offer, RefundCase
from refund_core.claims import Leg, Resolution
from refund_core.decisions import still_holds
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.orders import OrderFacts
from refund_core.replacing import replace


def choose_offer(turn: Turn, chosen: TakeOffer | SetResolution) -> Step:
    """One of the offers was taken: ask for the confirmation; or none of them was wanted."""
    if isinstance(chosen, TakeOffer) and not chosen.is_accepted:
        return _decline(turn, chosen)
    found = _open_case(turn)
    if isinstance(found, Step):
        return found
    facts, case = found
    offer = _offer_of(case, chosen)
    if offer is None and isinstance(chosen, SetResolution):
        return _other_way(turn, facts, case, chosen.resolution)
    if offer is None:
        return again(turn, "stale")
    slots = replace(turn.slots, order_version=facts.version)
    return ask_confirmation(turn, facts, case, offer, slots=slots)


def _other_way(turn: Turn, facts: OrderFacts, case: RefundCase, wished: str) -> Step:
    """A way that the rules do not give: the others, and a part of the money for goods that stay by a person's hand."""
    is_button = turn.understanding.action is not None
    if is_button and wished == Resolution.KEEP_ITEM_PARTIAL:
        return choose_wish(turn, wished)
    change = noted(turn, case) if not is_button and wished == Resolution.KEEP_ITEM_PARTIAL else None
    asked = ask_offers(turn, facts, case if change is None else change.case, is_listed=True, wished=wished)
    return asked if change is None else replace(asked, changes=(change,))


def _offer_of(case: RefundCase, chosen: TakeOffer | SetResolution) -> Offer | None:
    if isinstance(chosen, SetResolution):
        return next((offer for offer in case.offers if offer.resolution.value == chosen.resolution), None)
    return next((offer for offer in case.offers if offer.offer_id == chosen.offer_id), None)


def _decline(turn: Turn, declined: TakeOffer) -> Step:
    """None of the offers is wanted; one that the case does not have is not declined."""
    case = turn.facts.case
    if case is not None and case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    if case is None or _offer_of(case, declined) is None:
        return again(turn, "stale")
    return _ask_what_instead(turn, "offers.declined")


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
    if turn.slots.shown != digest(facts.order, settled, offer, parts):
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
        wish=wish_words(turn, wish),
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


def _open_case(turn: Turn) -> tuple[OrderFacts, RefundCase] | Step:
    """The order and its case while it waits for a choice; otherwise what has become of it."""
    case, facts = turn.facts.case, turn.facts.order
    if case is None or facts is None:
        return finish(turn, Reply(turn.say("status.not_found"), (turn.choice("start", "start:refund"), turn.human())))
    if case.state is not CaseState.OFFERED:
        return finish(turn, state_reply(turn, case))
    if have_expired(turn, case):
        return finish(turn, Reply(turn.say("offers.expired"), (turn.choice("start", "start:refund"), turn.human())))
    if turn.slots.order_version != facts.version and not _still_holds(turn, facts, case):
        return _ask_anew(turn, facts, case)
    return facts, case


def _still_holds(turn: Turn, facts: OrderFacts, case: RefundCase) -> bool:
    """True where the order, changed or not, still comes to the same; what a person offered is theirs to judge."""
    if any(entry.by.startswith("staff:") for entry in case.history):
        return True
    free, merchant = without_hold(facts, case), turn.merchant
    return still_holds(case.decision, free, case.claim, merchant.policy, timezone=merchant.timezone)


def _ask_anew(turn: Turn, facts: OrderFacts, case: RefundCase) -> Step:
    """The order has changed since: the case ends unpaid, and the rules judge anew once the claim is confirmed."""
    claim = case.claim
    lines = tuple([(line.line_no, line.quantity) for line in claim.lines])
    slots = Slots(case.order_no, lines, claim.reason.value, evidence=claim.evidence, note=claim.note)
    asked = ask_reason(turn, without_hold(facts, case), slots)
    told = replace(asked.replies[0], text=f"{turn.say('confirm.order_changed')}\n{asked.replies[0].text}")
    change = withdraw(case, turn.moment, why="the order has changed")
    return replace(asked, replies=(told, *asked.replies[1:]), changes=(change, *asked.changes))


def _ask_what_instead(turn: Turn, key: str) -> Step:
    case_no = turn.slots.case_no or ""
    choices = (
        turn.choice("back", "back"),
        turn.choice("withdraw", f"withdraw:{case_no}", case_no=case_no),
        turn.human(),
    )
    return ask(turn, "refund", Question("declined", turn.say(key), choices))
