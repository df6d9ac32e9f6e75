"""Fixtures of the money tests: a merchant with one order of two lamps, paid over one sandbox payment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.money.rig import Rig, running_rig
from tests.integration.money.shop import Shop, new_shop
from tests.unit.core import shop as core


@pytest.fixture
async def shop(database: Database) -> Shop:
    made = await new_shop(database)
    await made.stock(core.order())
    return made


@pytest.fixture
async def rig(shop: Shop, tmp_path: Path) -> AsyncIterator[Rig]:
    async with running_rig(shop, tmp_path) as running:
        yield running
