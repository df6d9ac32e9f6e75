"""A running shop with two people at its desk."""

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop
from tests.integration.desk.desk import Staff, hire

# Nothing is sent in the background: a decision's effects stay where the tests can look at them.
SET = {
    "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
    "REFUNDBOT_SANDBOX__URL": "http://127.0.0.1:9",
    "REFUNDBOT_WORK__IS_ON": "false",
}
Hire = Callable[..., Coroutine[Any, Any, Staff]]


@pytest.fixture
async def shop(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A merchant `shop` on a server of its own."""
    async with open_shop(database, redis_url, tmp_path, SET) as opened:
        yield opened


@pytest.fixture
async def hiring(shop: Shop) -> AsyncIterator[Hire]:
    """Makes people; their browsers are closed at the end."""
    hired: list[Staff] = []

    async def make(login: str, name: str, **more: Any) -> Staff:
        hired.append(await hire(shop, login, name, **more))
        return hired[-1]

    yield make
    for staff in hired:
        await staff.http.close()


@pytest.fixture
async def wang(hiring: Hire) -> Staff:
    """Somebody who is logged in."""
    staff = await hiring("wang", "Wang")
    assert await staff.log_in() == 303
    return staff


@pytest.fixture
async def zhao(hiring: Hire) -> Staff:
    """Somebody else who is logged in."""
    staff = await hiring("zhao", "Zhao")
    assert await staff.log_in() == 303
    return staff
