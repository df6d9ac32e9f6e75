"""Not sure what was meant: which of the two likeliest readings, with a button for each."""

from collections.abc import Mapping

from dialogs.commands import Clarify
from dialogs.conversation import Conversation
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.small_talk import MISSES_BEFORE_PERSON
from dialogs.flows.turn import Question, Turn, ask_aside
from dialogs.messages import Choice
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.replacing import replace

GUESSED_FROM = 0.2
"""Below this neither reading is worth a question."""
_MEANT: Mapping[str, tuple[str, str]] = {
    Intent.REFUND_REQUEST: ("choice.start", "start:refund"),
    Intent.EXCHANGE_REQUEST: ("choice.start", "start:refund"),
    Intent.CANCEL_ORDER: ("choice.start", "start:refund"),
    Intent.GIVE_REASON: ("choice.start", "start:refund"),
    Intent.REFUND_STATUS: ("choice.ask_status", "ask:status"),
    Intent.DELIVERY_HURRY: ("choice.ask_delivery", "ask:delivery"),
    Intent.POLICY_QUESTION: ("choice.ask_policy", "ask:policy"),
    Intent.WITHDRAW_REQUEST: ("choice.ask_withdraw", "ask:withdraw"),
}
_ASKED_AT = frozenset({None, "order", "reason", "resolution", "declined", "clarify"})


def unsure(conversation: Conversation, understanding: Understanding) -> Clarify | None:
    """The two readings to choose from, where both are something to do and the words were no answer."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    first, second = understanding.intent.value, understanding.entity("second")
    if second is None or asking not in _ASKED_AT or understanding.confidence < GUESSED_FROM:
        return None
    if first not in _MEANT or second not in _MEANT or _MEANT[first] == _MEANT[second]:
        return None
    is_start = "choice.start" in {_MEANT[first][0], _MEANT[second][0]}
    return None if is_start and is_in_refund(conversation) else Clarify(first, second)


def ask_which(turn: Turn, readings: Clarify) -> Step:
    """The question; the second time in a row a person comes first."""
    misses = turn.conversation.misses + 1
    meant = [_choice(turn, reading) for reading in (readings.first, readings.second)]
    others = (turn.choice("go_back", "back"),) if is_in_refund(turn.conversation) else ()
    is_lost = misses >= MISSES_BEFORE_PERSON
    choices = (turn.human(), *meant, *others) if is_lost else (*meant, *others, turn.human())
    asked = ask_aside(
        turn, "clarify", Question("clarify", turn.say("clarify.person" if is_lost else "clarify.ask"), choices)
    )
    return replace(asked, conversation=replace(asked.conversation, misses=misses))


def _choice(turn: Turn, reading: str) -> Choice:
    key, action = _MEANT.get(reading, _MEANT[Intent.REFUND_REQUEST])
    return Choice(turn.say(key), action)
