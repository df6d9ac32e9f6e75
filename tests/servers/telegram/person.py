"""A person with Telegram on their phone, who writes to the bot and presses what it shows."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.servers.telegram.server import FakeTelegram
from tests.servers.telegram.state import BOT, File, Message

WAIT_SECONDS_MAX = 20
NO_SUCH_BUTTON = "no message shows this button"


class Person:
    """One private chat with the bot."""

    def __init__(self, fake: FakeTelegram, number: int = 5238471906, language: str = "zh-hans") -> None:
        self.fake = fake
        self.number = number
        self.user = {"id": number, "is_bot": False, "first_name": "Lin", "language_code": language}
        fake.state.people[number] = self.user

    @property
    def messages(self) -> list[Message]:
        """What the chat shows, the oldest first."""
        return self.fake.state.chats.get(self.number, [])

    @property
    def bot_messages(self) -> list[Message]:
        return [message for message in self.messages if message.is_bots]

    async def write(self, text: str) -> int:
        return await self.fake.push("message", self._message(text) | {"text": text})

    async def start(self, token: str = "") -> int:
        """Opens the bot by its link."""
        return await self.write(f"/start {token}".strip())

    async def edit(self, message: Message, text: str) -> int:
        """Changes an own message."""
        message.text = text
        edited = self.fake.state.as_json(self.number, message) | {"edit_date": self.fake.state.now + 30}
        return await self.fake.push("edited_message", edited)

    async def send_photo(self, raw: bytes, *, caption: str = "", group: str = "") -> int:
        """A picture in three sizes, of which the largest is the one that was sent."""
        sizes = []
        for size, (width, height) in {"m": (90, 67), "y": (1280, 960)}.items():
            file_id = f"AgACAgUAAxkBAAI{len(self.fake.state.files):05d}{size}"
            kept = raw if size == "y" else raw[:100]
            self.fake.state.files[file_id] = File(file_id, f"photos/file_{len(self.fake.state.files)}.jpg", kept)
            unique = f"AQAD{file_id[-6:]}"
            about = {"file_id": file_id, "file_unique_id": unique, "file_size": len(kept)}
            sizes.append(about | {"width": width, "height": height})
        more = {"caption": caption, "media_group_id": group}
        content = {"photo": sizes} | {name: value for name, value in more.items() if value}
        return await self.fake.push("message", self._message(caption) | content)

    async def share_phone(self, phone: str, *, owner: int | None = None, **more: Any) -> int:
        """Sends a contact: one's own as Telegram vouches for it, or of owner (0: of nobody in Telegram)."""
        number = self.number if owner is None else owner
        contact = {"phone_number": phone, "first_name": "Lin"} | ({"user_id": number} if number else {})
        return await self.fake.push("message", self._message("") | {"contact": contact} | more)

    async def press(self, start: str, *, on: Message | None = None) -> int:
        """Presses the newest button whose data, or label, starts so."""
        message, data = self._button(start, on)
        number = f"22499065412{len(self.fake.state.queries):07d}"
        self.fake.state.queries[number] = False
        shown = self.fake.state.as_json(self.number, message)
        query = {"id": number, "from": self.user, "chat_instance": "-583726401", "message": shown, "data": data}
        return await self.fake.push("callback_query", query)

    async def block(self) -> int:
        self.fake.state.blocked.add(self.number)
        return await self._membership("member", "kicked")

    async def unblock(self) -> int:
        self.fake.state.blocked.discard(self.number)
        return await self._membership("kicked", "member")

    async def sees(self, is_seen: Callable[[list[Message]], Any]) -> list[Message]:
        """Waits until the bot's messages are so."""
        async with self.fake.state.changed, asyncio.timeout(WAIT_SECONDS_MAX):
            await self.fake.state.changed.wait_for(lambda: is_seen(self.bot_messages))
        return self.bot_messages

    async def sees_button(self, start: str) -> Message:
        """Waits for a button; the message that shows it."""
        await self.sees(lambda messages: any(_find(message, start) for message in messages))
        return self._button(start, None)[0]

    def _button(self, start: str, on: Message | None) -> tuple[Message, str]:
        for message in reversed(self.bot_messages) if on is None else [on]:
            data = _find(message, start)
            if data:
                return message, data
        raise AssertionError(f"{NO_SUCH_BUTTON}: {start}")

    def _message(self, text: str) -> dict[str, Any]:
        chat = self.fake.state.chats.setdefault(self.number, [])
        message = Message(self.fake.state.next_message_id(), text, is_bots=False)
        chat.append(message)
        shown = self.fake.state.as_json(self.number, message)
        del shown["text"]
        return shown

    async def _membership(self, old: str, new: str) -> int:
        state = self.fake.state
        event = {"chat": state.chat(self.number), "from": self.user, "date": state.now}
        members = {"old_chat_member": _member(old), "new_chat_member": _member(new)}
        return await self.fake.push("my_chat_member", event | members)


def _member(status: str) -> dict[str, Any]:
    about: dict[str, Any] = {"user": BOT, "status": status}
    return about | {"until_date": 0} if status == "kicked" else about


def _find(message: Message, start: str) -> str | None:
    return next((data for label, data in message.buttons.items() if data.startswith(start) or start in label), None)
