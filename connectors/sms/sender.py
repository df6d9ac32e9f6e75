"""What an SMS sender is to us: one text to one phone, told apart by our key; what became of it is clear or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from dialogs.messages import Locale

SIGNATURE_MARKS = ("【", "】")
"""What the sender's name stands between at the front of a text, as Chinese operators require."""


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """A text that may be sent: its name, language, whose name stands in front, and its words with {values}.

    A provider that keeps registered templates finds its own by name and locale; another one sends the words.
    """

    name: str
    locale: Locale
    signature: str
    words: str

    def text(self, values: Mapping[str, str]) -> str:
        """The whole text as the phone shows it. Raises KeyError for a value that is missing."""
        opening, closing = SIGNATURE_MARKS
        return f"{opening}{self.signature}{closing}{self.words.format_map(values)}"


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """A merchant's account at a sender; the settings' names are the sender's own."""

    merchant: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The sender took it; message_id is its own."""

    message_id: str


class SmsSender(Protocol):
    """One merchant's account at one sender."""

    async def send(self, phone: str, template: SmsTemplate, values: Mapping[str, str], key: str) -> Receipt:
        """Send one text; the key is ours, one for each text, and never used for another.

        No sender promises to know a key again, so a text of unknown outcome is not sent twice by whoever calls this.
        Raises SendLater (surely not sent), SendRefused (surely not sent, ever) and AnswerUnknown.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
