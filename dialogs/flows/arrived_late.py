"""Late goods that have arrived: they go back as the rules let them, or stay and a person settles the delay."""

import re

from dialogs.commands import SetReason
from dialogs.conversation import Conversation, Slots
from dialogs.flows.buttons import is_shown
from dialogs.flows.if_asked import verdict_of
from dialogs.flows.turn import Question, Turn, ask
from dialogs.flows.words import items_text
from dialogs.step import Step
from dialogs.texts.money import format_day
from refund_core.circumstances import Phase, days_late_delivery, phase, signed_at
from refund_core.claims import Reason
from refund_core.orders import OrderFacts
from refund_core.outcomes import Outcome
from refund_core.replacing import replace

_LATE, _BACK = f"reason:{Reason.LATE_SHIPPING.value}", f"reason:{Reason.NO_LONGER_WANTED.value}"
_KEEPING = re.compile(r"[赔补]|留|不退|\b(?:compens\w*|keep\w*|discount|money off|something back)\b")
_RETURNING = re.compile(r"退|寄回|不要了|\b(?:return\w*|send (?:it|them|this) back|refund|money back|don'?t want)\b")


def has_arrived(facts: OrderFacts | None, slots: Slots) -> bool:
    """True where all of the goods are with the customer."""
    return facts is not None and phase(facts.order, [line_no for line_no, _ in slots.lines]) is Phase.DELIVERED


def ask_late(turn: Turn, facts: OrderFacts, slots: Slots) -> Step:
    """What the dates say, and which of the two it is to be; back only where the rules take it without a reason."""
    slots = replace(slots, reason=Reason.LATE_SHIPPING.value, reason_guessed=False)
    back = verdict_of(turn, facts, slots.lines, Reason.NO_LONGER_WANTED)
    can_go_back = back is not None and back.outcome is not Outcome.REJECT
    choices = (
        *((turn.choice("late_back", _BACK),) if can_go_back else ()),
        turn.choice("late_kept", _LATE),
        turn.choice("back", "back"),
        turn.human(),
    )
    items = turn.say("reason.item", items=items_text(turn, facts.order, slots.lines))
    text = turn.say("late.ask" if can_go_back else "late.ask_kept")
    return ask(
        turn, "refund", Question("reason", "\n".join((items, _dates(turn, facts, slots), text)), choices), slots=slots
    )


def _dates(turn: Turn, facts: OrderFacts, slots: Slots) -> str:
    """When it came, and whether that was later than promised."""
    order, line_nos = facts.order, [line_no for line_no, _ in slots.lines]
    came = [at for it in order.shipments if (at := signed_at(it)) is not None]
    if not came:
        return turn.say("late.no_date")
    zone, promised = turn.merchant.timezone, order.promised_delivery_at
    day = format_day(max(came), turn.locale, zone)
    days = days_late_delivery(order, line_nos, turn.now)
    if promised is None or days is None:
        return turn.say("late.came", day=day)
    until = format_day(promised, turn.locale, zone)
    return turn.say("late.came_late" if days > 0 else "late.in_time", day=day, until=until)


def late_answer(conversation: Conversation, words: str) -> tuple[SetReason] | None:
    """Which of the two the words (in lower case) choose; None where that is not what is asked."""
    if conversation.stack[-1].asking != "reason" or not is_late_asked(conversation):
        return None
    if _KEEPING.search(words) is not None:
        return (SetReason(Reason.LATE_SHIPPING.value),)
    is_back = _RETURNING.search(words) is not None and is_shown(conversation, _BACK)
    return (SetReason(Reason.NO_LONGER_WANTED.value),) if is_back else None


def is_late_asked(conversation: Conversation) -> bool:
    """True where just that is asked: no other reason is among the buttons."""
    asked = conversation.asked
    actions = {it.action for it in asked.choices if it.action.startswith("reason:")} if asked is not None else set()
    return _LATE in actions and actions <= {_LATE, _BACK}
