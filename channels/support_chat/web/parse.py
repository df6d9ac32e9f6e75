"""What the chat's clients send, from bytes to the dialog's words; pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from channels.clean import clean
from channels.support_chat.web.signature import Session
from dialogs.messages import InboundMessage, Locale
from refund_core.shape_words import UNREADABLE, wrong_shape

ACTION_LENGTH_MAX = 4_000
ATTACHMENT_ID_LENGTH_MAX = 64
_ACTION = re.compile(r"[a-z_]+(:\S([^\u0000-\u001f]*\S)?)?")


Document = TypeVar("Document")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may hold."""

    text_length_max: int = 4_000
    attachments_max: int = 9


class SessionRequest(msgspec.Struct, frozen=True):
    """The body of POST …/sessions."""

    identity: str | None = None
    locale: Locale | None = None


class MessageRequest(msgspec.Struct, frozen=True):
    """The body of POST …/messages; a text, an action, or pictures with or without a text."""

    client_id: UUID
    text: str | None = None
    action: str | None = None
    attachments: tuple[str, ...] = ()
    locale: Locale | None = None


class FirstFrame(msgspec.Struct, frozen=True):
    """What a WebSocket client says first."""

    session: str


class ClientFrame(msgspec.Struct, frozen=True):
    """What a WebSocket client may say later; other types are ignored."""

    type: str


class MessageRefused(Exception):
    """A body that is no message.

    code: not_json, wrong_shape, too_long, empty, two_contents, too_many. field names the place; limit what was passed.
    """

    def __init__(self, code: str, field: str, *, limit: int | None = None, detail: str = "") -> None:
        super().__init__(f"{code}: {field}")
        self.code = code
        self.field = field
        self.limit = limit
        self.detail = detail


def parse_message(raw: bytes, session: Session, limits: Limits, *, now: datetime) -> tuple[InboundMessage, bytes]:
    """The message and the hash of what it says (the same client_id with another one is a conflict)."""
    request = decode(raw, _MESSAGES)
    text, action = _clean_text(request.text, limits), _clean_action(request.action)
    _check_contents(request, text, action, limits)
    locale = request.locale or session.locale
    message = InboundMessage(
        str(request.client_id),
        now,
        text,
        action,
        request.attachments,
        session.order_no,
        locale,
        is_locale_chosen=request.locale is not None,
    )
    return message, hash_of(text, action, request.attachments)


def parse_session_request(raw: bytes) -> SessionRequest:
    """The wish for a session; an empty body asks for an anonymous one."""
    return decode(raw, _SESSION_REQUESTS) if raw.strip() else SessionRequest()


def parse_first_frame(raw: str) -> FirstFrame:
    """The frame that must come first on a stream."""
    return decode(raw, _FIRST_FRAMES)


def parse_frame(raw: str) -> ClientFrame:
    """Any later frame of a stream."""
    return decode(raw, _FRAMES)


def hash_of(text: str | None, action: str | None, attachments: tuple[str, ...]) -> bytes:
    """What a message says, in 16 bytes; JSON's spelling does not matter."""
    return hashlib.blake2b(msgspec.json.encode((text, action, attachments)), digest_size=16).digest()


def decode(raw: bytes | str, decoder: msgspec.json.Decoder[Document]) -> Document:
    """JSON to its type. Raises MessageRefused with the place that is wrong."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        field, reason = wrong_shape(error, decoder.type)
        raise MessageRefused("wrong_shape", field or "body", detail=reason) from None
    except UNREADABLE:
        raise MessageRefused("not_json", "body") from None


_MESSAGES = msgspec.json.Decoder(MessageRequest)
_SESSION_REQUESTS = msgspec.json.Decoder(SessionRequest)
_FIRST_FRAMES = msgspec.json.Decoder(FirstFrame)
_FRAMES = msgspec.json.Decoder(ClientFrame)


def _clean_text(text: str | None, limits: Limits) -> str | None:
    if text is None:
        return None
    if len(text) > limits.text_length_max:
        raise MessageRefused("too_long", "text", limit=limits.text_length_max)
    return clean(text) or None


def _clean_action(action: str | None) -> str | None:
    if action is None:
        return None
    if len(action) > ACTION_LENGTH_MAX:
        raise MessageRefused("too_long", "action", limit=ACTION_LENGTH_MAX)
    if not _ACTION.fullmatch(action):
        raise MessageRefused("wrong_shape", "action", detail="Expected an action such as `start:refund`")
    return clean(action)


def _check_contents(request: MessageRequest, text: str | None, action: str | None, limits: Limits) -> None:
    if len(request.attachments) > limits.attachments_max:
        raise MessageRefused("too_many", "attachments", limit=limits.attachments_max)
    if any(not 0 < len(name) <= ATTACHMENT_ID_LENGTH_MAX for name in request.attachments):
        raise MessageRefused("wrong_shape", "attachments", detail="Expected ids that an upload has answered")
    if text is not None and action is not None:
        raise MessageRefused("two_contents", "action")
    if text is None and action is None and not request.attachments:
        raise MessageRefused("empty", "text")
