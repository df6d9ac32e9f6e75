"""The owner's page: what is saved there is in force, what cannot be is told, and others stay out."""

import pytest

from storage.audit_store import first_bad_row
from tests.integration.api.shop import Shop
from tests.integration.api.test_insight import press_until
from tests.integration.api.test_merchant_api import order
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff

LOOK = {"colour": "#0a7d5a", "text_colour": "#ffffff", "position": "left", "logo": "拾光"}
WEEK = {"mon": "09:00-18:00", "tue": "09:00–12:00，13:30–18:00", "closed": "2026-10-01, 2026-10-02"}


@pytest.fixture
async def owner(hiring: Hire) -> Staff:
    staff = await hiring("owner", "Owner", role="owner")
    assert await staff.log_in() == 303
    return staff


async def test_a_look_that_is_saved_is_in_force_at_once(shop: Shop, owner: Staff) -> None:
    status, _ = await owner.post("/desk/shop/look", **LOOK, greeting_zh="欢迎", greeting_en="Welcome")
    _, page = await owner.get("/desk/shop?saved=1")
    _, look = await shop.api("GET", "/widget")
    async with shop.http.get(f"{shop.url}/chat/shop") as response:
        chat = await response.text()

    assert status == 303
    assert look["greeting"] == {"zh-CN": "欢迎", "en": "Welcome"}
    assert (look["colour"], look["position"], look["logo"]) == ("#0a7d5a", "left", "拾光")
    assert "--accent:#0a7d5a;" in chat
    assert 'value="#0a7d5a"' in page
    assert "Saved." in page


async def test_hours_that_are_saved_are_in_force_at_once(shop: Shop, owner: Staff) -> None:
    status, _ = await owner.post("/desk/shop/hours", **WEEK)
    _, hours = await shop.api("GET", "/hours")
    _, page = await owner.get("/desk/shop")

    assert status == 303
    assert hours["week"] == {"mon": ["09:00-18:00"], "tue": ["09:00-12:00", "13:30-18:00"]}
    assert (hours["timezone"], hours["closed"]) == ("Asia/Shanghai", ["2026-10-01", "2026-10-02"])
    assert 'value="09:00-12:00, 13:30-18:00"' in page
    assert await first_bad_row(shop.base.db, shop.merchant.merchant_id) is None


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        ("look", {"colour": "#ffe600", "text_colour": "#ffffff"}, "its contrast with the colour is 1.27"),
        ("look", {"colour": "red", "text_colour": "#ffffff"}, "Colour: a colour like"),
        ("look", LOOK | {"logo": "<b>bold</b>"}, "Logo: at most 4"),
        ("look", LOOK | {"position": "top"}, "Side of the button"),
        ("look", LOOK | {"greeting_en": "x" * 121}, "Greeting: at most 120"),
        ("hours", {"mon": "nine to five"}, "Monday: spans such as"),
        ("hours", {"fri": "18:00-09:00"}, "Friday: spans such as"),
        ("hours", {"mon": "09:00-18:00", "timezone": "Mars/Olympus"}, "Time zone: a name"),
        ("hours", {"mon": "09:00-18:00", "closed": "tomorrow"}, "Days off: days such as"),
    ],
)
async def test_what_cannot_be_is_named_and_what_was_typed_stays(
    shop: Shop, owner: Staff, form: str, fields: dict[str, str], said: str
) -> None:
    before = [(await shop.api("GET", path))[1] for path in ("/widget", "/hours")]

    status, page = await owner.post(f"/desk/shop/{form}", **fields)

    assert status == 422
    assert said in page
    assert "<b>bold" not in page
    for name in fields.keys() & {"colour", "mon", "fri", "timezone", "closed"}:
        assert f'value="{fields[name]}"' in page
    assert [(await shop.api("GET", path))[1] for path in ("/widget", "/hours")] == before


async def test_only_the_owner_opens_the_page(shop: Shop, owner: Staff, hiring: Hire) -> None:
    agent = await hiring("agent", "Agent", role="agent")
    await agent.log_in()

    shown, page = await agent.get("/desk/shop")
    saved = [(await agent.post(f"/desk/shop/{form}", **LOOK))[0] for form in ("look", "hours")]
    forged, _ = await owner.post("/desk/shop/look", csrf="forged", **LOOK)

    assert (shown, saved, forged) == (403, [403, 403], 403)
    assert "/desk/shop" not in (await agent.get("/desk"))[1]
    assert 'name="colour"' not in page
    assert "/desk/shop" in (await owner.get("/desk"))[1]
    assert (await shop.api("GET", "/widget"))[1]["colour"] == "#2456d6"


async def test_a_rating_stands_on_the_cases_page(shop: Shop, owner: Staff) -> None:
    await shop.api("POST", "/orders", order())
    chat = await shop.session("c-1", locale="en")
    await press_until(chat, "start:refund", "order:O-1", "lines:all", "reason:price_drop")
    (row,) = await shop.base.db.fetch("UPDATE refund_case SET state = 'rejected' RETURNING case_no")
    case_no = row["case_no"]
    await chat.post({"subject": f"case:{case_no}", "score": 2, "words": "<i>slow</i>"}, "/rating")

    _, page = await owner.get(f"/desk/cases/{case_no}")

    assert "★★☆☆☆" in page
    assert "2 of 5" in page
    assert "&lt;i&gt;slow&lt;/i&gt;" in page
