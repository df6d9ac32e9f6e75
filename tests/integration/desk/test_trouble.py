"""What needs attention, as staff read it: why in words, where it was to be said, and what can be done about it."""

import re
from uuid import UUID, uuid4

import pytest

from bot.giving_up import Why, why_written
from storage.buried_store import bury_message
from storage.transaction import transact
from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import FRAGMENT, Staff
from tests.integration.desk.trade import ask_for_review

_ROW = "UPDATE outbox SET buried_at = now(), done_at = NULL, last_error = $1 WHERE kind = 'chat.note' RETURNING id"


async def _given_up(shop: Shop, wang: Staff, reason: str) -> UUID:
    """A note that was given up with this reason; its id."""
    _, case_no = await ask_for_review(shop)
    await wang.decide(case_no, "approve")
    rows = await shop.base.db.fetch(_ROW, reason)
    return UUID(str(rows[0][0]))


async def _both(staff: Staff) -> tuple[str, str]:
    """The page in English and in Chinese."""
    _, english = await staff.get("/desk/trouble")
    await staff.post("/desk/language", locale="zh-CN")
    _, chinese = await staff.get("/desk/trouble")
    await staff.post("/desk/language", locale="en")
    return english, chinese


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (why_written(Why.REFUSED, "40125"), "It was refused: 40125 – the app secret is wrong.", "被拒绝：40125 – "),
        (why_written(Why.REFUSED, "45003"), "It was refused: 45003.", "被拒绝：45003。"),
        (why_written(Why.PART_UNKNOWN, "2/3"), "Nobody knows whether part 2/3 was sent", "第 2/3 段是否已发出无法确定"),
        (why_written(Why.NO_PHONE), "The customer has no phone number.", "客户没有留手机号。"),
        ("an answer: of somebody else", "an answer: of somebody else", "an answer: of somebody else"),
    ],
)
async def test_the_reason_is_said_in_words(shop: Shop, wang: Staff, reason: str, english: str, chinese: str) -> None:
    await _given_up(shop, wang, reason)

    pages = await _both(wang)

    assert english in pages[0]
    assert chinese in pages[1]


async def test_a_message_that_could_not_be_handled_is_set_aside_once(shop: Shop, wang: Staff, hiring: Hire) -> None:
    lead = await hiring("zhou", "Zhou", role="lead")
    await lead.log_in()
    buried_id, now = uuid4(), shop.clock.now()
    await transact(
        shop.base.db,
        lambda tx: bury_message(
            tx, shop.merchant.merchant_id, buried_id, source="turn", raw=b"sealed", error="KeyError('x')", now=now
        ),
        name="bury",
    )
    stranger = await hiring("li", "Li", merchant_id=(await shop.another_merchant("other")).merchant_id, role="lead")
    await stranger.log_in(shop="other")
    path = f"/desk/trouble/{buried_id}/seen"
    _, before = await lead.get("/desk/trouble")

    assert (await wang.post(path))[0] == 403
    assert (await stranger.post(path))[0] == 409
    assert [(await lead.post(path))[0] for _ in range(2)] == [204, 409]

    _, after = await lead.get("/desk/trouble/list", headers=FRAGMENT)
    assert "A message of a customer" in before
    assert re.search(rf'action="{path}"', before)
    assert "A message of a customer" not in after
    assert "Nothing needs attention" in after
