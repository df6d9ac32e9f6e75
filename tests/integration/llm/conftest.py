"""A stocked shop and a model for each test."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.integration.llm.talk import stocked
from tests.integration.money.shop import Shop
from tests.servers.fake_model import FakeModel, running_model


@pytest.fixture
async def shop(database: Database) -> Shop:
    """c-1 has two orders, c-2 one."""
    return await stocked(database)


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    """The model's server."""
    async with running_model() as running:
        yield running
