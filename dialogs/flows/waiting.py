"""Waiting for a person, before anybody took over: the way back to the assistant, and how many wait before.

Whatever else is said then is kept for the person and answered by nobody; facts are kept with the case that waits too.
"""

from dialogs.actions import spoken_language
from dialogs.conversation import Conversation
from dialogs.facts import Needs
from dialogs.flows.case_facts import kept_for_person, may_tell_of_case, queue_needs
from dialogs.flows.turn import Turn, menu_reply, question_again
from dialogs.flows.words import hours_told
from dialogs.messages import Choice, InboundMessage, Reply
from dialogs.nlu.answers import plain_words
from dialogs.nlu.queueing import asks_place, goes_back
from dialogs.step import Step
from refund_core.replacing import replace

QUEUE = "queue"
_NOTHING = Needs()


def is_for_the_queue(conversation: Conversation, message: InboundMessage) -> bool:
    """True for what is answered while a person is waited for (the way back, how long it takes, another language).

    And for what may be told of the case that waits with the customer.
    """
    if may_tell_of_case(conversation, message):
        return True
    return _is_back(message) or _is_asking(message) or spoken_language(message.action) is not None


def waiting_needs(conversation: Conversation, message: InboundMessage) -> Needs:
    """How many wait before, where that will be said; the case, where something may be told of it."""
    if not _is_asking(message) and spoken_language(message.action) in {None, conversation.locale}:
        return _NOTHING if _is_back(message) else queue_needs(conversation, message)
    return Needs(is_queue_asked=True, waiting_since=conversation.waiting_since)


def while_waiting(turn: Turn) -> Step:
    """Back to the assistant, the place in the queue, or nothing but what the case keeps."""
    if _is_back(turn.message):
        return _back(turn)
    locale = spoken_language(turn.message.action)
    if locale is not None and locale != turn.locale:
        turn = replace(turn, conversation=replace(turn.conversation, locale=locale))
    elif not _is_asking(turn.message):
        return kept_for_person(turn)
    reply = Reply("\n".join((turn.say("waiting.still"), *place_words(turn))), (to_assistant(turn),), sender="system")
    return Step(turn.conversation, (reply,))


def place_words(turn: Turn) -> tuple[str, ...]:
    """How many wait before, and when people are there; what is not known is not said."""
    before, hours = turn.facts.waiting_before, hours_told(turn)
    said: list[str] = []
    if before is not None:
        said.append(turn.say("waiting.before", count=before) if before else turn.say("waiting.next"))
    if hours is not None:
        said.append(turn.say("human.hours", hours=hours))
    return tuple(said)


def to_assistant(turn: Turn) -> Choice:
    """The button that ends the waiting."""
    return turn.choice("to_assistant", "back")


def _is_back(message: InboundMessage) -> bool:
    if message.action is not None:
        return message.action == "back"
    return message.text is not None and goes_back(plain_words(message.text))


def _is_asking(message: InboundMessage) -> bool:
    if message.action is not None:
        return message.action == "human"
    return message.text is not None and asks_place(plain_words(message.text))


def _back(turn: Turn) -> Step:
    """The assistant goes on where it stood."""
    old = turn.conversation
    conversation = replace(old, holder="bot", epoch=old.epoch + 1, waiting_since=None, misses=0)
    turn = replace(turn, conversation=conversation)
    lead = turn.say("waiting.back")
    if conversation.stack and conversation.asked is not None:
        return Step(conversation, (Reply(lead), question_again(turn, conversation.asked)))
    return Step(conversation, (menu_reply(turn, lead),))
