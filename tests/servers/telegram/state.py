"""What the fake Bot API knows: chats and their messages, files, updates, the webhook, and what it shall break next."""

import asyncio
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 7012345678
TOKEN = f"{BOT_ID}:AAF-fake_token_of_the_fake_bot_api_01"
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Shop support", "username": "ExampleShopBot"}


class Refused(Exception):
    """An error answer of the Bot API."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class Fault:
    """What happens to one call. kind: flood, refused, error, html, dropped, slow, or lost (done, its answer is not)."""

    kind: str
    seconds: int = 0
    until: asyncio.Event | None = None


@dataclass
class Message:
    """A message in a chat; buttons only below the bot's."""

    message_id: int
    text: str
    is_bots: bool
    markup: dict[str, Any] | None = None
    edits: int = 0
    photo: bytes = field(default=b"", repr=False)

    @property
    def buttons(self) -> dict[str, str]:
        """callback_data by label."""
        board = (self.markup or {}).get("inline_keyboard", [])
        return {button["text"]: button["callback_data"] for row in board for button in row}

    @property
    def asks_contact(self) -> str | None:
        """The label of the button that shares the person's phone."""
        board = (self.markup or {}).get("keyboard", [])
        return next((button["text"] for row in board for button in row if button.get("request_contact")), None)


@dataclass
class File:
    """A file that a person has sent."""

    file_id: str
    path: str
    raw: bytes


@dataclass
class State:
    """Everything, in memory."""

    now: int = field(default_factory=lambda: int(time.time()))
    chats: dict[int, list[Message]] = field(default_factory=dict)
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    files: dict[str, File] = field(default_factory=dict)
    queries: dict[str, bool] = field(default_factory=dict)
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    webhook: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    tries: int = 1
    told_again: int = 0
    polls: int = 0
    last_update: int = field(default_factory=lambda: time.time_ns() // 1_000_000 % 2**31)
    last_message: int = 2_000
    is_closing: bool = False
    last_sent: dict[str, Any] = field(default_factory=dict)

    def next_message_id(self) -> int:
        self.last_message += 1
        return self.last_message

    def message(self, chat_id: int, message_id: int) -> Message | None:
        return next((one for one in self.chats.get(chat_id, []) if one.message_id == message_id), None)

    def chat(self, chat_id: int) -> dict[str, Any]:
        return {"id": chat_id, "first_name": self.people[chat_id]["first_name"], "type": "private"}

    def as_json(self, chat_id: int, message: Message) -> dict[str, Any]:
        """The message as the Bot API shows it."""
        sender = BOT if message.is_bots else self.people[chat_id]
        unique = f"AQAD{message.message_id}"
        sizes = [{"file_id": f"AgAC{message.message_id}", "file_unique_id": unique, "width": 90, "height": 67}]
        caption = {"caption": message.text} if message.text else {}
        shown = {"photo": sizes, **caption} if message.photo else {"text": message.text}
        about = {"message_id": message.message_id, "from": sender, "chat": self.chat(chat_id), "date": self.now}
        is_inline = "inline_keyboard" in (message.markup or {})  # other keyboards are no part of a message
        markup = {"reply_markup": message.markup} if is_inline else {}
        return about | shown | markup


def values_of(fields: dict[str, str]) -> dict[str, Any]:
    """The parameters of a form: those that are JSON as their values, as the Bot API reads them by their types."""
    return {name: _value(name, text) for name, text in fields.items()}


_TEXTS = frozenset({"text", "caption", "url", "secret_token", "callback_query_id", "file_id", "language_code"})


def _value(name: str, text: str) -> Any:
    if name in _TEXTS:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
