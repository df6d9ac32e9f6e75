"""What a channel is to us: a platform on which a consumer writes, and the few things that differ between platforms.

A channel translates and calls; it keeps no state, knows no merchant's customer and decides nothing. One object stands
for one account of one merchant (a bot, an official account). verify, parse, render and answer are pure; only send,
acknowledge and fetch call the platform. Calls raise SendLater, SendRefused and AnswerUnknown of refund_core.sending.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

from channels.picks import Pick
from dialogs.messages import InboundMessage, Locale, Reply
from refund_core.addresses import is_public

MediaKind = Literal["picture", "video"]


class SignatureRejected(Exception):
    """The platform did not sign this request for this account and this moment; nothing of it was read."""


class PayloadUnreadable(Exception):
    """Signed by the platform, but not a payload of its documentation; the text says which part and why."""


class BadSetting(Exception):
    """An account's setting is missing or wrong; the text names it and the reason, never its value."""


class WindowClosed(Exception):
    """The platform takes no message to this user now (out of time or out of count, by its own count)."""


class Unreachable(Exception):
    """The user cannot be written to any more: they blocked the bot or unfollowed the account. Final."""


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's account on a channel; what the settings mean is the channel's own. They are secret.

    picture_url makes the address at which a picture of ours can be seen for some days, for platforms that fetch it.
    may_call tells whether an address that the settings name may lead to this network address.
    """

    merchant: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook_url: str = ""
    picture_url: Callable[[str], str] = str
    may_call: Callable[[str], bool] = is_public


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What came in over HTTP. Header names are lower case; of a repeated query parameter the first counts."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What is answered; an empty body with 200 tells a platform that the message was taken."""

    body: bytes = b""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video that still lies with the platform; ref is the platform's id or address."""

    kind: MediaKind
    ref: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: at most the bytes that were allowed, with the type the platform claims."""

    raw: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that a user did on the platform.

    user is the platform's id of the person in this account. message.message_id is unique in the account and the same
    when the platform sends the same thing again. message is None for what needs no turn but may tell something (an
    unfollow, a delivery report). union_id is the platform's id of the person across accounts. pressed names a button by
    the place of its message in the conversation and its own place in it, where its action did not fit the button
    (`button_key`). token is what a signed start link carried. window names the reply window that this opens. handle is
    what acknowledge and answer need of it (a callback's id, the receiving account), edits the platform's id of our
    message whose button was pressed, which may be changed instead of sending a new one. left is true when the person
    blocked the bot or unfollowed, follows that they began to follow. pick is what a button picked of a list (then there
    is no message), or that it took what is picked (then what the message does is still to be found). phone is the
    person's own, where the platform vouches for that.
    """

    user: str
    message: InboundMessage | None = None
    union_id: str | None = None
    media: tuple[Media, ...] = ()
    pressed: tuple[int, int] | None = None
    token: str | None = None
    window: str = "message"
    handle: str = ""
    edits: str | None = None
    left: bool = False
    follows: bool = False
    pick: Pick | None = None
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reply at its place in the conversation."""

    seq: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Payload:
    """One call to the platform: its method in the platform's words and its body as JSON values."""

    method: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform took it; message_id is the platform's, empty where it tells none."""

    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """So many messages may be sent within so many seconds of what opened it; count 0 means without limit."""

    seconds: int
    count: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the platform can show (lengths in characters; a longer action becomes a key on its button) and allows.

    passive_seconds: how long a webhook's answer may wait for a reply to carry, None where it carries none. windows,
    named as in Arrival: empty where one may write at any time. per_second: to one person, 0 where the platform tells.
    """

    text_max: int
    buttons_max: int
    button_label_max: int
    action_bytes_max: int
    has_cards: bool = False
    passive_seconds: float | None = None
    windows: Mapping[str, Window] = field(default_factory=dict)
    per_second: int = 0


class Channel(Protocol):
    """One account of one merchant on one platform."""

    capabilities: Capabilities

    def verify(self, request: WebhookRequest, *, now: datetime) -> bytes:
        """The payload that the platform signed (decrypted where it was encrypted). Raises SignatureRejected.

        Compares in constant time and reads nothing before. A platform's question whether the address is ours
        (GET with echostr) is answered by `challenge`.
        """
        ...

    def challenge(self, request: WebhookRequest, *, now: datetime) -> WebhookAnswer | None:
        """The answer to the platform's check of the address, None for any other request. Raises SignatureRejected."""
        ...

    def parse(self, payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
        """What happened, empty for what does not concern us. Raises PayloadUnreadable for anything else."""
        ...

    def render(self, spoken: Sequence[Spoken], locale: Locale, *, edits: str | None = None) -> tuple[Payload, ...]:
        """As few calls as the platform's limits allow that say all of this; the first may change our message `edits`.

        What the platform has no buttons for becomes numbered text. Texts are split at the ends of sentences.
        """
        ...

    def answer(self, request: WebhookRequest, arrival: Arrival | None, payload: Payload | None) -> WebhookAnswer:
        """The webhook's answer, with the payload in it where the platform takes replies that way."""
        ...

    async def send(self, user: str, payload: Payload, *, key: str) -> Receipt:
        """Call the platform once. key is ours and the same for the same message, for platforms that know keys.

        Raises SendLater, SendRefused, AnswerUnknown, WindowClosed and Unreachable.
        """
        ...

    async def acknowledge(self, arrival: Arrival, words: str = "") -> None:
        """Tell the platform that a press was seen, where it wants that; words are shown with it where it shows some.

        Errors are of no consequence and not raised.
        """
        ...

    async def fetch(self, media: Media, *, bytes_max: int) -> Fetched:
        """Fetch from the platform's own hosts only. Raises SendLater, SendRefused (also when it is larger)."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


class Tokens(Protocol):
    """Access tokens that all processes of the installation share."""

    async def token(
        self, name: str, fetch: Callable[[], Awaitable[tuple[str, float]]], *, refused: str | None = None
    ) -> str:
        """The token of that name; where there is none, or it is the one the platform refused, one process fetches.

        fetch gives the token and the seconds that it holds; it is asked for anew five minutes before their end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an account; a secret one is never shown again. choices are empty where any text goes."""

    name: str
    is_required: bool = True
    is_secret: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()


class ChannelModule(Protocol):
    """What the registry expects of a channel's module `channel`."""

    SETTINGS: Sequence[Setting]

    def open_channel(self, account: Account, tokens: Tokens) -> Channel:
        """The account, ready for use; nothing is called yet. Raises BadSetting."""
        ...


@runtime_checkable
class Connected(Protocol):
    """A channel that tells its platform where we are."""

    async def connect(self) -> None:
        """Tell it our address and what else it shows; doing it again does no harm. Raises as Channel.send."""
        ...


@runtime_checkable
class Checked(Protocol):
    """A channel whose platform can be asked whether the credentials hold."""

    async def check(self) -> None:
        """Ask. Raises as Channel.send."""
        ...


@runtime_checkable
class Polled(Protocol):
    """A channel that asks for what happened, where the platform cannot call us."""

    async def poll(self, *, after: str | None) -> tuple[tuple[Arrival, ...], str | None]:
        """Wait for what happened after a mark of ours and give it with the next mark; raises SendLater."""
        ...


def button_key(seq: int, place: int) -> str:
    """What a button carries whose action is too long: the place of its message and its own place in it."""
    return f"@{seq}.{place}"


def pressed_of(data: str) -> tuple[int, int] | None:
    """What button_key made; None for anything else."""
    seq, dot, place = data[1:].partition(".")
    if data[:1] != "@" or not dot or not all(part.isascii() and part.isdecimal() for part in (seq, place)):
        return None
    return (int(seq), int(place)) if len(data) <= _KEY_LENGTH_MAX else None


_KEY_LENGTH_MAX = 20
