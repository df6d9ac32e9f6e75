"""Yardstick (c): an aiogram dispatcher with Redis FSM and one ORM write per step, fed in process, no HTTP at all.

python -m bench.aiogram_bot DATABASE_URL REDIS_URL SECONDS FEEDERS; prints its figures as JSON.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import msgspec
import psutil
import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.methods import SendMessage
from aiogram.types import Chat, Message, Update, User
from tortoise import Tortoise, fields
from tortoise.models import Model

STEPS = ("start", "order", "lines", "reason", "offer", "confirm")


class Step(Model):
    """One step of a refund, as a straightforward bot would store it."""

    id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField()
    step = fields.CharField(max_length=20)
    text = fields.TextField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "bench_step"


class Refund(StatesGroup):
    order = State()
    lines = State()
    reason = State()
    offer = State()
    confirm = State()


AFTER: dict[str | None, tuple[str, State | None]] = {
    None: ("start", Refund.order),
    Refund.order.state: ("order", Refund.lines),
    Refund.lines.state: ("lines", Refund.reason),
    Refund.reason.state: ("reason", Refund.offer),
    Refund.offer.state: ("offer", Refund.confirm),
    Refund.confirm.state: ("confirm", None),
}


class NoTelegram(BaseSession):
    """Answers every call at once: the platform itself costs this yardstick nothing."""

    async def close(self) -> None:
        return None

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109, ARG002  # aiogram's
        if isinstance(method, SendMessage):
            return Message(message_id=1, date=datetime.now(UTC), chat=Chat(id=int(method.chat_id), type="private"))
        return True

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""


router = Router()


@router.message()
async def one_step(message: Message, state: FSMContext) -> None:
    name, following = AFTER[await state.get_state()]
    await Step.create(chat_id=message.chat.id, step=name, text=message.text or "")
    if following is None:
        await state.clear()
    else:
        await state.update_data({name: message.text})
        await state.set_state(following)
    await message.answer(f"{name}: what next?")


async def main(database_url: str, redis_url: str, seconds: float, feeders: int) -> None:
    await Tortoise.init(
        db_url=database_url.replace("postgres://", "asyncpg://", 1),
        modules={"models": [__name__]},
    )
    await Tortoise.generate_schemas()
    bot = Bot("1:bench", session=NoTelegram())
    dispatcher = Dispatcher(storage=RedisStorage.from_url(redis_url))
    dispatcher.include_router(router)
    latencies: list[float] = []
    ends = time.perf_counter() + 1.0 + seconds
    counts_from = ends - seconds

    async def feed(chat_id: int) -> None:
        user, chat = User(id=chat_id, is_bot=False, first_name="x"), Chat(id=chat_id, type="private")
        number = 0
        while (started := time.perf_counter()) < ends:
            number += 1
            said = Message(message_id=number, date=datetime.now(UTC), chat=chat, from_user=user, text="line:1*1")
            await dispatcher.feed_update(bot, Update(update_id=number, message=said))
            if started >= counts_from:
                latencies.append(time.perf_counter() - started)

    cpu_from = time.process_time()
    await asyncio.gather(*(feed(chat_id) for chat_id in range(1, feeders + 1)))
    cpu = (time.process_time() - cpu_from) * seconds / (seconds + 1.0)
    figures = {"latencies": latencies, "cpu": cpu, "resident_mb": psutil.Process().memory_info().rss / 1e6}
    sys.stdout.buffer.write(msgspec.json.encode(figures))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
