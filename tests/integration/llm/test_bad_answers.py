"""A model that answers badly, late, too much, not at all, or for too much money: our own reading stands."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.llm_reading import StoredAllowance
from storage.model_allowance import DayLimit
from tests.integration.llm.talk import Talk, talking
from tests.integration.money.shop import MovableClock, Shop
from tests.servers.fake_model import NOTHING, FakeModel

UNSURE = "that thing met its maker"
GOOD = NOTHING | {"wish": "reason", "reason": "damaged"}


@dataclass(frozen=True)
class Bad:
    """How the model misbehaves, and what that is called."""

    outcome: str
    changes: dict[str, Any] = field(default_factory=dict)

    def tell(self, model: FakeModel) -> None:
        for name, value in self.changes.items():
            setattr(model, name, value)


def content(made: Any) -> dict[str, Any]:
    return {"answer": lambda _: made}


BAD = {
    "no JSON": Bad("malformed", content("I think they want a refund.")),
    "half JSON": Bad("malformed", content('{"wish": "reason", "reason": "dam')),
    "a list": Bad("malformed", content([GOOD])),
    "a number": Bad("malformed", content("1e999")),
    "nothing": Bad("malformed", content("")),
    "a missing field": Bad("malformed", content({"wish": "reason"})),
    "one field more": Bad("malformed", content(GOOD | {"amount": 99900})),
    "an unknown wish": Bad("malformed", content(GOOD | {"wish": "confirm"})),
    "an unknown code": Bad("malformed", content(GOOD | {"reason": "because"})),
    "a number for a code": Bad("malformed", content(GOOD | {"reason": 1})),
    "text for a number": Bad("malformed", content(GOOD | {"title_number": "1"})),
    "deep JSON": Bad("malformed", content("[" * 30_000)),
    "two answers": Bad("malformed", content(json.dumps(GOOD) + json.dumps(GOOD))),
    "a lone surrogate": Bad("malformed", content('{"wish": "\\ud800"}')),
    "no content": Bad("empty", {"message": {"content": None}}),
    "a tool call": Bad("empty", {"message": {"content": None, "tool_calls": [{"id": "1", "type": "function"}]}}),
    "cut by its limit": Bad("cut_short", content(GOOD) | {"finish_reason": "length"}),
    "no choices": Bad("empty", {"raw": b'{"choices": []}'}),
    "no completion": Bad("malformed", {"raw": b"<html>"}),
    "not UTF-8": Bad("malformed", {"raw": b"\xff\xfe\x00"}),
    "a huge answer": Bad("too_long", {"raw": b"x" * 5_000_000}),
    "an error": Bad("status_500", {"status": 500, "raw": b"no"}),
    "too many requests": Bad("status_429", {"status": 429, "raw": b"slow down"}),
    "a huge error": Bad("too_long", {"status": 500, "raw": b"x" * 5_000_000}),
    "a redirection": Bad("status_307", {"status": 307, "headers": {"Location": "http://127.0.0.1:9/"}}),
    "an endless refusal": Bad("status_400", {"refuses": ("messages",)}),
    "a cut line": Bad("not_reached", {"cuts_off": True}),
}


async def its_own(talk: Talk, customer: str) -> list[str]:
    return [reply["text"] for reply in await talk.write(customer, UNSURE)]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
async def test_a_bad_answer_leaves_our_own_reading(shop: Shop, model: FakeModel, bad: Bad) -> None:
    bad.tell(model)

    async with talking(shop, model) as talk:
        texts = await its_own(talk, "c-1")

    assert talk.readings == [bad.outcome]
    assert "Sorry, I did not understand that." in texts[-1]


async def test_a_model_that_is_too_slow_is_not_waited_for(shop: Shop, model: FakeModel) -> None:
    model.is_silent = True

    async with talking(shop, model, deadline_seconds=0.1) as talk:
        texts = await its_own(talk, "c-1")

    assert talk.readings == ["too_slow"]
    assert "Sorry, I did not understand that." in texts[-1]


async def test_an_address_where_nothing_is(shop: Shop, model: FakeModel) -> None:
    async with talking(shop, model, url="http://127.0.0.1:9/v1") as talk:
        await its_own(talk, "c-1")

    assert talk.readings == ["not_reached"]


async def test_a_wrong_key_is_told_apart(shop: Shop, model: FakeModel) -> None:
    async with talking(shop, model, api_key="other") as talk:
        await its_own(talk, "c-1")

    assert talk.readings == ["status_401"]


async def test_after_failures_in_a_row_it_is_left_alone_for_a_while(shop: Shop, model: FakeModel) -> None:
    model.status = 503

    async with talking(shop, model, failures_max=2, pause_seconds=30.0) as talk:
        for number in range(4):
            await talk.write("c-1", f"{UNSURE} {number}")
        assert (len(model.bodies), talk.readings[-2:]) == (2, ["paused", "paused"])
        talk.seconds[0] = 31.0
        model.status = 200
        await talk.write("c-1", UNSURE)

    assert talk.readings[-1] == "read"


async def spent(shop: Shop) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await shop.db.fetch("SELECT day::text, calls, tokens FROM model_use ORDER BY day")]


async def test_what_a_day_may_cost_is_kept_over_restarts_and_is_new_the_next_day(shop: Shop, model: FakeModel) -> None:
    limit = DayLimit(calls=2, tokens=1_000_000)

    readings = []
    for number in range(4):  # each time a new process: nothing is remembered but what is stored
        async with talking(shop, model, limit=limit) as talk:
            await talk.write("c-1", f"{UNSURE} {number}")
            readings += talk.readings
    assert (len(model.bodies), readings) == (2, ["read", "read", "spent", "spent"])
    async with talking(shop, model, limit=limit) as talk:
        talk.clock.move(hours=24)
        await talk.write("c-1", UNSURE)

    assert talk.readings == ["read"]
    assert await spent(shop) == [("2026-11-20", 2, 680), ("2026-11-21", 1, 340)]


async def test_tokens_are_taken_before_they_are_spent(shop: Shop, model: FakeModel) -> None:
    async with talking(shop, model, limit=DayLimit(calls=100, tokens=200)) as talk:
        await talk.write("c-1", UNSURE)

    assert (model.bodies, talk.readings, await spent(shop)) == ([], ["spent"], [])


@pytest.mark.parametrize("usage", [None, {}, {"total_tokens": -5}, {"total_tokens": 10**12}, {"total_tokens": "1"}, []])
async def test_an_answer_that_lies_about_its_cost_gives_nothing_back(shop: Shop, model: FakeModel, usage: Any) -> None:
    model.usage = usage

    async with talking(shop, model) as talk:
        await talk.write("c-1", UNSURE)

    body = len(json.dumps(model.bodies[0], ensure_ascii=False, separators=(",", ":")).encode())
    assert [(calls, tokens) for _, calls, tokens in await spent(shop)] == [(1, body // 2 + 300)]
    assert talk.readings == ["read"]


async def test_many_at_once_never_pass_the_limit(shop: Shop) -> None:
    allowance = StoredAllowance(shop.db, DayLimit(calls=7, tokens=500), MovableClock())

    taken = await asyncio.gather(*(allowance.take(str(shop.merchant_id), 100) for _ in range(20)))

    assert sum(taken) == 5
