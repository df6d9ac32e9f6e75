"""What is under way when the work is told to end comes to its end."""

import asyncio

import pytest

from bot.background import to_their_end


async def test_what_is_under_way_is_waited_for_however_often_the_waiter_is_cancelled() -> None:
    may_end, has_ended = asyncio.Event(), []

    async def under_way(name: str) -> None:
        await may_end.wait()
        has_ended.append(name)

    tasks = {asyncio.create_task(under_way(name)) for name in ("a", "b")}
    for task in tasks:
        task.add_done_callback(tasks.discard)

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await to_their_end(tasks)

    working = asyncio.create_task(work())
    for _ in range(3):
        await asyncio.sleep(0)
        working.cancel()
    await asyncio.sleep(0)
    assert not working.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert sorted(has_ended) == ["a", "b"]
