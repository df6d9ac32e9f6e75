from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.sms.rig import Rig, open_rig


@pytest.fixture
async def rig(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Rig]:
    """A shop whose visitors get codes, and the phones that they come to; background work is done when asked for."""
    async with open_rig(database, redis_url, tmp_path) as opened:
        yield opened
