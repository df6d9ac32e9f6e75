"""One server for all acceptance tests of a worker, and a merchant of its own for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.running import Server, running_server
from tests.acceptance.shop import Shop

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """`refundbot serve` with everything embedded."""
    folder = Path(tempfile.mkdtemp(prefix="rba-", dir="/tmp"))
    try:
        with running_server(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def shop(server: Server) -> AsyncIterator[Shop]:
    """A new merchant on that server."""
    created = server.create_merchant(f"shop-{next(_numbers)}")
    async with aiohttp.ClientSession() as http:
        yield Shop(server, http, created["slug"], created["api_key"], created["chat_secret"])
