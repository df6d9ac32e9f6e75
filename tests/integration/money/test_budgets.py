"""The caps of bonuses on a real database: counted with the case, at once or one after another, and never passed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from bot.merchants import MerchantCache
from bot.thinking import embedded_dialog
from bot.turns import TurnLoop, TurnParts
from dialogs.messages import InboundMessage, Locale
from refund_core.cases import CaseState
from storage.book_store import verify_books
from storage.case_reads import CaseFilter, list_cases
from storage.case_store import WorldChanged, save_changes
from storage.conversation_store import NewConversation, open_conversation
from storage.database import open_database
from storage.ids import new_id
from storage.transaction import Transaction, transact
from tests.integration.money.shop import NOW, VAULT, MovableClock, Shop, confirming
from tests.unit.core import shop as core

BONUS = 590
MONTH_CAP, CUSTOMER_CAP = 2_000_000, 10_000
MIDNIGHT = datetime(2026, 11, 30, 16, tzinfo=UTC)


async def two_customers(shop: Shop) -> list[str]:
    """Orders of two customers, each worth a bonus of 590."""
    orders = [core.order(order_no=f"o-{name}", customer=name) for name in ("ann", "bob")]
    await shop.stock(*orders)
    return [order.order_no for order in orders]


async def given_already(shop: Shop, scope: str, minor: int, *, days_ago: int | None = None) -> None:
    """What others took before."""
    gifts = [] if days_ago is None else [{"at": NOW - timedelta(days=days_ago), "minor": minor}]
    await shop.db.execute(
        "INSERT INTO offer_budget (id, merchant_id, scope, currency, window_days, used_minor, gifts)"
        " VALUES ($1, $2, $3, 'CNY', $4, $5, $6)",
        new_id(),
        shop.merchant_id,
        scope,
        None if days_ago is None else 90,
        minor,
        msgspec.json.encode(gifts),
    )


async def used(shop: Shop) -> dict[str, int]:
    rows = await shop.db.fetch("SELECT scope, used_minor FROM offer_budget WHERE merchant_id = $1", shop.merchant_id)
    return {row[0]: row[1] for row in rows}


async def test_a_bonus_is_counted_for_the_customer_and_the_month_and_the_original_route_nowhere(shop: Shop) -> None:
    await two_customers(shop)
    await shop.confirmed(core.claim(("1", 2)), order_no="o-ann", resolution="balance")
    await shop.confirmed(core.claim(("1", 2)), order_no="o-bob")

    assert await used(shop) == {"customer:ann": BONUS, "month:2026-11": BONUS}


async def test_the_later_of_two_confirmations_at_the_cap_waits_and_gets_no_bonus(shop: Shop) -> None:
    orders = await two_customers(shop)
    await given_already(shop, "month:2026-11", MONTH_CAP - BONUS)
    cases = [await shop.open(core.claim(("1", 2)), order_no=order_no) for order_no in orders]
    first, second = [confirming(case, await shop.facts(case.order_no), "balance") for case in cases]

    async def work(tx: Transaction) -> asyncio.Task[None]:
        await save_changes(tx, [(shop.merchant_id, first)], now=NOW)
        later = asyncio.create_task(shop.save(second))
        while not await shop.db.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not later.done()
        return later

    later = await transact(shop.db, work, name="test")

    with pytest.raises(WorldChanged) as refused:
        await later
    assert refused.value.what == "budgets"
    assert refused.value.case_nos == {second.case.case_no}
    assert (await shop.case(first.case.case_no)).state is CaseState.COMPENSATED
    assert (await shop.case(second.case.case_no)).state is CaseState.OFFERED
    assert (await used(shop))["month:2026-11"] == MONTH_CAP
    assert await verify_books(shop.db, shop.merchant_id) == []


async def test_of_confirmations_saved_together_beyond_the_cap_the_last_gives_way(shop: Shop) -> None:
    orders = await two_customers(shop)
    await given_already(shop, "month:2026-11", MONTH_CAP - 2 * BONUS + 1)
    cases = [await shop.open(core.claim(("1", 2)), order_no=order_no) for order_no in orders]
    changes = [confirming(case, await shop.facts(case.order_no), "balance") for case in cases]

    with pytest.raises(WorldChanged) as refused:
        await shop.save(*changes)
    assert refused.value.case_nos == {changes[1].case.case_no}
    await shop.save(changes[0])

    assert (await used(shop))["month:2026-11"] == MONTH_CAP - BONUS + 1


@pytest.mark.parametrize(("days_ago", "is_given"), [(89, False), (90, True), (200, True)])
async def test_what_a_customer_got_ninety_days_ago_counts_no_more(shop: Shop, days_ago: int, is_given: bool) -> None:
    await two_customers(shop)
    await given_already(shop, "customer:ann", CUSTOMER_CAP, days_ago=days_ago)
    case = await shop.open(core.claim(("1", 2)), order_no="o-ann")
    change = confirming(case, await shop.facts("o-ann"), "balance")

    if is_given:
        await shop.save(change)
    else:
        with pytest.raises(WorldChanged):
            await shop.save(change)

    (row,) = await shop.db.fetch("SELECT used_minor, gifts FROM offer_budget WHERE scope = 'customer:ann'")
    assert row[0] == sum(gift["minor"] for gift in msgspec.json.decode(row[1])) == (BONUS if is_given else CUSTOMER_CAP)


async def test_the_database_itself_keeps_a_budget_within_its_cap(shop: Shop) -> None:
    await two_customers(shop)
    await shop.confirmed(core.claim(("1", 2)), order_no="o-ann", resolution="balance")

    with pytest.raises(asyncpg.CheckViolationError, match="offer_budget_within_cap"):
        await shop.db.execute("UPDATE offer_budget SET used_minor = cap_minor + 1")


@dataclass
class Consumer:
    """Somebody who talks in one conversation."""

    loop: TurnLoop
    clock: MovableClock
    conversation_id: UUID
    replies: Sequence[dict[str, Any]] = ()

    async def tap(self, *actions: str) -> None:
        for action in actions:
            message = InboundMessage(str(new_id()), self.clock.now(), action=action)
            body_hash = hashlib.blake2b(action.encode(), digest_size=16).digest()
            answer = await self.loop.say(self.conversation_id, message, body_hash)
            self.replies = [msgspec.json.decode(reply) for reply in answer.replies]

    async def ask(self, order_no: str) -> None:
        """Up to the offers."""
        await self.tap("start:refund", f"order:{order_no}", "lines:all", "reason:no_longer_wanted")

    async def accept(self, resolution: str) -> None:
        """Up to the confirmation."""
        cards = [reply["card"] for reply in self.replies if reply.get("card")]
        offer_id = next(card["offer_id"] for card in cards if card["resolution"] == resolution)
        await self.tap(f"offer:{offer_id}:accept")

    def ways(self) -> list[str]:
        """The offers shown last."""
        cards = [reply["card"] for reply in self.replies if reply.get("card")]
        return [card["resolution"] for card in cards if "resolution" in card]

    def said(self) -> str:
        return "\n".join(reply["text"] for reply in self.replies)


@asynccontextmanager
async def loop_of(shop: Shop, clock: MovableClock, url: str) -> AsyncIterator[TurnLoop]:
    """What one process does: a loop over connections of its own."""
    async with open_database(url, pool_size=3) as db:
        parts = TurnParts(db, embedded_dialog(), MerchantCache(db, VAULT).by_id, clock)
        async with TurnLoop(parts).running() as loop:
            yield loop


async def consumer(
    shop: Shop, loop: TurnLoop, clock: MovableClock, customer: str, *, channel: str = "web", locale: Locale = "en"
) -> Consumer:
    wanted = NewConversation(channel, customer, locale)
    conversation_id = await open_conversation(shop.db, shop.merchant_id, wanted, now=clock.now())
    return Consumer(loop, clock, conversation_id)


@pytest.mark.parametrize(("locale", "words"), [("en", "has just run out"), ("zh-CN", "刚刚用完")])
async def test_of_two_customers_confirming_at_once_at_the_cap_one_gets_the_bonus_and_one_the_offers_again(
    shop: Shop, fresh_database: str, locale: Locale, words: str
) -> None:
    orders, clock = await two_customers(shop), MovableClock()
    await given_already(shop, "month:2026-11", MONTH_CAP - BONUS)
    async with loop_of(shop, clock, fresh_database) as one, loop_of(shop, clock, fresh_database) as other:
        people = [
            await consumer(shop, one, clock, "ann", locale=locale),
            await consumer(shop, other, clock, "bob", locale=locale),
        ]
        for person, order_no in zip(people, orders, strict=True):
            await person.ask(order_no)
            await person.accept("balance")

        await asyncio.gather(*(person.tap("confirm:yes") for person in people))

        (refused,) = [person for person in people if words in person.said()]
        assert refused.ways() == ["original_route"]
        assert (await used(shop))["month:2026-11"] == MONTH_CAP
        await refused.accept("original_route")
        await refused.tap("confirm:yes")
    page = await list_cases(shop.db, shop.merchant_id, CaseFilter())
    assert sorted(case.state for case in page.cases) == [CaseState.COMPENSATED, CaseState.REFUNDING]
    assert await verify_books(shop.db, shop.merchant_id) == []


async def test_confirmations_of_one_batch_at_the_cap_give_one_bonus_too(shop: Shop, fresh_database: str) -> None:
    orders, clock = await two_customers(shop), MovableClock()
    await given_already(shop, "month:2026-11", MONTH_CAP - BONUS)
    async with loop_of(shop, clock, fresh_database) as loop:
        people = [await consumer(shop, loop, clock, name) for name in ("ann", "bob")]
        for person, order_no in zip(people, orders, strict=True):
            await person.ask(order_no)
            await person.accept("balance")

        await asyncio.gather(*(person.tap("confirm:yes") for person in people))

    assert sum("has just run out" in person.said() for person in people) == 1
    assert await shop.db.fetch("SELECT 1 FROM buried") == []


async def test_a_customers_cap_holds_over_two_channels(shop: Shop, fresh_database: str) -> None:
    clock = MovableClock()
    await shop.stock(*(core.order(order_no=f"o-{number}", customer="ann") for number in (1, 2)))
    await given_already(shop, "customer:ann", CUSTOMER_CAP - BONUS, days_ago=1)
    async with loop_of(shop, clock, fresh_database) as one, loop_of(shop, clock, fresh_database) as other:
        chats = [
            await consumer(shop, one, clock, "ann", channel="web"),
            await consumer(shop, other, clock, "ann", channel="telegram"),
        ]
        for number, chat in enumerate(chats, start=1):
            await chat.ask(f"o-{number}")
            await chat.accept("balance")

        await asyncio.gather(*(chat.tap("confirm:yes") for chat in chats))

    (refused,) = [chat for chat in chats if "has just run out" in chat.said()]
    assert refused.ways() == ["original_route", "coupon"]
    assert await used(shop) == {"customer:ann": CUSTOMER_CAP, "month:2026-11": BONUS}


async def test_a_new_month_in_the_merchants_zone_gives_bonuses_again(shop: Shop, fresh_database: str) -> None:
    orders, clock = await two_customers(shop), MovableClock(MIDNIGHT - timedelta(minutes=1))
    await given_already(shop, "month:2026-11", MONTH_CAP)
    async with loop_of(shop, clock, fresh_database) as loop:
        ann, bob = [await consumer(shop, loop, clock, name) for name in ("ann", "bob")]
        await ann.ask(orders[0])
        assert ann.ways() == []

        clock.move(minutes=1)
        await bob.ask(orders[1])
        await bob.accept("balance")
        await bob.tap("confirm:yes")

    assert await used(shop) == {"month:2026-11": MONTH_CAP, "month:2026-12": BONUS, "customer:bob": BONUS}
