"""Word of a case to who chats inside a mini-program: by the notices that they allowed, else by SMS."""

from pathlib import Path

import pytest

from storage.database import Database
from tests.acceptance.running import until
from tests.integration.api.shop import Chat, Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.mini_program_app import TEMPLATE, Phone, open_phone
from tests.integration.channels.test_one_customer import reject
from tests.integration.sms.rig import Visitor, open_rig
from tests.servers.wechat.server import FakeWeChat


async def claim(phone: Phone) -> tuple[Chat, dict[str, str]]:
    """A claim that waits for staff, made inside the mini-program."""
    shop = phone.stage.shop
    await shop.api("POST", "/orders", order(status="delivered"))
    chat = await phone.chat(identity=shop.identity("c-1"))
    for action in ("start:refund", "order:O-1", "lines:all", "reason:damaged", "evidence:skip"):
        await chat.say(action=action)
    _, cases = await shop.api("GET", "/cases")
    return chat, cases["items"][0]


async def granted(shop: Shop) -> str:
    (row,) = await shop.base.db.fetch("SELECT granted::text FROM channel_identity")
    return str(row["granted"])


@pytest.fixture
async def phone(shop: Shop, wechat: FakeWeChat) -> Phone:
    return await open_phone(shop, wechat, **TEMPLATE)


async def test_a_yes_is_one_notice_of_how_the_case_stands(phone: Phone) -> None:
    chat, case = await claim(phone)
    status, kept = await phone.answers(chat, "accept")

    await reject(phone.stage.shop, case)
    await phone.stage.wechat.world.until(lambda: bool(phone.stage.wechat.world.person(phone.openid).heard))

    (heard,) = phone.stage.wechat.world.person(phone.openid).heard
    assert (status, kept) == (200, {"allowed": ["tpl"]})
    assert heard.how == "subscribe"
    assert heard.text.startswith(case["case_no"])

    async def is_used() -> bool:
        return await granted(phone.stage.shop) == "{}"

    await until(is_used)


async def test_each_yes_is_counted_and_a_no_ends_it(phone: Phone) -> None:
    chat = await phone.chat()
    counts = []
    for word in ("accept", "accept", "reject", "accept", "ban"):
        await phone.answers(chat, word)
        counts.append(await granted(phone.stage.shop))

    assert counts == ['{"tpl": 1}', '{"tpl": 2}', '{"tpl": 0}', '{"tpl": 1}', '{"tpl": 0}']


async def test_who_said_no_is_told_by_sms_without_asking_wechat(
    database: Database, redis_url: str, tmp_path: Path, wechat: FakeWeChat
) -> None:
    async with open_rig(database, redis_url, tmp_path) as rig:
        phone = await open_phone(rig.shop, wechat, **TEMPLATE)
        chat, case = await claim(phone)
        await phone.answers(chat, "reject")

        await reject(rig.shop, case)
        await rig.work()
        await rig.work()
        texts = await rig.phones()

    assert case["case_no"] in texts[0].text
    assert "/cgi-bin/message/subscribe/send" not in wechat.world.calls


async def test_what_a_person_writes_is_read_in_the_app_and_is_no_trouble_of_the_desk(phone: Phone) -> None:
    chat, case = await claim(phone)
    shop = phone.stage.shop

    status, _ = await shop.api("POST", f"/cases/{case['case_no']}/messages", {"text": "We are looking into it."})
    await phone.stage.idle()
    _, history = await chat.get("/messages?after=0")

    assert status in {200, 201}
    assert history["messages"][-1]["text"] == "We are looking into it."
    assert await shop.base.db.fetch("SELECT 1 FROM outbox WHERE buried_at IS NOT NULL") == []


async def test_who_proves_an_order_by_its_phone_is_its_customer_at_each_later_log_in(
    database: Database, redis_url: str, tmp_path: Path, wechat: FakeWeChat
) -> None:
    async with open_rig(database, redis_url, tmp_path) as rig:
        phone = await open_phone(rig.shop, wechat, **TEMPLATE)
        await rig.stock("O-1")
        _, before = await phone.asks()
        visitor = Visitor(rig, await phone.chat(), [])
        await visitor.ask("O-1")
        await visitor.say(await rig.code())
        _, later = await phone.asks()

    assert (before["customer"], later["customer"]) == (None, "c-1")
    assert before["conversation"] == later["conversation"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answers": {"another": "accept"}}, 422), ({"answers": []}, 422), ({}, 422), (b"{", 400),
        ({"answers": {"tpl": 1}}, 422), ({"answers": {}}, 200),
    ],
)  # fmt: skip
async def test_answers_about_other_templates_are_refused(phone: Phone, body: object, status: int) -> None:
    chat = await phone.chat()

    answered, _ = await chat.post(body, "/notices")

    assert answered == status


async def test_a_session_of_the_web_has_no_such_notices(shop: Shop, phone: Phone) -> None:
    chat = await shop.session("c-1")

    status, problem = await phone.answers(chat, "accept")

    assert (status, problem["type"]) == (409, "urn:refundbot:problem:no-mini-program")
