"""What is noted of talks on their way through the real server: how they ended, and what was read doubtfully."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
import yaml

from bot.cli.nlu_eval import read_rows
from bot.nlu_rows import as_training, review_rows
from dialogs.nlu.training.lines import lines_of
from storage.insight_store import load_doubtful
from tests.integration.api.shop import START, Chat, Shop
from tests.integration.api.test_merchant_api import order

DAY = 86_400.0


@pytest.fixture
async def chat(shop: Shop) -> Chat:
    """A customer of one delivered order."""
    at = "2026-11-18T12:00:00+08:00"
    events = [{"at": at, "status": "delivered", "text": ""}]
    parcel = {
        "tracking_no": "SF1",
        "carrier": "sf",
        "line_nos": [],
        "shipped_at": at,
        "delivered_at": at,
        "events": events,
    }
    await shop.api("POST", "/orders", order(status="delivered", shipments=[parcel]))
    return await shop.session("c-1", locale="en")


async def press_until(chat: Chat, *actions: str) -> dict[str, Any]:
    """Press these buttons; "offer" is the first one shown."""
    answer: dict[str, Any] = {"replies": []}
    for action in actions:
        shown = [choice["action"] for reply in answer["replies"] for choice in reply["choices"]]
        pressed = next(it for it in shown if it.startswith("offer:")) if action == "offer" else action
        status, answer = await chat.say(action=pressed)
        assert status == 200
    return answer


async def talks(shop: Shop, query: str = "") -> Any:
    status, report = await shop.api("GET", f"/reports/talks{query}")
    assert status == 200, report
    return report


def brief(talk: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(talk[name] for name in ("outcome", "turns", "misses", "repairs", "reason_stated", "reason_found"))


ASKED = ("start:refund", "order:O-1", "line:1*1", "reason:no_longer_wanted", "offer")


async def test_a_refund_that_was_submitted(shop: Shop, chat: Chat) -> None:
    await press_until(chat, *ASKED, "confirm:yes")

    (talk,) = (await talks(shop))["items"]
    assert brief(talk) == ("submitted", 6, 0, 0, "no_longer_wanted", "no_longer_wanted")
    assert talk["conversation"] == chat.conversation
    (case,) = (await shop.api("GET", "/cases"))[1]["items"]
    assert talk["case_no"] == case["case_no"]


async def test_thanks_afterwards_is_no_talk_but_a_question_is_a_new_one(shop: Shop, chat: Chat) -> None:
    await press_until(chat, *ASKED, "confirm:yes")
    await chat.say("thank you")
    assert len((await talks(shop))["items"]) == 1

    await chat.say("where is my refund?")

    newest, first = (await talks(shop))["items"]
    assert (newest["outcome"], first["outcome"]) == ("open", "submitted")


async def test_a_day_of_silence_ends_a_talk_answered_or_left(shop: Shop, chat: Chat) -> None:
    await chat.say("where is my refund?")
    shop.clock.move(DAY)
    assert [brief(talk)[:2] for talk in (await talks(shop))["items"]] == [("answered", 1)]
    await press_until(await shop.session("c-1", locale="en"), "start:refund")
    shop.clock.move(DAY - 1)
    assert [talk["outcome"] for talk in (await talks(shop))["items"]] == ["open", "answered"]

    shop.clock.move(1)

    assert [talk["outcome"] for talk in (await talks(shop))["items"]] == ["left", "answered"]


async def test_who_writes_after_a_day_begins_a_new_talk(shop: Shop, chat: Chat) -> None:
    fresh = await shop.session("c-1", locale="en")
    await fresh.say(action="start:refund")
    shop.clock.move(DAY - 600)
    again = await shop.session("c-1", locale="en")
    await again.say("hello")
    shop.clock.move(DAY)
    later = await shop.session("c-1", locale="en")
    await later.say("hello")

    newest, left = (await talks(shop))["items"]
    assert (brief(left)[:2], brief(newest)[:2]) == (("left", 2), ("open", 1))


async def test_a_person_takes_over(shop: Shop, chat: Chat) -> None:
    await press_until(chat, "start:refund")
    await chat.say("frobnicate the blorp")
    await chat.say("I want to talk to a human")
    await chat.say("are you there?")

    assert [brief(talk)[:3] for talk in (await talks(shop))["items"]] == [("handed_over", 3, 1)]


async def test_a_request_that_was_withdrawn(shop: Shop, chat: Chat) -> None:
    await press_until(chat, *ASKED, "confirm:yes")
    (case,) = (await shop.api("GET", "/cases"))[1]["items"]
    await press_until(chat, f"withdraw:{case['case_no']}")

    assert [brief(talk)[:2] for talk in (await talks(shop))["items"]] == [("withdrawn", 1), ("submitted", 6)]


async def test_the_reason_stated_may_not_be_the_one_found(shop: Shop, chat: Chat) -> None:
    await press_until(
        chat, "start:refund", "order:O-1", "line:1*1", "reason:damaged", "back", "reason:size_fit", "offer"
    )
    await press_until(chat, "confirm:yes")

    report = await talks(shop)
    (talk,) = report["items"]
    assert brief(talk) == ("submitted", 8, 0, 1, "damaged", "size_fit")
    assert report["reasons"] == [{"stated": "damaged", "found": "size_fit", "talks": 1}]


async def test_sums_are_over_all_talks_and_the_list_is_as_long_as_asked(shop: Shop) -> None:
    for number in range(5):
        chat = await shop.session(f"c-{number}", locale="en")
        await chat.say("I want to talk to a human")

    report = await talks(shop, "?limit=2&days=1")

    assert (report["talks"], len(report["items"]), report["is_whole"]) == (5, 2, True)
    assert report["outcomes"] == [
        {"outcome": "handed_over", "talks": 5, "turns_median": 1.0, "misses": 0, "repairs": 0}
    ]


@pytest.mark.parametrize("query", ["?days=0", "?days=x", "?days=9999", "?limit=0", "?days=１"])
async def test_a_period_that_cannot_be_is_refused(shop: Shop, query: str) -> None:
    status, problem = await shop.api("GET", f"/reports/talks{query}")

    assert (status, problem["errors"][0]["field"]) == (422, query[1:].partition("=")[0])


async def test_another_merchant_sees_none_of_it(shop: Shop, chat: Chat) -> None:
    await chat.say("where is my refund?")
    other = await shop.another_merchant("other")

    _, report = await shop.api("GET", "/reports/talks", key=other.api_key)

    assert (report["talks"], report["items"]) == (0, [])


async def doubtful(shop: Shop) -> Any:
    (row,) = await shop.base.db.fetch("SELECT id FROM merchant WHERE slug = 'shop'")
    return review_rows(await load_doubtful(shop.base.db, UUID(str(row["id"])), since=START, limit=100))


async def test_what_was_read_unsurely_is_listed_once_and_masked(shop: Shop, chat: Chat) -> None:
    await press_until(chat, "start:refund")
    for number in (13800138000, 13900139000):
        await chat.say(f"frobnicate the blorp, my number is {number}, my name is Jane Doe")
    await chat.say("I want a refund")

    (row,) = [row for row in await doubtful(shop) if "blorp" in row.text]
    assert (row.text, row.times, row.corrected) == (
        "frobnicate the blorp, my number is [number], my name is [name]", 2, 0,
    )  # fmt: skip
    assert not [it for it in await doubtful(shop) if it.text == "I want a refund"]


async def test_what_the_customer_took_back_is_listed_with_how_it_was_read(shop: Shop, chat: Chat) -> None:
    await press_until(chat, "start:refund", "order:O-1", "line:1*1")
    await chat.say("the pot is broken")
    await chat.say(action="back")

    (row,) = await doubtful(shop)
    assert (row.text, row.accept, row.corrected) == ("the pot is broken", ("give_reason",), 1)
    assert (row.expecting, row.reason) == ("reason", "damaged")


async def test_the_rows_can_be_scored_and_trained_on_as_they_are(shop: Shop, chat: Chat, tmp_path: Any) -> None:
    await press_until(chat, "start:refund")
    for text in ("frobnicate the blorp", "那个啥 坏坏 zzz", "see [this](order_no) zzz kaputt"):
        await chat.say(text)
    rows = await doubtful(shop)

    labelled = tmp_path / "rows.jsonl"
    labelled.write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
    training = tmp_path / "rows.yml"
    training.write_text("\n".join(as_training(rows)), encoding="utf-8")

    assert len(rows) >= 2
    assert [row.text for row in read_rows(labelled)] == [row.text for row in rows]
    assert len(list(lines_of(training))) == len(rows)
    assert yaml.safe_load(training.read_text(encoding="utf-8"))["version"] == "3.1"


async def test_none_of_it_is_shown_in_the_chat(shop: Shop, chat: Chat) -> None:
    await chat.say("frobnicate the blorp")

    _, history = await chat.get("/messages?after=0")

    assert "noted" not in str(history)
    assert "confidence" not in str(history)
