"""Two real processes at one case: one of them pays, the other is told that the world has changed."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from storage.book_store import verify_books
from tests.integration.money.shop import Shop
from tests.unit.core import shop as core

PROGRAM = "tests.integration.money.confirm_process"


@pytest.mark.parametrize(
    "ways", [("original_route", "original_route"), ("original_route", "balance"), ("coupon", "balance")]
)
async def test_two_processes_confirming_one_case_pay_once(
    shop: Shop, fresh_database: str, ways: tuple[str, str]
) -> None:
    case = await shop.open(core.claim(("1", 2)))
    processes = [await _start(fresh_database, str(shop.merchant_id), case.case_no, way) for way in ways]
    for process in processes:
        assert await _line(process) == "ready"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
    outcomes = sorted([await _line(process) for process in processes])

    for process in processes:
        await process.wait()
    assert outcomes == ["changed", "saved"]
    assert sum(sum(used) for used in (await shop.payments()).values()) == 11800
    assert len((await shop.case(case.case_no)).refunds) == 1
    assert await verify_books(shop.db, shop.merchant_id) == []


async def _start(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", PROGRAM, *arguments, stdin=PIPE, stdout=PIPE, cwd=core.ROOT
    )


async def _line(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()
