"""The support chat and whoever carries a token: messages, sessions, frames, identities, start links."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from uuid import UUID

from channels.start_token import Start, StartRefused, read_start, sign_start
from channels.support_chat.web.parse import (
    Limits,
    MessageRefused,
    parse_first_frame,
    parse_frame,
    parse_message,
    parse_session_request,
)
from channels.support_chat.web.signature import (
    IdentityRefused,
    Session,
    SessionRefused,
    issue_session,
    read_identity,
    read_session,
    sign_identity,
)

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-shop-that-is-long-enough"
KEY = b"k" * 32
SESSION = Session(UUID(int=7), "shop", UUID(int=8), int(NOW.timestamp()) + 600, "c-1", "20261101-0001", "zh-CN")
LIMITS = Limits()

MESSAGES = (
    b'{"client_id":"0f3bd5a6-7d0c-4a44-9f5e-6cf1f2a4b8e1","text":"\xe6\x9d\xaf\xe5\xad\x90\xe7\xa2\x8e\xe4\xba\x86","locale":"zh-CN"}',
    b'{"client_id":"0f3bd5a6-7d0c-4a44-9f5e-6cf1f2a4b8e2","action":"line:1*2+line:2","locale":"en"}',
    b'{"client_id":"0f3bd5a6-7d0c-4a44-9f5e-6cf1f2a4b8e3","text":"look","attachments":["a1b2c3d4","e5f6"]}',
)
FRAMES = (b'{"session":"abc"}', b'{"type":"typing"}', b'{"type":"ping","more":[1,2,{"a":null}]}')
SESSION_REQUESTS = (b'{"identity":"a.b.c","locale":"en"}', b"", b"{}")
STARTS = tuple(
    sign_start(start, SECRET, expires_at=NOW + timedelta(minutes=10)).encode()
    for start in (Start("c-1", "20261101-0001"), Start("客户", None))
)
IDENTITIES = tuple(
    sign_identity(customer, SECRET, now=NOW, order_no=order_no, locale=locale).encode()
    for customer, order_no, locale in (("c-1", "20261101-0001", "zh-CN"), ("客户-2", None, None))
)


def a_message(_: Random, raw: bytes) -> bool:
    """The body of a message."""
    try:
        message, said = parse_message(raw, SESSION, LIMITS, now=NOW)
    except MessageRefused as refused:
        assert refused.field  # noqa: PT017 - both ends are right
        return False
    assert len(said) == 16
    assert message.text is None or (0 < len(message.text) <= LIMITS.text_length_max and "\x00" not in message.text)
    for word in (message.text, message.action, *message.attachments):
        (word or "").encode()
    return True


def a_session_request(_: Random, raw: bytes) -> bool:
    """The body that asks for a session."""
    try:
        parse_session_request(raw)
    except MessageRefused as refused:
        assert refused.field  # noqa: PT017 - both ends are right
        return False
    return True


def a_frame(chance: Random, raw: bytes) -> bool:
    """A frame of a stream, the first or a later one; aiohttp has made it a text before."""
    parse = chance.choice((parse_first_frame, parse_frame))
    try:
        parse(raw.decode(errors="replace"))
    except MessageRefused:
        return False
    return True


def an_identity(_: Random, raw: bytes) -> bool:
    """A merchant's token: taken only as it was signed."""
    token = raw.decode(errors="replace")
    try:
        identity = read_identity(token, SECRET, now=NOW, seconds_max=3_600)
    except IdentityRefused:
        return False
    assert token.rstrip("=").encode() in IDENTITIES or _says_the_same(token)
    assert identity.customer in {"c-1", "客户-2"}
    return True


def a_start(_: Random, raw: bytes) -> bool:
    """A start link's token: taken only with what was signed in it."""
    try:
        start = read_start(raw.decode(errors="replace"), SECRET, now=NOW)
    except StartRefused:
        return False
    assert start in {Start("c-1", "20261101-0001"), Start("客户", None)}
    return True


def a_session(_: Random, raw: bytes) -> bool:
    """Our own session token: taken only with what was signed in it."""
    try:
        session = read_session(raw.decode(errors="replace"), KEY, now_seconds=NOW.timestamp())
    except SessionRefused:
        return False
    assert session == SESSION
    return True


def _says_the_same(token: str) -> bool:
    """Base64 has more spellings than one for the same bytes."""
    return any(_parts(token) == _parts(whole.decode()) for whole in IDENTITIES)


def _parts(token: str) -> list[bytes]:
    return [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]


Checks = Mapping[str, tuple[Sequence[bytes], Callable[[Random, bytes], bool]]]
TARGETS: Checks = MappingProxyType(
    {
        "chat_message": (MESSAGES, a_message),
        "chat_session_request": (SESSION_REQUESTS, a_session_request),
        "chat_frame": (FRAMES, a_frame),
        "chat_session": ((issue_session(SESSION, KEY).encode(),), a_session),
        "identity": (IDENTITIES, an_identity),
        "start_token": (STARTS, a_start),
    }
)
