"""What is done beside an answer has an owner: it ends, is ended at the stop, and its error is not lost."""

import asyncio

from structlog.testing import capture_logs

from bot.beside import Beside


async def test_what_is_nearly_done_comes_to_its_end_and_what_hangs_is_ended() -> None:
    beside, ended, go_on = Beside(), [], asyncio.Event()

    async def nearly() -> None:
        await go_on.wait()
        ended.append("nearly")

    async def hanging() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("hanging")

    beside.start(nearly(), name="nearly")
    beside.start(hanging(), name="hanging")
    closing = asyncio.ensure_future(beside.close(seconds=0.2))
    await asyncio.sleep(0)
    go_on.set()
    await closing

    assert ended == ["nearly", "hanging"]
    assert {task.get_name() for task in asyncio.all_tasks()} & {"nearly", "hanging"} == set()


async def test_an_error_is_logged_with_what_was_being_done() -> None:
    beside = Beside()

    async def failing() -> None:
        raise ValueError("no")

    with capture_logs() as logs:
        task = beside.start(failing(), name="acknowledge")
        await asyncio.wait([task])
        await beside.close()

    assert [(log["event"], log["work"], log["error"]) for log in logs] == [
        ("beside.failed", "acknowledge", "ValueError")
    ]
