"""Open pages of the desk: woken when something of their own shop changes, and ended with the server."""

import asyncio
from pathlib import Path

import aiohttp

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop
from tests.integration.desk.conftest import SET, Hire
from tests.integration.desk.desk import FRAGMENT, Staff, hire
from tests.integration.desk.trade import ask_for_review, order, stock

PATIENCE_SECONDS = 20


async def opened(staff: Staff) -> aiohttp.ClientResponse:
    """A page that listens, once the server has said hello."""
    response = await staff.http.get(f"{staff.url}/desk/events")
    assert response.status == 200
    assert response.content_type == "text/event-stream"
    assert await response.content.readline() == b"retry: 2000\n"
    assert await response.content.readline() == b"\n"
    return response


async def next_event(response: aiohttp.ClientResponse) -> bytes:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            line = await response.content.readline()
            if not line or line.startswith(b"event: "):
                return line


async def test_what_a_customer_says_wakes_the_open_pages(shop: Shop, wang: Staff, zhao: Staff) -> None:
    chat = await shop.session("c-1", locale="en")
    pages = [await opened(staff) for staff in (wang, zhao)]

    await chat.say("hello")

    assert [await next_event(page) for page in pages] == [b"event: wake\n"] * 2
    for page in pages:
        page.close()


async def test_another_shop_s_page_is_not_woken(shop: Shop, wang: Staff, hiring: Hire) -> None:
    other = await shop.another_merchant("other")
    stranger = await hiring("li", "Li", merchant_id=other.merchant_id)
    await stranger.log_in(shop="other")
    chat = await shop.session("c-1", locale="en")
    ours, theirs = await opened(wang), await opened(stranger)

    await chat.say("hello")

    assert await next_event(ours) == b"event: wake\n"
    for _ in range(3):
        await chat.say("hello again")
        assert await next_event(ours) == b"event: wake\n"
    assert not theirs.content.is_eof()
    assert theirs.content.total_bytes == len(b"retry: 2000\n\n")
    ours.close()
    theirs.close()


async def test_open_pages_end_with_the_server(database: Database, redis_url: str, tmp_path: Path) -> None:
    async with open_shop(database, redis_url, tmp_path, SET) as shop:
        staff = await hire(shop, "wang", "Wang")
        await staff.log_in()
        page = await opened(staff)

    assert await next_event(page) in {b"event: wake\n", b""}
    assert await next_event(page) == b""
    await staff.http.close()


async def test_a_decided_case_leaves_the_queue(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    _, before = await wang.get("/desk/queue", headers=FRAGMENT)

    await wang.decide(case_no, "approve")

    _, after = await wang.get("/desk/queue", headers=FRAGMENT)
    assert f"/desk/cases/{case_no}" in before
    assert f"/desk/cases/{case_no}" not in after


async def test_every_case_that_waits_for_staff_is_listed_while_its_customer_waits_or_is_held(
    shop: Shop, wang: Staff
) -> None:
    chat, first = await ask_for_review(shop, "A-1")
    _, second = await ask_for_review(shop, "A-2")
    await stock(shop, order(shop, "A-3"))
    for action in ("start:refund", "order:A-3", "lines:all", "reason:no_longer_wanted", "human"):
        await chat.say(action=action)

    _, waiting = await wang.get("/desk/queue", headers=FRAGMENT)
    await wang.take_over(chat.conversation)
    _, held = await wang.get("/desk/queue", headers=FRAGMENT)

    for page in (waiting, held):
        assert [page.count(f"/desk/cases/{case_no}") for case_no in (first, second)] == [1, 1]


async def test_who_waits_longest_is_first_in_the_queue(shop: Shop, wang: Staff) -> None:
    for customer in ("c-1", "c-2", "c-3"):
        chat = await shop.session(customer, locale="en")
        await chat.say(action="human")
        shop.clock.move(60)

    _, page = await wang.get("/desk")

    assert page.index("c-1") < page.index("c-2") < page.index("c-3")
    assert ">3 min<" in page


async def test_cases_are_found_by_their_numbers_and_page_by_page(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop, "A-1", customer="c-1")
    await ask_for_review(shop, "A-2", customer="c-2")

    for query in (f"q={case_no}", "q=A-1", "q=c-1"):
        _, page = await wang.get(f"/desk/cases?{query}")
        assert "A-1" in page, query
        assert "A-2" not in page, query
    assert "No case fits" in (await wang.get("/desk/cases?q=A-9"))[1]
    assert "No case fits" in (await wang.get("/desk/cases?state=refunded"))[1]
    assert (await wang.get("/desk/cases?cursor=nonsense"))[0] == 404
    assert (await wang.get("/desk/cases?state=nonsense&q=%00"))[0] == 200


async def test_what_needs_attention_is_listed(shop: Shop, wang: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    await wang.decide(case_no, "approve")
    db = shop.base.db
    await db.execute("UPDATE refund SET needs_person = true, state = 'pending', last_answer = 'TIMEOUT'")
    await db.execute("UPDATE outbox SET buried_at = now(), last_error = 'no gateway' WHERE kind = 'chat.note'")
    shop.clock.move(40 * 86_400)
    await wang.log_in()

    _, page = await wang.get("/desk/trouble")

    for heading in ("Payouts that need a person", "Overdue cases", "Work that gave up"):
        assert heading in page
    assert "TIMEOUT" in page
    assert "no gateway" in page


async def test_a_session_that_has_ended_gets_no_events(shop: Shop, wang: Staff) -> None:
    shop.clock.move(13 * 3_600)

    assert (await wang.get("/desk/events"))[0] == 401
