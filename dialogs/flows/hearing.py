"""What a message says, in parts: what it asks to be done, and the questions in it that are answered beside."""

import re
from collections import OrderedDict

from dialogs.commands import AskPolicy, GoOn, HandOver, OtherPayee, Setting, StartOver, StartRefund, TakeOffer
from dialogs.conversation import Conversation
from dialogs.flows.buttons import WITHDRAW_ASKED
from dialogs.flows.intents import STARTS, Commands
from dialogs.flows.routes import commands_of
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import context_of, understand_now
from dialogs.nlu.topics import asked_topic
from dialogs.understanding import Understanding
from refund_core.replacing import replace
from refund_core.values import value

CLAUSES_MAX = 12
HEARD_REMEMBERED_MAX = 256
_CLAUSE = re.compile(r".+?(?:[。！!；;\n?？，,]+|\. |$)")
_HINT = re.compile(
    r"[?？吗么嘛呢谁几多怎哪啥]|\b(?:who|how|what|when|where|which|do|does|can|is|are|will)\b", re.IGNORECASE
)
_NEVER_PARTED = frozenset({"confirm", "appeal", WITHDRAW_ASKED})
_CHOOSING_A_WAY = frozenset({"resolution", "confirm", "declined"})
_ACTING = (Setting, StartRefund, StartOver, TakeOffer, GoOn, HandOver)


@value(frozen=True, slots=True)
class Heard:
    """commands are carried out, beside are answered before what they lead to; message is the part that commands."""

    message: InboundMessage
    understanding: Understanding
    commands: Commands
    beside: Commands = ()


def hear(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Heard:
    """The parts of a message; a button, and what a model read, have one part.

    A turn hears the same message twice, for the facts that it wants and for its step: the second time it is remembered.
    """
    key = (id(message), id(understanding))
    known = _HEARD.get(key)
    if known is not None and known[0] is conversation and known[1] is message and known[2] is understanding:
        return known[3]
    heard = _hear(conversation, message, understanding)
    _HEARD[key] = (conversation, message, understanding, heard)
    if len(_HEARD) > HEARD_REMEMBERED_MAX:
        _HEARD.popitem(last=False)
    return heard


# What an id stands for is kept beside it, so that no other value can have that id meanwhile.
_HEARD: OrderedDict[tuple[int, int], tuple[Conversation, InboundMessage, Understanding, Heard]] = OrderedDict()


def _hear(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Heard:
    commands = commands_of(conversation, message, understanding)
    text = message.text
    if understanding.action is not None or understanding.commands or not text:
        return Heard(message, understanding, commands)
    if understanding.entity("payee") is not None:
        return _with_payee(conversation, Heard(message, understanding, commands))
    if _HINT.search(text) is None:
        return Heard(message, understanding, commands)
    whole = Heard(message, understanding, commands)
    return _parted(conversation, whole, text) or whole


def _with_payee(conversation: Conversation, heard: Heard) -> Heard:
    """That the money cannot go elsewhere: alone where the ways of paying are chosen from, else beside the wish."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    if asking in _CHOOSING_A_WAY or not isinstance(heard.commands[-1], (Setting, StartRefund)):
        return replace(heard, commands=(OtherPayee(),))
    return replace(heard, beside=(OtherPayee(),))


def _parted(conversation: Conversation, heard: Heard, text: str) -> Heard | None:
    """A wish and a question about the rules in one message; None where it is only one of them."""
    asking = conversation.stack[-1].asking if conversation.stack else None
    clauses = [found.group() for found in _CLAUSE.finditer(text[:400])]
    if not 2 <= len(clauses) <= CLAUSES_MAX or asking in _NEVER_PARTED:
        return None
    topics = [_topic(conversation, clause) for clause in clauses]
    topic = next((found for found in topics if found is not None), None)
    rest = "".join([clause for clause, found in zip(clauses, topics, strict=True) if found is None]).strip(" ，,。.")
    if topic is None or not rest:
        return None
    read = understand_now(rest, conversation.locale, context_of(conversation))
    part = replace(heard.message, text=rest)
    commands = commands_of(conversation, part, read)
    if not isinstance(commands[-1], _ACTING):
        return None
    return Heard(part, read, commands, (AskPolicy(topic, read.entity("order_no")),))


def _topic(conversation: Conversation, clause: str) -> str | None:
    """What the clause asks about the rules; a wish that is put as a question asks for nothing but to be done."""
    topic = asked_topic(clause)
    if topic is None:
        return None
    return None if understand_now(clause, conversation.locale).intent in STARTS else topic
