"""Texts go out once: what nobody is sure of is on the desk and never sent again, what surely was not sent is."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from bot.effects import EffectsWorker
from bot.sms_notices import progress_sms
from connectors.sms.sandbox.faults import SmsFault, SmsFaultKind
from dialogs.messages import Locale
from storage import outbox
from storage.database import Database
from storage.ids import new_id
from storage.trouble_store import read_troubles
from tests.integration.sms.rig import PHONE, Rig, open_rig

ORDER_NO = "DEMO-1003"
UNCLEAR = {
    "lost": SmsFault(SmsFaultKind.LOST_ANSWER),
    "half": SmsFault(SmsFaultKind.TRUNCATED),
    "error": SmsFault(SmsFaultKind.SERVER_ERROR),
    "slow": SmsFault(SmsFaultKind.SLOW, value=30),
}


async def asked(rig: Rig) -> None:
    """A code is asked for."""
    await rig.stock(ORDER_NO)
    await (await rig.visitor()).ask(ORDER_NO)


async def reasons(rig: Rig) -> list[str]:
    """What the desk is told of texts."""
    troubles = await read_troubles(rig.shop.base.db, rig.shop.merchant.merchant_id, now=rig.shop.clock.now())
    return [trouble.reason or "" for trouble in troubles.effects if trouble.name == "sms.send"]


@pytest.mark.parametrize("how", UNCLEAR)
async def test_a_text_of_unknown_outcome_is_on_the_desk_and_not_sent_again(rig: Rig, how: str) -> None:
    await asked(rig)
    await rig.faults(UNCLEAR[how])
    if how == "slow":
        rig.parts = replace(rig.parts, limits=replace(rig.parts.limits, call_seconds=0.3))

    await rig.work()
    await rig.faults()
    rig.shop.clock.move(3_600)
    await rig.work()

    assert len(await rig.phones()) == (1 if how in {"lost", "half"} else 0)
    (reason,) = await reasons(rig)
    assert "unknown" in reason


async def test_an_operator_who_lets_it_be_tried_again_sends_nothing_twice(rig: Rig) -> None:
    await asked(rig)
    await rig.faults(UNCLEAR["lost"])
    await rig.work()
    await rig.faults()
    (row,) = await rig.outbox()

    assert await outbox.dig_up(rig.shop.base.db, row["merchant_id"], row["id"])
    await rig.work()

    assert len(await rig.phones()) == 1
    assert len(await reasons(rig)) == 1


async def test_a_code_whose_sending_is_unknown_still_counts_for_who_got_it(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    await rig.faults(UNCLEAR["lost"])

    await visitor.say(await rig.code())

    assert "reason:no_longer_wanted" in visitor.actions


async def test_what_surely_was_not_sent_is_sent_later_and_counted_once(rig: Rig) -> None:
    await asked(rig)
    await rig.faults(SmsFault(SmsFaultKind.RATE_LIMITED, value=7, times=1))

    await rig.work()
    assert await rig.phones() == []
    rig.shop.clock.move(7)
    await rig.work()

    assert len(await rig.phones()) == 1
    assert await reasons(rig) == []
    used = await rig.rows("SELECT used FROM sms_use WHERE scope = 'shop' OR scope LIKE 'code:%'")
    assert used == [{"used": 1}, {"used": 1}]


async def test_a_code_that_could_not_be_sent_in_its_time_is_not_sent_at_all(rig: Rig) -> None:
    await asked(rig)
    await rig.faults(SmsFault(SmsFaultKind.RATE_LIMITED, value=900, times=1))
    await rig.work()

    rig.shop.clock.move(900)
    await rig.work()

    assert await rig.phones() == []
    assert await reasons(rig) == []


async def test_a_refusal_is_on_the_desk_with_its_code(rig: Rig) -> None:
    await asked(rig)
    await rig.faults(SmsFault(SmsFaultKind.REFUSED, code="BLACKLISTED"))

    await rig.work()

    assert await rig.phones() == []
    assert ["BLACKLISTED" in reason for reason in await reasons(rig)] == [True]


async def test_who_dies_between_the_mark_and_the_answer_leaves_it_unknown(rig: Rig) -> None:
    await asked(rig)
    db, now = rig.shop.base.db, rig.shop.clock.now()
    (row,) = await outbox.claim(db, ["sms.send"], limit=1, lease_seconds=40, now=now)
    await outbox.mark(db, row, {"handed_over": 1})

    rig.shop.clock.move(60)
    await rig.work()

    assert await rig.phones() == []
    assert len(await reasons(rig)) == 1


async def test_who_comes_back_after_the_lease_sends_nothing_beside_the_next(rig: Rig) -> None:
    await asked(rig)
    db = rig.shop.base.db
    (slow,) = await outbox.claim(db, ["sms.send"], limit=1, lease_seconds=40, now=rig.shop.clock.now())
    rig.shop.clock.move(60)
    await rig.work()

    await EffectsWorker(rig.parts).do(slow)

    assert len(await rig.phones()) == 1


async def test_a_newer_code_takes_the_place_of_one_that_was_not_sent_yet(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    visitor = await rig.visitor()
    await visitor.ask(ORDER_NO)
    rig.shop.clock.move(60)
    await visitor.tap("verify:code")

    await visitor.say(await rig.code())

    assert len(await rig.phones()) == 1
    assert "reason:no_longer_wanted" in visitor.actions


async def test_a_shop_sends_no_more_than_its_day_allows(database: Database, redis_url: str, tmp_path: Path) -> None:
    settings = {"REFUNDBOT_SMS__TEXTS_PER_MERCHANT_MAX": "1"}
    async with open_rig(database, redis_url, tmp_path, settings) as rig:
        await asked(rig)
        await rig.work()
        rig.shop.clock.move(60)
        known, unknown = await rig.visitor(), await rig.visitor()

        said = [await known.ask(ORDER_NO), await unknown.ask("DEMO-9999")]

        assert said[0] == said[1]
        assert known.actions == ["human"]
        assert len(await rig.phones()) == 1


async def test_without_a_sender_a_visitor_is_told_to_sign_in(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    async with open_rig(database, redis_url, tmp_path, {"REFUNDBOT_SMS__SENDER": "none"}) as rig:
        visitor = await rig.visitor()

        assert "登录" in await visitor.tap("start:refund")
        assert await rig.rows("SELECT 1 FROM phone_proof") == []


async def case_of(rig: Rig) -> str:
    """A case of the order, waiting for its customer's choice."""
    customer = await rig.shop.session("c-1")
    await customer.say(action=f"order:{ORDER_NO}")
    await customer.say(action="reason:no_longer_wanted")
    (case,) = await rig.rows("SELECT case_no FROM refund_case")
    return str(case["case_no"])


async def notify(rig: Rig, case_no: str, locale: Locale, cause: UUID) -> None:
    """What a chat that cannot be reached any more leads to."""
    effect = progress_sms(case_no, locale, cause=cause)
    await outbox.add(rig.shop.base.db, rig.shop.merchant.merchant_id, [effect], now=rig.shop.clock.now())


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "新进展"), ("en", "There is news")])
async def test_progress_goes_to_the_phone_without_naming_anybody(rig: Rig, locale: Locale, words: str) -> None:
    await rig.stock(ORDER_NO)
    case_no, cause = await case_of(rig), new_id()

    for _ in range(2):
        await notify(rig, case_no, locale, cause)
        await rig.work()

    (sent,) = await rig.phones()
    assert (sent.phone, sent.template) == (PHONE, "sms.progress")
    assert sent.text.startswith("【Shop】")
    assert words in sent.text
    assert case_no in sent.text
    assert "林晓" not in sent.text
    assert PHONE not in sent.text


async def test_progress_of_a_customer_without_a_phone_is_on_the_desk(rig: Rig) -> None:
    await rig.stock(ORDER_NO, phone=None)

    await notify(rig, await case_of(rig), "en", new_id())
    await rig.work()

    assert await rig.phones() == []
    assert len(await reasons(rig)) == 1


async def test_a_phone_gets_few_notices_a_day_and_the_rest_is_on_the_desk(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    case_no = await case_of(rig)
    for _ in range(12):
        await notify(rig, case_no, "en", new_id())

    await rig.work()

    assert len(await rig.phones()) == 10
    assert len(await reasons(rig)) == 2


async def test_a_merchants_own_words_are_used_where_they_can_be_filled(rig: Rig) -> None:
    await rig.stock(ORDER_NO)
    own = '{"texts": {"zh-CN": {"sms.code": "码 {code}"}, "en": {"sms.code": "{nobody}"}}}'
    await rig.shop.base.db.execute("UPDATE merchant SET settings = $1", own)
    await (await rig.visitor()).ask(ORDER_NO)
    await rig.work()
    rig.shop.clock.move(60)
    await (await rig.visitor()).say("I want a refund for order DEMO-1003")

    await rig.work()

    own_words, usual = [sent.text for sent in await rig.phones()]
    assert own_words.startswith("【Shop】码 ")
    assert usual.startswith("【Shop】Your code is ")
