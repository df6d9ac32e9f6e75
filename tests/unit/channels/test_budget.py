"""Our count of what was sent to a person against the platform's own, in whatever order things happen."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import floor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.budget import Call, is_too_fast, may_send, still_needed, with_call, without_call
from channels.channel import Window
from channels.weixin.channel import LATE_SECONDS, PER_SECOND
from tests.servers.wechat.quota import LIMITS as PUBLISHED
from tests.servers.wechat.quota import ORDERS, Allowance

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
LIMITS = {name: Window(seconds - LATE_SECONDS, count) for name, (seconds, count) in PUBLISHED.items()}
CALL_SECONDS, PUSH_SECONDS = 19.0, 20.0
LANES = ("one", "other")
STEPS = 150


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Way:
    """A message on its way: when it was counted by us, and whether it has reached the platform."""

    lane: str
    began: float
    has_arrived: bool = False


class Counts:
    """The platform, and what we know of it: pushes come late and in any order, ends of calls late or never."""

    def __init__(self, chance: Random, order: str) -> None:
        self.chance = chance
        self.now = 0.0
        self.platform = Allowance(order=ORDERS[order])
        self.opened: dict[str, datetime] = {}
        self.calls: tuple[Call, ...] = ()
        self.pushes: list[tuple[str, float]] = []
        self.ways: dict[str, Way] = {}
        self.lost: list[Way] = []
        self.kinds = chance.sample(sorted(LIMITS), k=chance.choice((1, 1, 2, 3)))

    def play(self) -> None:
        for _ in range(STEPS):
            does = (self.time_goes_on, self.they_do_something, self.we_are_told, self.we_call, self.a_call_goes_on)
            self.chance.choices(does, (3, 2, 3, 8, 8))[0]()

    def time_goes_on(self) -> None:
        until = self.now + self.chance.choice((0.01, 0.1, 0.3, 0.6, 1.0, 1.0, 2.0, 9.0, 19.0, 45.0, 100_000.0))
        for way in [*self.ways.values(), *self.lost]:
            if until > way.began + CALL_SECONDS:
                self._arrives(way)
        self.now = until
        self.pushes = [push for push in self.pushes if push[1] + PUSH_SECONDS >= self.now]

    def they_do_something(self) -> None:
        kind = self.chance.choice(self.kinds)
        self.platform.open(kind, self.now)
        self.pushes.append((kind, self.now))

    def we_are_told(self) -> None:
        if self.pushes:
            kind, opened = self.pushes.pop(self.chance.randrange(len(self.pushes)))
            told = at(floor(opened))
            self.opened[kind] = max(told, self.opened.get(kind, told))

    def we_call(self) -> None:
        lane, now, keep = self.chance.choice(LANES), at(self.now), self.chance.choice((0, 0, 1))
        if lane in self.ways:
            return
        is_again = any(call.by == lane and call.ended is None for call in self.calls)
        calls = with_call(self.calls, lane, is_again=is_again, now=now)
        if not may_send(self.opened, calls[:-1], LIMITS, keep=keep, now=now) or is_too_fast(
            calls[:-1], PER_SECOND, now=now
        ):
            return
        self.calls = still_needed(calls, self.opened, LIMITS, now=now)
        self.ways[lane] = Way(lane, self.now)
        if keep:
            assert may_send(self.opened, self.calls, LIMITS, keep=0, now=now)

    def a_call_goes_on(self) -> None:
        lane = self.chance.choice(LANES)
        if lane not in self.ways:
            return
        way = self.ways[lane]
        match self.chance.choices(("arrives", "ends", "is lost", "was not sent"), (4, 8, 1, 1))[0]:
            case "arrives":
                self._arrives(way)
            case "is lost":
                self.lost.append(self.ways.pop(lane))
            case "was not sent" if not way.has_arrived:
                del self.ways[lane]
                self.calls = without_call(self.calls, lane)
            case _:
                self._arrives(way)
                del self.ways[lane]
                ended = at(self.now)
                self.calls = tuple(
                    replace(it, ended=ended) if it.by == lane and it.ended is None else it for it in self.calls
                )

    def _arrives(self, way: Way) -> None:
        if not way.has_arrived:
            way.has_arrived = True
            assert self.platform.take(self.now) == 0, self.platform.story


@given(st.integers(0, 2**32), st.sampled_from(list(ORDERS)))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_in_whatever_order_the_platform_refuses_nothing(seed: int, order: str) -> None:
    Counts(Random(seed), order).play()


def sent(*seconds: float) -> tuple[Call, ...]:
    return tuple(Call(at(begin), "row", at(begin)) for begin in seconds)


@pytest.mark.parametrize(("used", "keep", "expected"), [(4, 0, True), (5, 0, False), (3, 1, True), (4, 1, False)])
def test_the_last_one_is_kept(used: int, keep: int, *, expected: bool) -> None:
    calls = sent(*range(1, used + 1))

    assert may_send({"message": NOON}, calls, LIMITS, keep=keep, now=at(9)) is expected


def test_what_is_said_after_a_tap_leaves_the_place_that_an_outcome_needs_after_the_minute() -> None:
    opened, calls = {"message": NOON, "menu": at(100)}, sent(1, 2, 3, 4)

    assert not may_send(opened, calls, LIMITS, keep=1, now=at(101))
    assert may_send(opened, calls, LIMITS, keep=0, now=at(101))
    assert may_send(opened, (*calls, *sent(99)), LIMITS, keep=1, now=at(101))  # nothing is left after the minute


def test_a_window_closes_before_the_platform_closes_it() -> None:
    opened = {"menu": NOON}

    assert may_send(opened, (), LIMITS, keep=1, now=at(60 - LATE_SECONDS - 0.1))
    assert not may_send(opened, (), LIMITS, keep=0, now=at(60 - LATE_SECONDS))
    assert not may_send({}, (), LIMITS, keep=0, now=NOON)
    assert not may_send({"unheard of": NOON}, (), LIMITS, keep=0, now=NOON)


def test_a_window_without_a_count_takes_any_number() -> None:
    assert may_send({"any": NOON}, sent(*range(100)), {"any": Window(600, 0)}, keep=1, now=at(100))


def test_a_call_under_way_counts_in_the_window_that_opens_and_one_that_ended_before_does_not() -> None:
    before = sent(1, 2, 3)

    assert may_send({"message": at(4)}, before, LIMITS, keep=1, now=at(5))
    assert not may_send({"menu": at(4)}, [Call(at(3), "row")] * 3, LIMITS, keep=0, now=at(5))
    assert may_send({"menu": at(400)}, [Call(at(3), "row")] * 3, LIMITS, keep=0, now=at(401))


def test_more_than_two_in_a_second_wait_for_the_next() -> None:
    assert not is_too_fast(sent(0.9, 1.1), PER_SECOND, now=at(1.5))
    assert is_too_fast(sent(1.0, 1.1), PER_SECOND, now=at(1.5))
    assert not is_too_fast(sent(1.0, 1.1), 0, now=at(1.5))
    assert not is_too_fast(sent(1.0, 1.1), PER_SECOND, now=at(2))


def test_what_ended_is_forgotten_when_no_window_can_count_it_any_more() -> None:
    calls = (*sent(1, 50, 90), Call(at(60), ""))

    kept = still_needed(calls, {"menu": at(0), "message": at(95)}, LIMITS, now=at(100))

    assert [call.at for call in kept] == [at(90), at(60)]
