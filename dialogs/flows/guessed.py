"""Commands that a model says: only those that may be guessed, with codes and numbers that exist."""

from dialogs.commands import (
    GUESSABLE,
    AskAgain,
    AskPolicy,
    Clarify,
    Command,
    Correct,
    Miss,
    SetGoods,
    SetOrder,
    SetQuantity,
    SetReason,
    SetRemedy,
    SetResolution,
    Setting,
    SmallTalk,
    StartRefund,
)
from dialogs.conversation import Conversation
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import GOODS_LENGTH_MAX
from dialogs.nlu.topics import TOPICS
from dialogs.understanding import Intent
from refund_core.claims import Reason, Remedy, Resolution

COMMANDS_MAX = 8
ORDER_NO_LENGTH_MAX = 200
QUANTITY_MAX = 1_000_000
_REASONS = frozenset(it.value for it in Reason)
_REMEDIES = frozenset(it.value for it in Remedy)
_RESOLUTIONS = frozenset(it.value for it in Resolution)
_INTENTS = frozenset(it.value for it in Intent)
_OTHER_GOODS = frozenset({Resolution.EXCHANGE.value, Resolution.EXPEDITE.value})
_TALK = frozenset({"greeting", "thanks", "anger", "closing", "off_topic"})


def vetted(conversation: Conversation, commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """What of these is carried out, never empty; within a refund none starts another."""
    sound = [_plainly(it) for it in commands[:COMMANDS_MAX] if isinstance(it, GUESSABLE) and _is_sound(it)]
    if not is_in_refund(conversation):
        return tuple(sound) or (Miss(),)
    kept = tuple([it for it in sound if not isinstance(it, StartRefund)])
    return kept or ((AskAgain(),) if sound else (Miss(),))


def _plainly(command: Command) -> Command:
    """A resolution that is about goods, not money, is the remedy of that name."""
    if isinstance(command, SetResolution) and command.resolution in _OTHER_GOODS:
        return SetRemedy(command.resolution)
    return command


def _is_sound(command: Command) -> bool:
    match command:
        case SetReason(reason):
            return reason in _REASONS
        case SetRemedy(remedy):
            return remedy in _REMEDIES
        case SetResolution(resolution):
            return resolution in _RESOLUTIONS
        case SetOrder(order_no):
            return 0 < len(order_no) <= ORDER_NO_LENGTH_MAX
        case SetGoods(words):
            return 0 < len(words) <= GOODS_LENGTH_MAX
        case SetQuantity(quantity, option):
            return all(number is None or 0 < number <= QUANTITY_MAX for number in (quantity, option))
        case Correct(setting):
            return setting is None or (isinstance(setting, GUESSABLE) and _is_sound(setting))
        case AskPolicy(topic):
            return topic is None or topic in TOPICS
        case Clarify(first, second):
            return first in _INTENTS and second in _INTENTS
        case SmallTalk(kind):
            return kind in _TALK
        case _:
            return not isinstance(command, Setting)
