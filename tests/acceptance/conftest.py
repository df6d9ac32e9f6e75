"""One server for all acceptance tests of a worker, and a merchant of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import aiohttp
import pytest

from tests.acceptance.running import Server, running_server
from tests.acceptance.shop import Shop

_numbers = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`refundbot serve` with everything embedded."""
    folder = tmp_path_factory.mktemp("serve")
    try:
        with running_server(folder) as running:
            yield running
    finally:
        for line in (folder / "serve.log").read_text().splitlines():
            if '"level":"error"' in line:
                print(line)  # pytest shows it beside a failed test


@pytest.fixture(scope="module")
def merchant(server: Server) -> dict[str, str]:
    """A new merchant on that server, for one module."""
    return server.create_merchant(f"shop-{next(_numbers)}")


@pytest.fixture
async def shop(server: Server, merchant: dict[str, str]) -> AsyncIterator[Shop]:
    """The merchant with customers of the test's own; order numbers are the test's to choose."""
    async with aiohttp.ClientSession() as http:
        yield Shop(server, http, merchant["slug"], merchant["api_key"], merchant["chat_secret"], f"t{next(_numbers)}-")
