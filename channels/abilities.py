"""What some platforms can beyond what every channel does."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from channels.channel import Payload, Spoken
from dialogs.messages import Locale


@runtime_checkable
class Notices(Protocol):
    """A channel with messages that may be sent when no reply window is open, for where a case stands."""

    def notice(self, spoken: Sequence[Spoken], locale: Locale) -> Payload | None:
        """The payload, for send; None where the account has no template for it or nothing here is about a case."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """A channel on whose platform the merchant's people may answer instead of at our desk."""

    @property
    def handed_over(self) -> Payload | None:
        """What answers a push while a person holds the conversation; None where they answer at our desk."""
        ...
