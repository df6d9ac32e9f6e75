"""What a call of an action says to the dialog, and what the dialog has to say to that."""

from collections.abc import Sequence
from typing import Any, Protocol

from dialogs.messages import InboundMessage, Locale
from dialogs.nlu.second_reading import Reading, merged
from dialogs.understanding import Context, Intent, Understanding
from refund_core.replacing import replace
from refund_core.values import value

COMMAND = "/"
"""What a message to Rasa begins with that names its intent outright."""


@value(frozen=True, slots=True)
class Call:
    """One call of an action: the consumer's message as Rasa has it, and what is kept in the tracker between calls.

    identity is the merchant's signed proof of who this is; message_id is the same whenever Rasa calls again for the
    same message; session, said and seq come from slots that the last call has set.
    """

    sender: str
    message_id: str
    text: str
    choice: str | None = None
    reading: Reading | None = None
    wish: Intent | None = None
    identity: str | None = None
    locale: Locale | None = None
    session: str | None = None
    said: str | None = None
    seq: int | None = None
    asking: str | None = None


@value(frozen=True, slots=True)
class Heard:
    """What the dialog answers: replies as the chat's interface has them, the question that now waits (if any)."""

    replies: Sequence[dict[str, Any]]
    session: str
    seq: int
    asking: str | None
    holder: str = "bot"


class NotHeard(Exception):
    """The message was not taken; seconds_to_wait is how long to wait before it is sent again."""

    def __init__(self, code: str, seconds_to_wait: int = 1) -> None:
        super().__init__(code)
        self.code = code
        self.seconds_to_wait = seconds_to_wait


class Talk(Protocol):
    """The way into the dialog."""

    async def say(self, call: Call) -> Heard:
        """Say the call's message in the caller's conversation, once however often it is called. Raises NotHeard."""
        ...


@value(frozen=True, slots=True)
class ToldMessage(InboundMessage):
    """A message that Rasa has read already, and the intent of the action that it called for it."""

    reading: Reading | None = None
    wish: Intent | None = None


def read_told(own: Understanding, message: InboundMessage, context: Context) -> Understanding:
    """Our own reading of the message, bettered by Rasa's and by what the action is for, where that may be."""
    if not isinstance(message, ToldMessage) or message.action is not None:
        return own
    text, reading = message.text or "", _wished(message)
    if reading is None or reading.intent is None:
        return own
    if text.startswith(COMMAND) or (reading.intent is message.wish is Intent.WANT_HUMAN and reading.is_sure):
        return replace(own, intent=reading.intent, confidence=1.0, action=None)
    return merged(own, reading, text, context)


def _wished(message: ToldMessage) -> Reading | None:
    """What the action is for: as surely as Rasa read it, or surely where a rule calls it for another intent."""
    reading, wish = message.reading, message.wish
    if wish is None or (reading is not None and reading.intent is wish):
        return reading
    return Reading(wish, 1.0, reading.entities if reading is not None else ())
