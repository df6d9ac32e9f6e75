"""How content consumers were: asked once for what was closed, kept with its shop, counted and shown to it alone."""

from typing import Any
from uuid import UUID

import pytest

from dialogs.messages import Reply
from storage.desk_store import change_holder
from storage.message_store import append_messages
from storage.transaction import Transaction, transact
from tests.integration.api.shop import Chat, Shop
from tests.integration.api.test_insight import press_until
from tests.integration.api.test_merchant_api import order

RATED = {"score": 4, "words": "fine"}


@pytest.fixture
async def chat(shop: Shop) -> Chat:
    """A customer of one order."""
    await shop.api("POST", "/orders", order())
    return await shop.session("c-1", locale="en")


async def _close_case(shop: Shop, state: str = "refunded") -> str:
    """A case of the customer that has come to this end."""
    rows = await shop.base.db.fetch("UPDATE refund_case SET state = $1 RETURNING case_no", state)
    return str(rows[0]["case_no"])


async def _talked_to_a_person(shop: Shop, chat: Chat) -> None:
    """A person takes the conversation over, says something and gives it back."""
    place = shop.merchant.merchant_id, UUID(chat.conversation)
    now = shop.clock.now()

    async def work(tx: Transaction) -> None:
        (row,) = await tx.fetch("SELECT epoch FROM conversation WHERE id = $1", place[1])
        epoch = await change_holder(tx, *place, to="a-person", seen_epoch=row["epoch"], now=now)
        assert epoch is not None
        said = [Reply("I am here.", sender="agent", agent="Anna")]
        await append_messages(tx, *place, said, now=now, expected_epoch=epoch)
        assert await change_holder(tx, *place, to="bot", seen_epoch=epoch, now=now) is not None

    await transact(shop.base.db, work, name="test")


async def _open_case(chat: Chat) -> None:
    await press_until(chat, "start:refund", "order:O-1", "lines:all", "reason:price_drop")


async def test_nothing_is_asked_about_what_is_not_closed(shop: Shop, chat: Chat) -> None:
    before = await chat.get("/rating")
    await _open_case(chat)

    assert before == (200, {"due": None})
    assert (await chat.get("/rating"))[1] == {"due": None}


@pytest.mark.parametrize("state", ["refunded", "compensated", "rejected"])
async def test_a_settled_case_is_asked_about_once(shop: Shop, chat: Chat, state: str) -> None:
    await _open_case(chat)
    case_no = await _close_case(shop, state)

    _, asked = await chat.get("/rating")
    status, kept = await chat.post({"subject": asked["due"]["subject"]} | RATED, "/rating")
    again, same = await chat.post({"subject": asked["due"]["subject"]} | RATED, "/rating")
    other, problem = await chat.post({"subject": asked["due"]["subject"], "score": 1}, "/rating")

    assert asked == {"due": {"subject": f"case:{case_no}", "case_no": case_no}}
    assert (status, kept["score"]) == (201, 4)
    assert (again, same) == (200, kept)
    assert (other, problem["type"]) == (409, "urn:refundbot:problem:rated-before")
    assert (await chat.get("/rating"))[1] == {"due": None}


async def test_a_talk_with_a_person_is_asked_about_when_they_give_it_back(shop: Shop, chat: Chat) -> None:
    await _talked_to_a_person(shop, chat)
    _, first = await chat.get("/rating")
    await chat.post({"subject": first["due"]["subject"], "score": 5}, "/rating")
    await _talked_to_a_person(shop, chat)
    _, soon = await chat.get("/rating")
    shop.clock.move(2 * 86_400)
    await _talked_to_a_person(shop, chat)
    chat = await shop.session("c-1")
    _, later = await chat.get("/rating")

    assert first["due"] == {"subject": "talk:2", "case_no": None}
    assert soon == {"due": None}
    assert later["due"]["subject"] == "talk:6"


async def test_a_question_put_aside_is_not_put_again_and_not_counted(shop: Shop, chat: Chat) -> None:
    await _talked_to_a_person(shop, chat)

    status, _ = await chat.post({"subject": "talk:2"}, "/rating")
    _, report = await shop.api("GET", "/reports/talks")

    assert status == 201
    assert (await chat.get("/rating"))[1] == {"due": None}
    none = {"count": 0, "average": None, "scores": dict.fromkeys("12345", 0)}
    assert report["ratings"] == none | {"by_bot": none, "by_person": none}


async def test_a_talk_that_the_bot_alone_has_finished_is_asked_about_once(shop: Shop, chat: Chat) -> None:
    await chat.say("how long does a refund take?")
    _, before = await chat.get("/rating")
    _, answer = await chat.say("thanks, that's all")

    _, asked = await chat.get("/rating")
    status, _ = await chat.post({"subject": asked["due"]["subject"], "score": 5}, "/rating")

    assert before == {"due": None}
    assert asked["due"] == {"subject": f"bot:{answer['seq'] - len(answer['replies'])}", "case_no": None}
    assert status == 201
    await chat.say("how long does a refund take?")
    await chat.say("thank you")
    assert (await chat.get("/rating"))[1] == {"due": None}


@pytest.mark.parametrize(
    "said",
    [("hello",), ("hello", "thanks"), ("hello", "bye"), ("fjdk sjfk", "thanks"), ("how long does a refund take?",), ()],
    ids=["a greeting", "thanks for a greeting", "a farewell", "not understood", "not finished", "nothing"],
)
async def test_who_came_and_left_is_not_asked(chat: Chat, said: tuple[str, ...]) -> None:
    for text in said:
        await chat.say(text)

    assert (await chat.get("/rating"))[1] == {"due": None}


async def test_who_goes_on_with_another_question_is_not_asked_about_the_one_before(chat: Chat) -> None:
    await chat.say("how long does a refund take?")
    await chat.say("thanks")
    _, first = await chat.get("/rating")
    await chat.say(action="start:refund")

    status, _ = await chat.post({"subject": first["due"]["subject"], "score": 5}, "/rating")

    assert (await chat.get("/rating"))[1] == {"due": None}
    assert status == 422


async def test_a_choice_of_language_leaves_the_question_due(chat: Chat) -> None:
    await chat.say("how long does a refund take?")
    await chat.say("thanks")
    await chat.say(action="locale:zh-CN")

    assert (await chat.get("/rating"))[1]["due"] is not None


async def test_scores_are_counted_apart_by_who_held_the_talk(shop: Shop, chat: Chat) -> None:
    await chat.say("how long does a refund take?")
    await chat.say("thanks")
    _, bot = await chat.get("/rating")
    await chat.post({"subject": bot["due"]["subject"], "score": 2}, "/rating")
    await _open_case(chat)
    alone = await _close_case(shop)
    await chat.post({"subject": f"case:{alone}", "score": 4}, "/rating")
    shop.clock.move(2 * 86_400)
    other = await shop.session("c-2")
    await _talked_to_a_person(shop, other)
    _, person = await other.get("/rating")
    await other.post({"subject": person["due"]["subject"], "score": 5}, "/rating")

    _, report = await shop.api("GET", "/reports/talks")

    ratings = report["ratings"]
    assert (ratings["count"], ratings["by_bot"]["count"], ratings["by_person"]["count"]) == (3, 2, 1)
    assert (ratings["by_bot"]["average"], ratings["by_person"]["average"]) == (3.0, 5.0)


async def test_a_talk_in_which_a_person_spoke_is_not_the_bots(shop: Shop, chat: Chat) -> None:
    await chat.say("how long does a refund take?")
    await _talked_to_a_person(shop, chat)
    await chat.say("thanks")

    _, due = await chat.get("/rating")

    assert due["due"]["subject"].startswith("talk:")


async def test_the_report_counts_the_scores_of_its_own_shop(shop: Shop, chat: Chat) -> None:
    await _open_case(chat)
    case_no = await _close_case(shop)
    await chat.post({"subject": f"case:{case_no}"} | RATED, "/rating")
    other = await shop.another_merchant("other")

    _, report = await shop.api("GET", "/reports/talks")
    _, theirs = await shop.api("GET", "/reports/talks", key=other.api_key)

    assert report["ratings"]["count"] == 1
    assert report["ratings"]["average"] == 4.0
    assert report["ratings"]["scores"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    assert theirs["ratings"]["count"] == 0


async def test_another_customers_case_cannot_be_rated(shop: Shop, chat: Chat) -> None:
    await _open_case(chat)
    case_no = await _close_case(shop)
    stranger, visitor = await shop.session("c-2"), await shop.session(None)

    answers = [await one.post({"subject": f"case:{case_no}"} | RATED, "/rating") for one in (stranger, visitor)]

    assert [status for status, _ in answers] == [422, 422]
    assert [problem["errors"][0]["field"] for _, problem in answers] == ["subject", "subject"]
    assert (await chat.get("/rating"))[1]["due"] is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"score": 6}, "score"),
        ({"score": 0}, "score"),
        ({"score": 4.5}, "score"),
        ({"score": 4, "words": "x" * 501}, "words"),
        ({"words": "no score"}, "score"),
        ({"score": 4, "subject": ""}, "subject"),
        ({"score": 4, "subject": "case:nothing"}, "subject"),
        ({"score": "4"}, "score"),
    ],
)
async def test_bad_answers_are_named_and_keep_nothing(shop: Shop, chat: Chat, body: dict[str, Any], field: str) -> None:
    await _talked_to_a_person(shop, chat)

    status, problem = await chat.post({"subject": "talk:2"} | body, "/rating")

    assert status == 422
    assert problem["errors"][0]["field"] == field
    assert (await chat.get("/rating"))[1]["due"] is not None


async def test_without_a_session_nothing_is_asked_and_nothing_kept(shop: Shop) -> None:
    assert (await shop.call("GET", "/api/chat/shop/rating"))[0] == 401
    assert (await shop.call("POST", "/api/chat/shop/rating", {"subject": "talk:2", "score": 5}))[0] == 401
