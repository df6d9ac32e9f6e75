"""What strangers, other shops and hostile texts get at the desk."""

import asyncio
import io
from uuid import uuid4

import pytest
from PIL import Image

from bot.console.sessions import SESSION_COOKIE
from storage.audit_store import first_bad_row
from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import FRAGMENT, Staff
from tests.integration.desk.trade import ask_for_review, case_of


async def audit(shop: Shop) -> list[str]:
    rows = await shop.base.db.fetch("SELECT what FROM audit ORDER BY place")
    return [row["what"] for row in rows]


def picture() -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(raw, "JPEG")
    return raw.getvalue()


async def test_a_form_without_its_token_does_nothing(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    paths = [f"/desk/conversations/{chat.conversation}/{name}" for name in ("take-over", "reply", "return")]
    paths += [f"/desk/cases/{case_no}/{name}" for name in ("decide", "received", "phone")]

    for path in [*paths, "/desk/logout"]:
        for csrf in ("", "wrong", "é"):
            status, _ = await wang.post(path, csrf=csrf, epoch=0, version=1, action="approve", text="hello")
            assert status == 403, path

    assert (await wang.get("/desk"))[0] == 200
    assert (await case_of(shop, case_no))["version"] == 1
    assert "Take over" in (await wang.get(f"/desk/conversations/{chat.conversation}/hold", headers=FRAGMENT))[1]
    assert await audit(shop) == []


async def test_a_log_in_form_that_is_not_ours_is_refused(hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")

    status, _ = await staff.post("/desk/login", csrf="guess", shop="shop", login="wang", password="x")

    assert status == 403


async def test_the_token_of_a_colleague_s_page_does_not_fit(wang: Staff, zhao: Staff) -> None:
    assert (await wang.post("/desk/logout", csrf=zhao.csrf))[0] == 403


async def test_another_shop_s_things_are_not_there_and_asking_for_them_is_noted(
    shop: Shop, wang: Staff, hiring: Hire
) -> None:
    chat, case_no = await ask_for_review(shop)
    _, kept = await chat.upload(picture())
    other = await shop.another_merchant("other")
    stranger = await hiring("wang", "Stranger", merchant_id=other.merchant_id)
    assert await stranger.log_in(shop="other") == 303

    pages = [f"/desk/cases/{case_no}", f"/desk/cases/{case_no}/report", f"/desk/cases/{case_no}/decide"]
    talk = f"/desk/conversations/{chat.conversation}"
    pages += [talk, f"{talk}/messages", f"{talk}/hold", f"/desk/attachments/{kept['attachment']}"]
    for page in pages:
        status, text = await stranger.get(page)
        assert status == 404, page
        assert "Desk lamp" not in text
    for path in (f"{talk}/take-over", f"{talk}/reply", f"{talk}/return"):
        assert (await stranger.post(path, epoch=0, text="hello"))[0] == 404
    for path in ("decide", "received", "phone"):
        assert (await stranger.post(f"/desk/cases/{case_no}/{path}", version=1, action="approve"))[0] == 404

    noted = await audit(shop)
    assert len(noted) == len(pages) + 6
    assert set(noted) == {"asked_for_foreign_case", "asked_for_foreign_conversation", "asked_for_foreign_attachment"}
    assert await first_bad_row(shop.base.db, other.merchant_id) is None
    assert (await wang.get(f"/desk/cases/{case_no}"))[0] == 200


async def test_what_is_nobody_s_is_not_there_and_not_noted(shop: Shop, wang: Staff) -> None:
    for path in (f"/desk/conversations/{uuid4()}", "/desk/conversations/1", "/desk/cases/C1", "/desk/attachments/a1"):
        assert (await wang.get(path))[0] == 404
    assert (await wang.get("/desk/nothing/here"))[0] == 404
    assert await audit(shop) == []


async def test_markup_of_a_customer_is_shown_as_text(shop: Shop, wang: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    hostile = "<script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(1)>"
    await chat.say(hostile)

    for path in (f"/desk/cases/{case_no}", f"/desk/conversations/{chat.conversation}/messages"):
        _, page = await wang.get(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


async def test_every_page_forbids_what_it_does_not_need(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)

    for path in (
        "/desk",
        "/desk/cases",
        f"/desk/cases/{case_no}",
        "/desk/login",
        "/desk/nothing",
        "/desk/static/desk.js",
    ):
        async with wang.http.get(wang.url + path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            is_static = "/static/" in path
            assert is_static or response.headers["Cache-Control"] == "no-store"
            text = await response.text()
            assert is_static or " style=" not in text
            assert is_static or " onclick=" not in text


async def test_the_session_cookie_is_out_of_scripts_reach(wang: Staff) -> None:
    (cookie,) = [cookie for cookie in wang.http.cookie_jar if cookie.key == SESSION_COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/desk"


async def test_the_database_holds_no_session_token(shop: Shop, wang: Staff) -> None:
    (cookie,) = [cookie for cookie in wang.http.cookie_jar if cookie.key == SESSION_COOKIE]

    rows = await shop.base.db.fetch("SELECT to_jsonb(staff_session) AS row FROM staff_session")

    assert rows
    assert all(cookie.value.encode() not in row["row"] for row in rows)


async def test_a_picture_is_shown_and_a_video_only_saved(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1")
    _, shown = await chat.upload(picture())
    status, saved = await chat.upload(
        b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", name="v.mp4", kind="video/mp4"
    )
    assert status == 201, saved

    for kept, kind in ((shown, "inline"), (saved, "attachment")):
        async with wang.http.get(f"{wang.url}/desk/attachments/{kept['attachment']}") as response:
            assert response.status == 200
            assert response.headers["Content-Disposition"].startswith(kind)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_a_phone_is_masked_until_somebody_looks_which_is_noted(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "13800001234" not in page
    assert "1234" in page
    assert "林*" in page

    _, part = await wang.post(f"/desk/cases/{case_no}/phone")

    assert "+8613800001234" in part
    assert "林晓" in part
    assert await audit(shop) == ["phone_revealed"]


async def test_what_people_do_is_in_an_unbroken_trail(shop: Shop, wang: Staff, zhao: Staff) -> None:
    chats = [await ask_for_review(shop, f"A-{number}", customer=f"c-{number}") for number in range(4)]

    takings = [
        (staff, f"/desk/conversations/{chat.conversation}/take-over", await staff.epoch(chat.conversation))
        for staff in (wang, zhao)
        for chat, _ in chats
    ]
    await asyncio.gather(*(staff.post(path, epoch=epoch) for staff, path, epoch in takings))
    await asyncio.gather(*(wang.decide(case_no, "escalate") for _, case_no in chats))

    assert sorted(await audit(shop)) == ["decided"] * 4 + ["handover"] * 4
    assert await first_bad_row(shop.base.db, shop.merchant.merchant_id) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET what = 'nothing' WHERE place = 2",
        "UPDATE audit SET about = '{}' WHERE place = 2",
        "DELETE FROM audit WHERE place = 2",
        "UPDATE audit SET place = place + 10 WHERE place = 2",
    ],
)
async def test_a_changed_lost_or_moved_row_of_the_trail_is_found(shop: Shop, wang: Staff, tampering: str) -> None:
    for number in range(3):
        chat = await shop.session(f"c-{number}")
        await wang.take_over(chat.conversation)

    await shop.base.db.execute("ALTER TABLE audit DISABLE TRIGGER USER")
    await shop.base.db.execute(tampering)

    assert await first_bad_row(shop.base.db, shop.merchant.merchant_id) == 2
