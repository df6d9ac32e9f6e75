"""The page on conversations: what the report of the API says, for whom the shop's figures are a matter."""

import pytest

from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import ask_for_review

ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
async def owner(hiring: Hire) -> Staff:
    """The owner, logged in."""
    staff: Staff = await hiring("sun", "Sun", role="owner")
    assert await staff.log_in() == 303
    return staff


async def test_a_shop_without_conversations_is_told_what_will_be_here(owner: Staff) -> None:
    status, page = await owner.get("/desk/talks")
    _, chinese = await owner.get("/desk/talks", headers=ZH)

    assert status == 200
    assert "No conversation in these days" in page
    assert "这段时间没有会话" in chinese
    assert "<table" not in page


async def test_each_end_is_counted_with_its_share_and_linked_to_its_conversation(shop: Shop, owner: Staff) -> None:
    chat, case_no = await ask_for_review(shop)
    other = await shop.session("c-2", locale="en")
    await other.say("hello")
    shop.clock.move(86_401)
    assert await owner.log_in() == 303

    _, page = await owner.get("/desk/talks?days=7")

    assert "2 conversations" in page
    assert "With a person to decide" in page
    assert "50%" in page
    assert "arrived damaged" in page
    assert f"/desk/conversations/{chat.conversation}" in page
    assert f"/desk/cases/{case_no}" in page
    assert 'href="/desk/talks?days=7" aria-current="true"' in page


async def test_another_shop_s_conversations_and_odd_days_show_nothing(shop: Shop, hiring: Hire) -> None:
    await ask_for_review(shop)
    other = await shop.another_merchant("other")
    stranger = await hiring("li", "Li", role="owner", merchant_id=other.merchant_id)
    assert await stranger.log_in(shop="other") == 303

    for query in ("", "?days=0", "?days=x", "?days=99999999999999999999"):
        status, page = await stranger.get(f"/desk/talks{query}")
        assert (status, "No conversation in these days" in page) == (200, True)


async def test_an_agent_is_told_for_whom_the_page_is(wang: Staff) -> None:
    status, page = await wang.get("/desk/talks")
    _, queue = await wang.get("/desk")

    assert (status, "for a lead, finance and the owner" in page) == (403, True)
    assert "/desk/talks" not in queue
