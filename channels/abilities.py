"""What some platforms can beyond what every channel does."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from channels.channel import Arrival, Payload, Spoken
from dialogs.messages import Locale
from refund_core.values import value


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


@value(frozen=True, slots=True)
class LoggedIn:
    """Who a log-in code stands for, by the platform's ids: in this account, and across accounts where it tells that."""

    user: str
    union_id: str | None = None


@runtime_checkable
class TellsUnion(Protocol):
    """A channel whose platform says, when it is asked, who a person is in all accounts of a merchant's."""

    async def union_of(self, user: str) -> str | None:
        """The platform's id across accounts, None where it tells none of this person.

        Raises SendLater, SendRefused (the account may not ask), AnswerUnknown and Unreachable (nobody is called so).
        """
        ...


class LoginRefused(Exception):
    """A log-in code that stands for nobody (any more); reason: bad (unknown or expired), used, blocked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@runtime_checkable
class LogsIn(Protocol):
    """A channel whose people can chat inside the merchant's own app of that platform, with our chat API."""

    @property
    def asked_templates(self) -> tuple[str, ...]:
        """The templates of notices that a person has to allow, one message at a time."""
        ...

    async def log_in(self, code: str) -> LoggedIn:
        """Who the code stands for. Raises LoginRefused, and SendLater, SendRefused and AnswerUnknown."""
        ...


@runtime_checkable
class Picking(Protocol):
    """A channel on which several of a list are picked one after another, below the message that shows the list."""

    def picked(self, arrival: Arrival, one: Spoken, picks: Mapping[int, int], locale: Locale) -> Payload | None:
        """The payload, for send, that shows below the pressed message how many of each are picked; None for none."""
        ...
