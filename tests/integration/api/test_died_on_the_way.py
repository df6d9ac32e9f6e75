"""A keyed call whose server died between what it did and its kept answer."""

from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order

UNANSWERABLE = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'died here'; END $$;
CREATE TRIGGER die BEFORE UPDATE ON idempotency FOR EACH ROW EXECUTE FUNCTION die();
"""


async def test_a_call_that_dies_before_its_answer_is_kept_says_nothing_twice(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    chat = await shop.session("c-1")
    for action in ("start:refund", "order:O-1", "lines:all", "reason:price_drop"):
        await chat.say(action=action)
    _, cases = await shop.api("GET", "/cases?order_no=O-1")
    path, words = f"/cases/{cases['items'][0]['case_no']}/messages", {"text": "We are looking."}

    await shop.base.db.execute(UNANSWERABLE)
    died, _ = await shop.api("POST", path, words, call_key="k-1")
    await shop.base.db.execute("DROP TRIGGER die ON idempotency")
    shop.clock.move(shop.settings.api.in_flight_seconds + 1)
    answers = [await shop.api("POST", path, words, call_key="k-1") for _ in range(2)]
    _, history = await chat.get("/messages?after=0")

    assert (died, answers[0]) == (500, answers[1])
    assert [message["text"] for message in history["messages"]].count("We are looking.") == 1
