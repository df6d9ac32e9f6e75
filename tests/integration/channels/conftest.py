"""The open shop of each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop


@pytest.fixture
async def shop(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A merchant `shop` on a server of its own."""
    async with open_shop(database, redis_url, tmp_path) as opened:
        yield opened
