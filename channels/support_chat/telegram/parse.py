"""A Telegram update to what a person did; pure.

Only private chats count: groups and channels are nobody's refund. Of an update only the fields that are needed are
read, so a field that Telegram adds or changes elsewhere stops nothing. An edited message is read as said again, with
its new words, when it was edited; its pictures were taken the first time. Each picture of an album is a message of its
own, as Telegram sends them.
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User
from pydantic import ValidationError

from channels.channel import Arrival, Media, PayloadUnreadable, pressed_of
from channels.clean import MEDIA_LENGTH_MAX, clean, is_name
from channels.picks import pick_of
from channels.support_chat.telegram.edits import edit_mark
from channels.support_chat.telegram.keyboard import CALLBACK_BYTES_MAX
from dialogs.messages import InboundMessage, Locale
from refund_core.shape_words import UNREADABLE

UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
_ID_MAX = 2**53
_SECONDS_MAX = 2**33
_PHONE_LENGTH_MAX = 32
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(.*))?", re.DOTALL)
_START_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACTIONS = {"start": "ask:help", "help": "ask:help", "refund": "start:refund", "status": "ask:status", "human": "human"}

_Shape = dict[str, Any] | type[int] | None
_CHAT: _Shape = {"id": None, "type": None}
_USER: _Shape = {"id": None, "is_bot": None, "first_name": None, "language_code": None}
_FILE: dict[str, Any] = {"file_id": None, "file_unique_id": None, "file_size": None, "mime_type": None}
_FRAME: _Shape = _FILE | {"width": None, "height": None, "duration": None, "length": None}
_MESSAGE: dict[str, Any] = {
    "message_id": None, "date": int, "edit_date": int, "chat": _CHAT, "from": _USER, "text": None, "caption": None,
    "photo": _FRAME, "document": _FILE, "video": _FRAME, "animation": _FRAME, "video_note": _FRAME,
    "contact": {"phone_number": None, "first_name": None, "user_id": None},
}  # fmt: skip
_MEMBER: _Shape = {"status": None, "user": _USER, "until_date": None}
_SHAPES: dict[str, _Shape] = {
    "message": _MESSAGE,
    "edited_message": _MESSAGE,
    "callback_query": {
        "id": None, "from": _USER, "chat_instance": None, "data": None,
        "message": {"message_id": None, "date": int, "chat": _CHAT},
    },
    "my_chat_member": {
        "chat": _CHAT, "from": _USER, "date": int, "old_chat_member": _MEMBER, "new_chat_member": _MEMBER,
    },
}  # fmt: skip
# What a person sends and no words or pictures can be taken from; it is answered like words that were not understood.
_WORDLESS = ("document", "voice", "audio", "sticker", "location", "venue", "poll", "dice", "story", "game", "checklist")
# What somebody passes on is not what they say of themselves; nor is what another bot wrote for them.
_FORWARDED = ("forward_origin", "forward_from", "forward_sender_name", "forward_date", "via_bot")
_JSON = msgspec.json.Decoder()


def parse_payload(payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
    """What a webhook's payload says, () for what does not concern us. Raises PayloadUnreadable."""
    try:
        raw = _JSON.decode(payload)
    except UNREADABLE:
        raise PayloadUnreadable("body: not JSON") from None
    return parse_update(raw, now=now)


def parse_update(raw: object, *, now: datetime) -> tuple[Arrival, ...]:
    """What one update says, () for what does not concern us. Raises PayloadUnreadable."""
    if not isinstance(raw, dict):
        raise PayloadUnreadable("body: not an object")
    update_id = raw.get("update_id")
    if type(update_id) is not int or not 0 <= update_id < _ID_MAX:
        raise PayloadUnreadable("update_id: missing or not a number")
    kind = next((name for name in UPDATE_KINDS if raw.get(name) is not None), None)
    if kind is None or not _is_private(raw[kind]):
        return ()
    arrival = _arrival(_validated(update_id, kind, raw[kind]), raw[kind], now)
    return () if arrival is None else (arrival,)


def _is_private(event: object) -> bool:
    """False for what plainly happened in a group or channel; all else is left to the validation."""
    carrier = event.get("message", event) if isinstance(event, dict) else None
    chat = carrier.get("chat") if isinstance(carrier, dict) else None
    kind = chat.get("type") if isinstance(chat, dict) else None
    return kind is None or kind == "private"


def _validated(update_id: int, kind: str, event: object) -> Update:
    try:
        return Update.model_validate({"update_id": update_id, kind: _needed(event, _SHAPES[kind], kind)})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PayloadUnreadable(f"{place}: {first['type']}") from None
    except (ValueError, OverflowError, RecursionError):
        raise PayloadUnreadable(f"{kind}: out of range") from None


def _needed(value: object, shape: _Shape, place: str) -> object:
    """Its needed fields alone. Raises PayloadUnreadable for a time that is no number, for aiogram takes any words."""
    if shape is None:
        return value
    if shape is int:
        if type(value) is not int:
            raise PayloadUnreadable(f"{place}: not seconds since 1970")
        return value
    if isinstance(value, list):
        return [_needed(item, shape, place) for item in value]
    if not isinstance(value, dict) or not isinstance(shape, dict):
        return value
    given = {name: inner for name, inner in shape.items() if value.get(name) is not None}
    return {name: _needed(value[name], inner, f"{place}.{name}") for name, inner in given.items()}


def _arrival(update: Update, event: dict[str, Any], now: datetime) -> Arrival | None:
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, now)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.edited_message
    if message is None or (message.from_user is not None and message.from_user.is_bot):
        return None
    if message.contact is not None:
        is_forwarded = any(event.get(name) is not None for name in _FORWARDED)
        return _shared_phone(update.update_id, message, now, is_forwarded=is_forwarded)
    is_wordless = any(event.get(name) is not None for name in _WORDLESS)
    return _said(update.update_id, message, now, is_edit=update.message is None, is_wordless=is_wordless)


def _membership(member: ChatMemberUpdated) -> Arrival:
    return Arrival(_user(member.chat.id), left=member.new_chat_member.status in {"kicked", "left"})


def _pressed(update_id: int, query: CallbackQuery, now: datetime) -> Arrival:
    user, data = _user(query.from_user.id), query.data
    if not is_name(query.id):
        raise PayloadUnreadable("callback_query.id: not a name of Telegram's")
    if query.message is None or not data or len(data.encode()) > CALLBACK_BYTES_MAX:
        return Arrival(user, handle=query.id)
    edits = edit_mark(query.message.message_id, data) if isinstance(query.message, Message) else None
    pick = pick_of(data)
    if pick is not None:
        done = InboundMessage(str(update_id), now, locale=_locale(query.from_user)) if pick.place is None else None
        return Arrival(user, done, pick=pick, handle=query.id, edits=edits)
    pressed = pressed_of(data)
    action = clean(data) if pressed is None else None
    message = InboundMessage(str(update_id), now, action=action, locale=_locale(query.from_user))
    return Arrival(user, message, pressed=pressed, handle=query.id, edits=edits)


def _said(update_id: int, message: Message, now: datetime, *, is_edit: bool, is_wordless: bool) -> Arrival | None:
    media = () if is_edit else _media(message)
    words = clean(message.text or message.caption or "")
    if not words and not media and (is_edit or not is_wordless):
        return None
    text, action, token = _read(words)
    at = _moment(message.edit_date) if is_edit and message.edit_date is not None else message.date
    said = InboundMessage(str(update_id), min(at, now), text, action, locale=_locale(message.from_user))
    return Arrival(_user(message.chat.id), said, media=media, token=token)


def _moment(seconds: int) -> datetime:
    if not 0 <= seconds < _SECONDS_MAX:
        raise PayloadUnreadable("edited_message.edit_date: out of range")
    return datetime.fromtimestamp(seconds, UTC)


def _read(words: str) -> tuple[str | None, str | None, str | None]:
    """Text, action and start token. A command with words behind it is read as those words, but for /start."""
    found = _COMMAND.fullmatch(words)
    if found is None:
        return words or None, None, None
    name, rest = found.group(1).lower(), (found.group(2) or "").strip()
    if name == "start" and _START_TOKEN.fullmatch(rest):
        return None, "start:refund", rest
    if name not in _ACTIONS:
        return words, None, None
    if rest and name in {"refund", "status"}:
        return f"{name} {rest}", None, None
    return None, _ACTIONS[name], None


def _shared_phone(update_id: int, message: Message, now: datetime, *, is_forwarded: bool) -> Arrival:
    """A contact. Of one's own, sent by oneself, Telegram says that the number is theirs; any other says nothing."""
    contact, sender = message.contact, message.from_user
    phone = ""
    if contact is not None and sender is not None and contact.user_id == sender.id == message.chat.id:
        phone = "" if is_forwarded else clean(contact.phone_number)[:_PHONE_LENGTH_MAX]
    action = "verify:phone" if phone else "verify:other_phone"
    said = InboundMessage(str(update_id), min(message.date, now), action=action, locale=_locale(sender))
    return Arrival(_user(message.chat.id), said, phone=phone or None)


def _media(message: Message) -> tuple[Media, ...]:
    """What is shown or attached. Raises PayloadUnreadable where its id cannot be one."""
    media = _shown(message)
    if media is None:
        return ()
    if not is_name(media.ref, MEDIA_LENGTH_MAX):
        raise PayloadUnreadable("file_id: not a name of Telegram's")
    return (media,)


def _shown(message: Message) -> Media | None:
    """The largest of a picture's sizes, or the file where it is a picture or video."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Media("picture", largest.file_id)
    moving = message.animation or message.video or message.video_note
    if moving is not None:
        return Media("video", moving.file_id)
    if message.document is None:
        return None
    kind = (message.document.mime_type or "").partition("/")[0]
    if kind == "image":
        return Media("picture", message.document.file_id)
    return Media("video", message.document.file_id) if kind == "video" else None


def _user(number: int) -> str:
    if not 0 < number < _ID_MAX:
        raise PayloadUnreadable("chat.id: not a person's")
    return str(number)


def _locale(user: User | None) -> Locale | None:
    """The language of the person's Telegram: Chinese, else English."""
    if user is None or not user.language_code:
        return None
    return "zh-CN" if user.language_code.lower().startswith("zh") else "en"
