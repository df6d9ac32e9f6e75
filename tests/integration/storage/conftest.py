"""A shop in a fresh database."""

import pytest

from storage.database import Database
from tests.integration.storage.rows import Shop, open_shop


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A merchant with an order, a payment and a case."""
    return await open_shop(database)
