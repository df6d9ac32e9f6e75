"""Questions that come while one is asked are asked together, each answered with its own answer or its own error."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import NotConnected, OutcomeUnknown, TryAgain
from storage.gathered import Gathered


class Desk:
    """Doubles numbers; asked keeps what was asked together, odd ones beyond 100 cannot be asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def double(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await self.open.wait()
        if any(number > 100 and number % 2 for number in numbers):
            raise TryAgain("odd")
        return [2 * number for number in numbers]


async def test_what_comes_while_one_is_asked_is_asked_with_the_next() -> None:
    desk = Desk()
    double = Gathered(desk.double, key=lambda number: number)
    desk.open.clear()

    answers = asyncio.gather(*(double(number) for number in range(5)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.gather(*(double(number) for number in range(5, 8)))
    await asyncio.sleep(0)
    desk.open.set()

    assert (await answers, await late) == ([0, 2, 4, 6, 8], [10, 12, 14])
    assert desk.asked == [[0, 1, 2, 3, 4], [5, 6, 7]]


@given(numbers=st.lists(st.integers(min_value=0, max_value=130), max_size=40), together_max=st.integers(1, 8))
def test_each_hears_its_own_answer_and_only_who_cannot_be_asked_an_error(numbers: list[int], together_max: int) -> None:
    async def run() -> tuple[list[object], list[list[int]]]:
        desk = Desk()
        double = Gathered(desk.double, key=lambda number: number, together_max=together_max)
        return await asyncio.gather(*(double(number) for number in numbers), return_exceptions=True), desk.asked

    answers, asked = asyncio.run(run())

    for number, answer in zip(numbers, answers, strict=True):
        assert isinstance(answer, TryAgain) if number > 100 and number % 2 else answer == 2 * number
    assert all(len(set(together)) == len(together) <= together_max for together in asked)


@pytest.mark.parametrize("error", [OutcomeUnknown, NotConnected])
async def test_nobody_asks_in_halves_what_may_have_been_done_or_cannot_be_asked(error: type[Exception]) -> None:
    asked = []

    async def lost(numbers: Sequence[int]) -> list[int]:
        asked.append(list(numbers))
        raise error("lost")

    double = Gathered(lost, key=lambda number: number)

    answers = await asyncio.gather(*(double(number) for number in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [error] * 3
    assert asked == [[0, 1, 2]]


async def test_who_stops_waiting_disturbs_nobody() -> None:
    desk = Desk()
    double = Gathered(desk.double, key=lambda number: number)
    desk.open.clear()
    one, other = asyncio.ensure_future(double(1)), asyncio.ensure_future(double(2))
    await asyncio.sleep(0)

    one.cancel()
    desk.open.set()

    assert await other == 4
    with pytest.raises(asyncio.CancelledError):
        await one
    assert await double(3) == 6


async def test_when_the_process_ends_everybody_hears_that_nobody_knows() -> None:
    is_asked_again = asyncio.Event()

    async def refuse(numbers: Sequence[int]) -> list[int]:
        if len(numbers) == 1:
            is_asked_again.set()
            await asyncio.Event().wait()
        raise TryAgain("together")

    double = Gathered(refuse, key=lambda number: number)
    answers = asyncio.gather(*(double(number) for number in range(3)), return_exceptions=True)
    await is_asked_again.wait()

    (runner,) = (task for task in asyncio.all_tasks() if task.get_name() == "gathered")
    runner.cancel()

    assert [type(answer) for answer in await asyncio.wait_for(answers, 5)] == [OutcomeUnknown] * 3
