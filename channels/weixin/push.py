"""One push of WeChat: who, when, what kind, and the texts in it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from channels.channel import Arrival, Media, PayloadUnreadable, pressed_of
from channels.clean import MEDIA_LENGTH_MAX, NAME_LENGTH_MAX, clean, is_name
from channels.weixin.wire import fields_of
from dialogs.actions import parse_action
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import WAVE

TEXT_LENGTH_MAX = 4_000
_AGE_MAX = timedelta(hours=1)

VOICE = "🎤"
"""What a spoken message says that WeChat did not write down; the dialog asks for other words."""
PLACE = "📍"


@dataclass(frozen=True, slots=True)
class Push:
    """What every push has; event is empty where a person wrote."""

    user: str
    account: str
    kind: str
    event: str
    at: datetime
    message_id: str
    fields: Mapping[str, Any]

    def text(self, name: str, *, length_max: int = TEXT_LENGTH_MAX) -> str:
        """A text without what no text needs, empty where it is missing. Raises PayloadUnreadable."""
        value = self.fields.get(name)
        if value is None:
            return ""
        return clean(_text_of(name, value))[:length_max]

    def needed(self, name: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
        """A text that must be there and is a name of WeChat's. Raises PayloadUnreadable."""
        return _needed(self.fields, name, length_max)


def read_push(payload: bytes, *, now: datetime) -> Push:
    """The push of a verified body. Raises PayloadUnreadable with the field and the reason."""
    fields = fields_of(payload)
    if "MsgType" not in fields and "Encrypt" in fields:
        raise PayloadUnreadable("Encrypt: encrypted, but the account has no encoding_aes_key")
    user, account = _needed(fields, "FromUserName"), _needed(fields, "ToUserName")
    kind = _needed(fields, "MsgType").lower()
    event = _needed(fields, "Event").lower() if kind == "event" else ""
    created = _seconds(fields)
    message_id = _event_id(fields, user, created, event) if event else _needed(fields, "MsgId")
    return Push(user, account, kind, event, _moment(created, now), message_id, fields)


def arrival(
    push: Push,
    *,
    text: str | None = None,
    action: str | None = None,
    order_no: str | None = None,
    media: tuple[Media, ...] = (),
    pressed: tuple[int, int] | None = None,
    window: str = "message",
    token: str | None = None,
) -> Arrival:
    """The push as something that its user did."""
    message = InboundMessage(push.message_id, push.at, text or None, action, order_no=order_no)
    named = push.fields.get("UnionId") or push.fields.get("unionid")
    union_id = named if is_name(named) else None
    return Arrival(push.user, message, union_id, media, pressed, token, window=window, handle=push.account)


def written(push: Push) -> Arrival:
    """A text; a tap on a menu that we sent comes as one, with the id of what was tapped."""
    text, tapped = push.text("Content"), push.text("bizmsgmenuid")
    if not tapped:
        return arrival(push, text=text)
    pressed = pressed_of(tapped)
    if pressed is not None:
        return arrival(push, text=text, pressed=pressed)
    return told(push, tapped, text)


def told(push: Push, key: str, text: str = "", *, window: str = "message") -> Arrival:
    """What a menu's key says: the action that it is, else the words (those shown, or the key's own)."""
    if parse_action(key) is not None:
        return arrival(push, action=key, window=window)
    return arrival(push, text=text or key or WAVE, window=window)


def picture(push: Push) -> Arrival:
    """A picture, which still lies with WeChat."""
    return arrival(push, media=(Media("picture", push.needed("MediaId", length_max=MEDIA_LENGTH_MAX)),))


def video(push: Push) -> Arrival:
    """A video, which still lies with WeChat."""
    return arrival(push, media=(Media("video", push.needed("MediaId", length_max=MEDIA_LENGTH_MAX)),))


def _text_of(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise PayloadUnreadable(f"{name}: expected a text")


def _needed(fields: Mapping[str, Any], name: str, length_max: int = NAME_LENGTH_MAX) -> str:
    if name not in fields:
        raise PayloadUnreadable(f"{name}: missing")
    text = _text_of(name, fields[name]).strip()
    if not is_name(text, length_max):
        raise PayloadUnreadable(f"{name}: expected 1 to {length_max} plain characters")
    return text


def _seconds(fields: Mapping[str, Any]) -> int:
    text = _needed(fields, "CreateTime", 12)
    if not text.isdecimal():
        raise PayloadUnreadable("CreateTime: expected seconds since 1970")
    return int(text)


def _moment(created: int, now: datetime) -> datetime:
    """When WeChat says that it happened, as far as that can be; the clock's own time where it cannot."""
    if abs(now.timestamp() - created) > _AGE_MAX.total_seconds():
        return now
    return min(now, datetime.fromtimestamp(created, UTC))


def _event_id(fields: Mapping[str, Any], user: str, created: int, event: str) -> str:
    """Events have no id: who, when and what make one, the same when WeChat sends the event again."""
    key = fields.get("EventKey", fields.get("SessionFrom")) or ""
    if not key:
        return f"{user}-{created}-{event}"
    digest = blake2b(str(key).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{user}-{created}-{event}-{digest}"
