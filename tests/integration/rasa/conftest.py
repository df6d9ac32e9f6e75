"""The open assistant of each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.rasa.assistant import Assistant, open_assistant


@pytest.fixture
async def assistant(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Assistant]:
    """An assistant over the dialog of a shop."""
    async with open_assistant(database, redis_url, tmp_path) as opened:
        yield opened
