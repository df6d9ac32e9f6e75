"""Limits per address behind a proxy: each consumer has their own, and nobody writes themselves another address."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop

LIMIT = 3


async def opened(shop: Shop, forwarded: str | None) -> int:
    """A session is asked for, through a proxy that says whose request it is."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    status, _ = await shop.call("POST", "/api/chat/shop/sessions", {}, headers=headers)
    return status


@pytest.mark.parametrize(("trusted", "others"), [("10.0.0.0/8, 127.0.0.1, ::1", 201), ("10.0.0.0/8", 429), ("", 429)])
async def test_only_a_trusted_proxy_tells_whose_limit_counts(
    database: Database, redis_url: str, tmp_path: Path, trusted: str, others: int
) -> None:
    settings = {"REFUNDBOT_TRUSTED_PROXIES": trusted, "REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": str(LIMIT)}
    async with open_shop(database, redis_url, tmp_path, settings) as shop:
        mine = [await opened(shop, f"198.51.100.{number}, 203.0.113.7") for number in range(LIMIT + 1)]
        theirs = [await opened(shop, "203.0.113.8"), await opened(shop, "2001:db8::8")]

    assert mine == [201] * LIMIT + [429]
    assert theirs == [others, others]


async def test_log_ins_of_staff_are_counted_by_the_address_behind_the_proxy(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    settings = {"REFUNDBOT_TRUSTED_PROXIES": "127.0.0.1"}
    async with open_shop(database, redis_url, tmp_path, settings) as shop:
        async with shop.http.get(f"{shop.url}/desk/login") as page:
            text = await page.text()
            cookies = {name: morsel.value for name, morsel in page.cookies.items()}
        key = text.partition('name="csrf" value="')[2].partition('"')[0]
        form = {"csrf": key, "shop": "shop", "login": "ann", "password": "wrong"}
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
        async with shop.http.post(f"{shop.url}/desk/login", data=form, headers=headers, cookies=cookies) as answer:
            status = answer.status

        rows = await database.fetch("SELECT * FROM login_attempt")

    assert status == 401
    assert [row["address"] for row in rows] == ["203.0.113.7"]
