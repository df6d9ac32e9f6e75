"""The run over a real shop's orders, small; the data is not part of the project: without it made-up orders serve."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.real_orders import ORDERS, customers_of, drive, import_orders
from tests.acceptance.running import Server
from tests.acceptance.shop import Shop, order

CUSTOMERS = 20
LINES = 400


@pytest.fixture
async def retail(server: Server) -> AsyncIterator[Shop]:
    """A merchant that sells in pounds."""
    created = server.create_merchant("retail", currency="GBP")
    async with aiohttp.ClientSession() as http:
        yield Shop(server, http, created["slug"], created["api_key"], created["chat_secret"])


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A part of the real file; where it is absent, made-up orders of as many customers."""
    path = tmp_path / "orders.jsonl.gz"
    with gzip.open(path, "wb") as copy:
        copy.writelines(_some_lines())
    return path


def _some_lines() -> Iterator[bytes]:
    if ORDERS.is_file():
        with gzip.open(ORDERS, "rb") as file:
            yield from islice(file, LINES)
        return
    for number in range(CUSTOMERS):
        document = order(f"R-{number}", f"c-{number}", status="paid", placed=0.5, shipped=None)
        yield json.dumps(document | {"currency": "GBP"}).encode() + b"\n"


async def test_customers_of_a_real_shop_get_their_money_or_a_person(retail: Shop, orders: Path) -> None:
    words = import_orders(retail.server, retail.slug, orders)

    outcome = await drive(retail, customers_of(orders, CUSTOMERS))

    assert " 0 rejected" in words
    assert outcome.stuck == []
    assert sum(outcome.ends.values()) == CUSTOMERS
    assert outcome.settled_minor == outcome.gateway_minor
    assert outcome.payouts_twice == 0
    retail.verify_books()
