"""What ends at the desk: a replacement that was sent, and work that gave up and is tried again."""

from uuid import UUID, uuid4

import pytest

from refund_core.cases import Effect
from storage import outbox
from storage.transaction import Transaction, transact
from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff
from tests.integration.desk.payouts import notes, opened
from tests.integration.desk.trade import ask_for_review, case_of


async def trail(shop: Shop) -> list[str]:
    rows = await shop.base.db.fetch("SELECT what FROM audit ORDER BY place")
    return [row["what"] for row in rows]


async def buried(shop: Shop) -> UUID:
    """A row of the outbox that the workers gave up."""
    merchant_id, now = shop.merchant.merchant_id, shop.clock.now()
    effect = Effect(str(uuid4()), "gateway.look_up", "payment:A-1:pay-A-1", {"refund_no": "R-none"})

    async def work(tx: Transaction) -> None:
        await outbox.add(tx, merchant_id, [effect], now=now)

    await transact(shop.base.db, work, name="effect")
    (row,) = await outbox.claim(shop.base.db, ["gateway.look_up"], limit=1, lease_seconds=60, now=now)
    await outbox.bury(shop.base.db, row, error="no refund R-none", now=now)
    return row.row_id


async def is_buried(shop: Shop, row_id: UUID) -> bool:
    (row,) = await shop.base.db.fetch("SELECT buried_at FROM outbox WHERE id = $1", row_id)
    return row["buried_at"] is not None


@pytest.mark.parametrize("action", ["exchange", "reship"])
async def test_a_replacement_that_was_sent_ends_the_case_without_money(shop: Shop, wang: Staff, action: str) -> None:
    _, case_no = await ask_for_review(shop)
    assert await wang.decide(case_no, action) == (204, "")
    _, page = await wang.get(f"/desk/cases/{case_no}/decide")
    assert "Replacement sent" in page

    seen = opened(await case_of(shop, case_no))
    assert await wang.post(f"/desk/cases/{case_no}/replaced", tracking_no="SF-900", **seen) == (204, "")

    case = await case_of(shop, case_no)
    assert (case["state"], case["refunds"], case["due"]) == ("compensated", [], None)
    assert (case["history"][-1]["by"], case["history"][-1]["why"]) == ("staff:Wang", "replacement sent SF-900")
    (told,) = await shop.base.db.fetch(
        "SELECT payload->>'tracking_no' AS parcel FROM outbox WHERE payload->>'text_key' = 'note.replacement_sent'"
    )
    assert told["parcel"] == "SF-900"
    assert await trail(shop) == ["decided", "replacement_sent"]
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert 'name="tracking_no"' not in page
    assert "parcel SF-900" in page


async def test_a_replacement_is_sent_once_and_only_where_one_was_promised(shop: Shop, wang: Staff, zhao: Staff) -> None:
    _, case_no = await ask_for_review(shop)
    path, seen = f"/desk/cases/{case_no}/replaced", opened(await case_of(shop, case_no))
    early = await wang.post(path, **seen)
    assert (await wang.decide(case_no, "reship"))[0] == 204
    seen = opened(await case_of(shop, case_no))
    wrong = await wang.post(path, tracking_no="<script>", **seen)
    assert (await zhao.post(path, **seen))[0] == 204

    late = await wang.post(path, **seen)

    assert early[0] == 409
    assert (wrong[0], "4 to 64 letters" in wrong[1]) == (422, True)
    assert (late[0], "Zhao was faster (the replacement is on its way)" in late[1]) == (409, True)
    assert (await notes(shop, case_no)).count("note.replacement_sent") == 1


async def test_work_that_gave_up_is_tried_again_by_a_lead(shop: Shop, hiring: Hire) -> None:
    row_id = await buried(shop)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    _, page = await lead.get("/desk/trouble")
    assert f"/desk/trouble/{row_id}/again" in page
    assert "Ask the gateway about a refund" in page

    first = await lead.post(f"/desk/trouble/{row_id}/again")
    second = await lead.post(f"/desk/trouble/{row_id}/again")

    assert first == (204, "")
    assert (second[0], "Nothing was changed" in second[1]) == (409, True)
    assert not await is_buried(shop, row_id)
    assert await trail(shop) == ["dug_up"]
    (row,) = await outbox.claim(shop.base.db, ["gateway.look_up"], limit=1, lease_seconds=60, now=shop.clock.now())
    assert row.row_id == row_id


async def test_an_agent_a_forged_form_and_another_shop_dig_up_nothing(shop: Shop, wang: Staff, hiring: Hire) -> None:
    row_id = await buried(shop)
    other = await shop.another_merchant("other")
    stranger = await hiring("li", "Li", role="owner", merchant_id=other.merchant_id)
    assert await stranger.log_in(shop="other") == 303
    owner = await hiring("sun", "Sun", role="owner")
    assert await owner.log_in() == 303

    agent = await wang.post(f"/desk/trouble/{row_id}/again")
    _, page = await wang.get("/desk/trouble")
    forged = await owner.post(f"/desk/trouble/{row_id}/again", csrf="forged")
    foreign = await stranger.post(f"/desk/trouble/{row_id}/again")
    nonsense = await owner.post("/desk/trouble/nonsense/again")

    assert (agent[0], "Only a lead" in agent[1]) == (403, True)
    assert "/again" not in page
    assert [forged[0], foreign[0], nonsense[0]] == [403, 409, 404]
    assert await is_buried(shop, row_id)
    assert await trail(shop) == ["not_for_role"]
