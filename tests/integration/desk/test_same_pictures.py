"""A picture that was used in another case is found, counts as a risk, and is named in the report."""

import re
from typing import Any

import pytest
from PIL import Image

from storage import policy_store
from tests.integration.api.shop import Chat, Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import order, stock
from tests.pictures import MP4, saved, scene

SIGNAL = "pictures_in_other_cases"


async def test_a_picture_of_another_customers_case_brings_a_person_and_is_named(shop: Shop, wang: Staff) -> None:
    first = await _claim(shop, "A-1", "c-1", saved(scene(1), "JPEG"))
    again = scene(1).crop((10, 6, 480, 360)).resize((300, 225))

    second = await _claim(shop, "A-2", "c-2", saved(again, "JPEG", quality=60))
    _, page = await wang.get(f"/desk/cases/{second['case_no']}")

    assert _seen(first) == (0, 0)
    assert _seen(second) == (1, 10)
    assert second["decision"]["risk"]["level"] == "watch"
    assert f'<a href="/desk/cases/{first["case_no"]}">' in page
    assert "another customer" in page
    assert "looks the same" in page
    assert "A-1" in page


async def test_the_first_case_names_the_later_one_too(shop: Shop, wang: Staff) -> None:
    first = await _claim(shop, "A-1", "c-1", saved(scene(1), "JPEG"))
    second = await _claim(shop, "A-2", "c-2", saved(scene(1), "JPEG"))

    _, page = await wang.get(f"/desk/cases/{first['case_no']}/report")

    assert f'<a href="/desk/cases/{second["case_no"]}">' in page
    assert "exact copy" in page


async def test_a_picture_in_several_cases_is_a_high_risk(shop: Shop) -> None:
    cases = [await _claim(shop, f"A-{number}", f"c-{number}", saved(scene(1), "PNG")) for number in (1, 2, 3)]

    assert [_seen(case) for case in cases] == [(0, 0), (1, 10), (2, 20)]
    assert [case["decision"]["risk"]["level"] for case in cases] == ["normal", "watch", "high"]
    assert cases[2]["state"] == "under_review"


async def test_an_own_order_counts_and_says_that_it_is_the_same_customer(shop: Shop, wang: Staff) -> None:
    first = await _claim(shop, "A-1", "c-1", saved(scene(1), "WEBP"))
    second = await _claim(shop, "A-2", "c-1", saved(scene(1), "JPEG"))

    _, page = await wang.get(f"/desk/cases/{second['case_no']}")

    assert _seen(second) == (1, 10)
    assert f'<a href="/desk/cases/{first["case_no"]}">' in page
    assert "same customer" in page


async def test_the_same_file_sent_again_for_another_order_is_found(shop: Shop) -> None:
    chat = await _ready(shop, "A-1", "c-1")
    _, kept = await chat.upload(saved(scene(1), "JPEG"))
    await _finish(shop, chat, "A-1", kept["attachment"])
    await stock(shop, order(shop, "A-2", customer="c-1"))

    await _tell(chat, "A-2")
    second = await _finish(shop, chat, "A-2", kept["attachment"])

    assert _seen(second) == (1, 10)


async def test_a_second_claim_on_the_same_order_is_named_but_no_risk(shop: Shop, wang: Staff) -> None:
    first = await _claim(shop, "A-1", "c-1", saved(scene(1), "JPEG"))
    chat = await shop.session("c-1", locale="en")
    await chat.say(action=f"withdraw:{first['case_no']}")
    await chat.say(action="confirm:yes")

    await _tell(chat, "A-1")
    _, kept = await chat.upload(saved(scene(1), "JPEG"))
    second = await _finish(shop, chat, "A-1", kept["attachment"])
    _, page = await wang.get(f"/desk/cases/{second['case_no']}")

    assert second["case_no"] != first["case_no"]
    assert _seen(second) == (0, 0)
    assert "same order" in page


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (saved(scene(1), "JPEG"), saved(scene(2), "JPEG")),
        (saved(Image.new("RGB", (300, 200), "white"), "PNG"), saved(Image.new("RGB", (300, 200), "white"), "PNG")),
        (MP4, MP4 + b"more"),
    ],
    ids=["other pictures", "empty pictures", "other videos"],
)
async def test_what_is_not_the_same_is_not_said_to_be(shop: Shop, wang: Staff, one: bytes, other: bytes) -> None:
    await _claim(shop, "A-1", "c-1", one)
    second = await _claim(shop, "A-2", "c-2", other)

    _, page = await wang.get(f"/desk/cases/{second['case_no']}")

    assert _seen(second) == (0, 0)
    assert "The same picture in other cases" not in page


async def test_the_same_video_is_found_by_its_bytes(shop: Shop, wang: Staff) -> None:
    await _claim(shop, "A-1", "c-1", MP4)
    second = await _claim(shop, "A-2", "c-2", MP4)

    _, page = await wang.get(f"/desk/cases/{second['case_no']}")

    assert _seen(second) == (1, 10)
    assert page.count("<video") >= 3


async def test_pictures_of_another_merchant_are_never_compared(shop: Shop) -> None:
    other = await shop.another_merchant("other")
    status, _ = await shop.api("POST", "/orders", [order(shop, "B-1", customer="c-9")], key=other.api_key)
    assert status == 200
    await _claim(shop, "A-1", "c-1", saved(scene(1), "JPEG"))

    matches = await shop.base.db.fetch("SELECT 1 FROM picture_match")
    await _anonymous_upload(shop, "other")

    assert matches == await shop.base.db.fetch("SELECT 1 FROM picture_match")


async def test_a_picture_that_never_became_evidence_is_no_case(shop: Shop) -> None:
    talker = await shop.session("c-9")
    await talker.upload(saved(scene(1), "JPEG"))

    second = await _claim(shop, "A-2", "c-2", saved(scene(1), "JPEG"))

    assert _seen(second) == (0, 0)


async def test_the_merchant_says_what_it_counts(shop: Shop) -> None:
    db, merchant_id = shop.base.db, shop.merchant.merchant_id
    stored = await policy_store.current(db, merchant_id, "policy")
    assert stored is not None
    old: Any = stored.document.get("risk", {})
    risk = {**old, SIGNAL: [{"at_least": 1, "points": 33}]}
    document = {**stored.document, "risk": risk}
    await policy_store.add_version(db, merchant_id, "policy", document, by="test", now=shop.clock.now())

    await _claim(shop, "A-1", "c-1", saved(scene(1), "JPEG"))
    second = await _claim(shop, "A-2", "c-2", saved(scene(1), "JPEG"))

    assert _seen(second) == (1, 33)


def _seen(case: dict[str, Any]) -> tuple[int, int]:
    (signal,) = [each for each in case["decision"]["risk"]["signals"] if each["name"] == SIGNAL]
    return signal["value"], signal["points"]


async def _claim(shop: Shop, order_no: str, customer: str, content: bytes) -> dict[str, Any]:
    """The case that a customer has opened with this picture."""
    chat = await _ready(shop, order_no, customer)
    status, kept = await chat.upload(content)
    assert status == 201, kept
    return await _finish(shop, chat, order_no, kept["attachment"])


async def _ready(shop: Shop, order_no: str, customer: str) -> Chat:
    await stock(shop, order(shop, order_no, customer=customer))
    chat = await shop.session(customer, locale="en")
    await _tell(chat, order_no)
    return chat


async def _tell(chat: Chat, order_no: str) -> None:
    for action in ("start:refund", f"order:{order_no}", "lines:all", "reason:damaged"):
        status, answer = await chat.say(action=action)
        assert status == 200, answer


async def _finish(shop: Shop, chat: Chat, order_no: str, attachment: str) -> dict[str, Any]:
    await chat.say("look", attachments=[attachment])
    status, answer = await chat.say(action="evidence:skip")
    assert status == 200, answer
    _, page = await shop.api("GET", f"/cases?order_no={order_no}")
    newest: dict[str, Any] = page["items"][0]
    assert re.fullmatch(r"\S+", newest["case_no"])
    return newest


async def _anonymous_upload(shop: Shop, slug: str) -> None:
    chat = await shop.session(None, slug=slug)
    status, _ = await chat.upload(saved(scene(1), "JPEG"))
    assert status == 201
