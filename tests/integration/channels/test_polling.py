"""A platform that cannot call us is asked, and what it gives gets its turn once."""

from storage.channel_store import add_account, remove_account
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

HELLO = "hello"


async def account(shop: Shop, fake: FakeTelegram, *, mode: str) -> None:
    settings = {"bot_token": TOKEN, "webhook_secret": "s3cret", "api_base": fake.address, "mode": mode}
    db, vault = shop.base.db, shop.base.vault
    await add_account(db, vault, shop.merchant.merchant_id, "telegram", "bot", settings, now=shop.clock.now())


async def messages(shop: Shop) -> int:
    (row,) = await shop.base.db.fetch("SELECT count(*) AS n FROM message WHERE sender = 'customer'")
    return int(row["n"])


async def test_what_is_asked_for_gets_its_turn_and_its_answer(shop: Shop) -> None:
    async with fake_telegram() as fake:
        await account(shop, fake, mode="polling")
        person = Person(fake, language="en")
        await person.write(HELLO)

        await person.sees(lambda shown: shown)
        await fake.all_taken()

    assert await messages(shop) == 1


async def test_an_update_given_twice_counts_once(shop: Shop) -> None:
    async with fake_telegram() as fake:
        await account(shop, fake, mode="polling")
        person = Person(fake, language="en")
        await person.write(HELLO)
        await fake.all_taken()

        await fake.deliver(fake.state.last_sent)
        await fake.all_taken()

    assert await messages(shop) == 1


async def test_somebody_who_writes_too_much_keeps_nobody_else_waiting(shop: Shop) -> None:
    async with fake_telegram() as fake:
        await account(shop, fake, mode="polling")
        loud, quiet = Person(fake, 5001, "en"), Person(fake, 5002, "en")
        for number in range(60):
            await loud.write(f"{HELLO} {number}")
        await quiet.write(HELLO)

        await quiet.sees(lambda shown: shown)
        await fake.all_taken()

    assert await messages(shop) == 41


async def test_a_removed_account_is_asked_no_more(shop: Shop) -> None:
    async with fake_telegram() as fake:
        await account(shop, fake, mode="polling")
        await until(lambda: _count(fake, "getUpdates", 1))

        await remove_account(shop.base.db, shop.merchant.merchant_id, "telegram", "bot", now=shop.clock.now())
        await Person(fake).write(HELLO)
        await fake.all_taken()
        asked = len(fake.calls("getUpdates"))

    assert asked <= 3


async def _count(fake: FakeTelegram, method: str, count: int) -> bool:
    return len(fake.calls(method)) >= count
