"""Who comes to the desk, and who no longer does."""

import pytest

from bot.passwords import hash_password
from storage.staff_store import add_attempt, set_password
from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import PASSWORD, Staff


async def test_a_right_password_opens_the_queue(wang: Staff) -> None:
    status, page = await wang.get("/desk")

    assert status == 200
    assert "Wang" in page
    assert "Nobody is waiting" in page


async def test_a_wrong_password_opens_nothing(hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")

    assert await staff.log_in(password="wrong") == 401

    assert (await staff.get("/desk"))[0] == 303


@pytest.mark.parametrize(("slug", "login"), [("shop", "nobody"), ("nowhere", "wang"), ("\x00", "\x00")])
async def test_an_unknown_person_is_told_no_more_than_a_wrong_password_tells(
    hiring: Hire, slug: str, login: str
) -> None:
    staff = await hiring("wang", "Wang")
    staff.login = login

    assert await staff.log_in(shop=slug) == 401


async def test_the_log_in_of_another_shop_does_not_fit(shop: Shop, hiring: Hire) -> None:
    other = await shop.another_merchant("other")
    staff = await hiring("wang", "Wang", merchant_id=other.merchant_id)

    assert await staff.log_in(shop="shop") == 401
    assert await staff.log_in(shop="other") == 303


async def test_without_a_session_every_page_leads_to_the_log_in(shop: Shop, hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")

    for path in ("/desk", "/desk/cases", "/desk/trouble", "/desk/nothing"):
        assert (await staff.get(path))[0] == 303
    for path in ("/desk/events", "/desk/attachments/a1"):
        assert (await staff.get(path))[0] in {303, 401}
    assert (await staff.post("/desk/cases/C1/decide"))[0] == 401


async def test_a_password_change_ends_every_session_at_once(shop: Shop, wang: Staff) -> None:
    await set_password(shop.base.db, shop.merchant.merchant_id, "wang", await hash_password("another password"))

    assert (await wang.get("/desk"))[0] == 401
    assert (await wang.post("/desk/logout"))[0] == 401
    assert await wang.log_in(password=PASSWORD) == 401
    assert await wang.log_in(password="another password") == 303


async def test_a_session_ends_after_twelve_hours(shop: Shop, wang: Staff) -> None:
    shop.clock.move(12 * 3600 - 1)
    assert (await wang.get("/desk"))[0] == 200

    shop.clock.move(2)

    assert (await wang.get("/desk"))[0] == 401


async def test_who_logs_out_is_out(wang: Staff) -> None:
    cookies = {cookie.key: cookie.value for cookie in wang.http.cookie_jar}

    status, _ = await wang.post("/desk/logout")

    assert status == 303
    wang.http.cookie_jar.update_cookies(cookies)
    assert (await wang.get("/desk"))[0] == 401


async def test_the_sixth_wrong_password_within_a_quarter_of_an_hour_is_not_looked_at(shop: Shop, hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")
    tries = [await staff.log_in(password="wrong") for _ in range(6)]

    assert tries == [401] * 5 + [429]
    assert await staff.log_in() == 429

    shop.clock.move(15 * 60 + 1)
    assert await staff.log_in() == 303


async def test_one_address_can_not_try_many_log_ins(shop: Shop, hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")
    await _thirty_failures(shop, "127.0.0.1")

    assert await staff.log_in() == 429


async def test_failures_of_another_address_do_not_count(shop: Shop, hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")
    await _thirty_failures(shop, "127.0.0.2")

    assert await staff.log_in() == 303


async def test_a_forged_forwarding_header_gives_no_new_tries(shop: Shop, hiring: Hire) -> None:
    staff = await hiring("wang", "Wang")
    await _thirty_failures(shop, "127.0.0.1")
    staff.http.headers["X-Forwarded-For"] = "10.0.0.1"

    assert await staff.log_in() == 429


async def _thirty_failures(shop: Shop, address: str) -> None:
    for number in range(30):
        await add_attempt(shop.base.db, "shop", f"guess-{number}", address=address, now=shop.clock.now())
