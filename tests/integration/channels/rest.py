"""A REST account of the shop, and calls to it."""

from datetime import timedelta
from typing import Any

from channels.start_token import Start, sign_start
from storage.channel_store import add_account
from tests.acceptance.running import until
from tests.integration.api.shop import Answer, Shop

TOKEN = "a-token-that-nobody-guesses"
PATH = "/webhooks/shop/rest/site"


async def account(shop: Shop, name: str = "site", **settings: str) -> None:
    given = {"token": TOKEN} | settings
    await add_account(
        shop.base.db, shop.base.vault, shop.merchant.merchant_id, "rest", name, given, now=shop.clock.now()
    )


async def say(shop: Shop, message: str, *, path: str = PATH, token: str = TOKEN, **more: Any) -> Answer:
    return await shop.call("POST", path, {"sender": "visitor-1", "message": message} | more, token=token)


def start(shop: Shop, order_no: str | None = "O-1", customer: str = "c-1") -> dict[str, str]:
    until = shop.clock.now() + timedelta(minutes=10)
    return {"start": sign_start(Start(customer, order_no), shop.merchant.chat_secret, expires_at=until)}


async def open_case(shop: Shop) -> str:
    """The visitor's claim of everything in O-1, up to its offers; the case's number."""
    for action in ("/start:refund", "/order:O-1", "/lines:all", "/reason:no_longer_wanted"):
        await say(shop, action)
    _, cases = await shop.api("GET", "/cases")
    return str(cases["items"][0]["case_no"])


async def talk(shop: Shop) -> str:
    """The id of the shop's only conversation."""
    (row,) = await shop.base.db.fetch("SELECT id FROM conversation")
    return str(row["id"])


async def until_buried(shop: Shop) -> str:
    """Why a row of the outbox was given up, once one was."""

    async def reason() -> str | None:
        rows = await shop.base.db.fetch("SELECT last_error FROM outbox WHERE buried_at IS NOT NULL")
        return rows[0]["last_error"] if rows else None

    return str(await until(reason))


async def eventually_due(shop: Shop) -> None:
    """Move the clock on once a row waits for another try."""

    async def is_waiting() -> bool:
        return bool(
            await shop.base.db.fetch(
                "SELECT 1 FROM outbox WHERE kind = 'channel.send' AND not_before > $1", shop.clock.now()
            )
        )

    await until(is_waiting)
    shop.clock.move(60)
