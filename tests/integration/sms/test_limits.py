"""Codes are few and tries are counted, from however many chats, processes and orders at once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import redis.asyncio

from bot.serving import open_turn_loop
from bot.thinking import embedded_dialog
from bot.turns import TurnLoop
from dialogs.messages import InboundMessage
from storage.database import Database
from storage.sms_store import SHOP, ScopeLimit, Used, count_text, texts_used
from tests.integration.sms.rig import Rig, open_rig, wrong

ORDER_NO = "DEMO-1003"


async def test_two_tries_at_once_use_up_one_code_once(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()
    conversation_id = UUID(visitor.chat.conversation)

    async with (
        open_turn_loop(rig.shop.base, rig.parts, embedded_dialog()) as one,
        open_turn_loop(rig.shop.base, rig.parts, embedded_dialog()) as other,
    ):
        await asyncio.gather(*(_say(rig, loop, conversation_id, code) for loop in (one, other)))

    (row,) = await rig.rows("SELECT tries, used_at IS NOT NULL AS is_used FROM phone_proof")
    assert row == {"tries": 1, "is_used": True}


async def test_tries_from_everywhere_at_once_are_counted_one_by_one(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()
    guesses = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 13)]
    conversation_id = UUID(visitor.chat.conversation)

    async with (
        open_turn_loop(rig.shop.base, rig.parts, embedded_dialog()) as one,
        open_turn_loop(rig.shop.base, rig.parts, embedded_dialog()) as other,
    ):
        await asyncio.gather(
            *(_say(rig, (one, other)[place % 2], conversation_id, guess) for place, guess in enumerate(guesses))
        )

    (row,) = await rig.rows("SELECT tries, used_at FROM phone_proof")
    assert row == {"tries": 5, "used_at": None}


async def test_of_two_texts_at_once_the_one_begun_first_may_be_counted_last(rig: Rig) -> None:
    """Where a scope has no pause both count; where it has one the later hour stays, so that the pause is not cut."""
    (shop,) = await rig.rows("SELECT id FROM merchant WHERE slug = 'shop'")
    now = rig.shop.clock.now()
    earlier = now - timedelta(milliseconds=1)
    free, paused = ScopeLimit(SHOP, per_day=3), ScopeLimit("order:A", per_day=3, pause_seconds=60)

    counted = [
        await count_text(rig.shop.base.db, shop["id"], limit, now=at)
        for limit in (free, paused)
        for at in (now, earlier, now, now)
    ]

    assert counted == [True, True, True, False, True, False, False, False]
    used = await texts_used(rig.shop.base.db, shop["id"], (SHOP, "order:A"), now=now)
    assert used == {SHOP: Used(3, now), "order:A": Used(1, now)}


async def _say(rig: Rig, loop: TurnLoop, conversation_id: UUID, text: str) -> None:
    message = InboundMessage(str(uuid4()), rig.shop.clock.now(), text)
    await loop.say(conversation_id, message, text.encode())


async def test_codes_for_one_order_are_few_from_however_many_chats(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    for _ in range(7):
        visitors = [await rig.visitor() for _ in range(3)]
        await asyncio.gather(*(visitor.ask(ORDER_NO) for visitor in visitors))
        rig.shop.clock.move(60)

    await rig.work()

    assert len(await rig.outbox()) == 5
    assert len(await rig.phones()) <= 5


async def test_one_phone_gets_few_codes_for_however_many_orders_and_nobody_is_told(rig: Rig) -> None:
    answers = []
    for number in range(7):
        await rig.stock(f"DEMO-200{number}")
        answers.append((await (await rig.visitor()).ask(f"DEMO-200{number}")).replace(f"DEMO-200{number}", ""))
        await rig.work()

    assert len(await rig.phones()) == 5
    assert len(set(answers)) == 1
    assert all(row["buried_at"] is None for row in await rig.outbox())


async def test_redis_may_forget_everything_and_no_try_is_forgotten(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    code = await rig.code()
    for _ in range(4):
        await visitor.say(wrong(code))

    async with redis.asyncio.from_url(rig.shop.base.addresses.redis_url) as forgetful:
        await forgetful.flushdb()
    await visitor.say(wrong(code))
    await visitor.say(code)

    assert visitor.cards == []
    assert await rig.rows("SELECT tries FROM phone_proof") == [{"tries": 5}]


async def test_a_forged_address_opens_no_further_session(database: Database, redis_url: str, tmp_path: Path) -> None:
    async with open_rig(database, redis_url, tmp_path, {"REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": "3"}) as rig:
        answers = [
            await rig.shop.call(
                "POST", "/api/chat/shop/sessions", {"identity": None}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
            )
            for number in range(5)
        ]

    assert [status for status, _ in answers] == [201, 201, 201, 429, 429]


async def test_who_asks_for_codes_without_end_is_told_to_wait(rig: Rig) -> None:
    visitor = await rig.visitor()

    statuses = [(await visitor.chat.say(action="verify:code"))[0] for _ in range(45)]

    assert statuses[:40] == [200] * 40
    assert set(statuses[40:]) == {429}
