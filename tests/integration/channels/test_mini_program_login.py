"""The chat inside a mini-program: who logs in by wx.login is who WeChat says, and nobody else."""

import json
from typing import Any

import aiohttp
import pytest

from tests.integration.api.shop import Chat, Shop
from tests.integration.api.test_merchant_api import order
from tests.integration.channels.mini_program_app import TEMPLATE, Phone, open_phone
from tests.servers.wechat.server import SESSION_KEY, FakeWeChat


@pytest.fixture
async def phone(shop: Shop, wechat: FakeWeChat) -> Phone:
    return await open_phone(shop, wechat, **TEMPLATE)


async def words(chat: Chat) -> str:
    _, history = await chat.get("/messages?after=0")
    return json.dumps(history, ensure_ascii=False)


async def test_a_code_opens_a_session_in_which_can_be_talked(phone: Phone) -> None:
    status, answer = await phone.asks(locale="en")
    chat = Chat(phone.stage.shop, answer["session"], answer["conversation"], "shop")
    said, replied = await chat.say("hello")

    assert (status, said) == (201, 200)
    assert phone.stage.wechat.world.calls == ["/sns/jscode2session"]  # which takes no token, so none is fetched
    assert replied["replies"][0]["text"].startswith("Hello")
    assert answer["customer"] is None
    assert (answer["merchant"], answer["templates"]) == ("Shop", ["tpl"])
    assert answer["limits"]["picture"] > 1_000_000
    assert answer["utc_offset_minutes"] == 480


async def test_nothing_is_sent_as_a_message_of_what_is_read_in_the_app(phone: Phone) -> None:
    chat = await phone.chat()
    await chat.say(action="start:refund")
    await phone.stage.idle()

    assert await phone.stage.shop.base.db.fetch("SELECT 1 FROM outbox WHERE kind = 'channel.send'") == []
    assert phone.stage.texts() == []


async def test_the_same_person_has_the_same_conversation_with_each_code(phone: Phone) -> None:
    first, again = await phone.chat(), await phone.chat()
    other = await Phone(phone.stage, "o-other").chat()

    assert first.conversation == again.conversation
    assert other.conversation != first.conversation


async def test_who_writes_to_the_customer_service_is_the_same_person_there(phone: Phone) -> None:
    chat = await phone.chat()
    user = phone.stage.wechat.user(phone.stage.account, phone.openid)
    await user.write("你好")
    await phone.stage.wechat.world.until(lambda: bool(user.person.heard))

    assert "你好" in await words(chat)


async def test_the_shops_signed_proof_makes_them_its_customer_for_good(phone: Phone, shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    status, answer = await phone.asks(identity=shop.identity("c-1", order_no="O-1"))
    _, later = await phone.asks()
    chat = Chat(shop, later["session"], later["conversation"], "shop")
    await chat.say(action="start:refund")

    assert (status, answer["customer"], later["customer"]) == (201, "c-1", "c-1")
    assert "O-1" in await words(chat)


async def test_a_union_id_that_is_known_tells_the_customer(phone: Phone, shop: Shop) -> None:
    phone.union_id = "u-1"
    await phone.asks(identity=shop.identity("c-1"))
    _, elsewhere = await Phone(phone.stage, "o-second", "u-1").asks()
    _, stranger = await Phone(phone.stage, "o-third", "u-2").asks()

    assert (elsewhere["customer"], stranger["customer"]) == ("c-1", None)


async def test_the_order_of_the_page_is_talked_about_by_its_owner_alone(phone: Phone, shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    owner = await phone.chat(identity=shop.identity("c-1"), order_no="O-1")
    stranger = await Phone(phone.stage, "o-stranger").chat(identity=shop.identity("c-9"), order_no="O-1")
    nobody = await Phone(phone.stage, "o-nobody").chat(order_no="O-1")
    for chat in (owner, stranger, nobody):
        await chat.say(action="start:refund")

    assert '"kind": "order"' in await words(owner)
    assert "Thing 1" not in await words(stranger) + await words(nobody)


@pytest.mark.parametrize(
    ("locale", "bad", "used"),
    [("zh-CN", "无效或已过期", "已经用过"), ("en", "too old", "used before")],
)
async def test_a_code_is_good_once_and_for_five_minutes(phone: Phone, locale: str, bad: str, used: str) -> None:
    code, old = phone.code(), phone.code()
    await phone.asks(code)

    again = await phone.asks(code, locale=locale)
    phone.stage.shop.clock.move(301)
    late = await phone.asks(old, locale=locale)
    unknown = await phone.asks("0c-nobody-gave-it", locale=locale)

    assert (again[0], again[1]["type"]) == (401, "urn:refundbot:problem:login-code-used")
    assert used in again[1]["detail"]
    for status, problem in (late, unknown):
        assert (status, problem["type"]) == (401, "urn:refundbot:problem:login-code-bad")
        assert bad in problem["detail"]


async def test_a_person_whom_wechat_holds_for_a_risk_is_not_let_in(phone: Phone) -> None:
    phone.stage.wechat.world.person(phone.openid).is_risky = True

    status, problem = await phone.asks()

    assert (status, problem["type"]) == (403, "urn:refundbot:problem:login-blocked")


async def test_a_busy_wechat_is_asked_again_once(phone: Phone) -> None:
    faults = phone.stage.wechat.world.faults
    faults.busy = 1
    first = await phone.asks()
    faults.busy = 2
    second = await phone.asks(locale="en")

    assert first[0] == 201
    assert (second[0], second[1]["type"]) == (503, "urn:refundbot:problem:login-busy")
    assert "busy" in second[1]["detail"]


@pytest.mark.parametrize("fault", ["dropped_before", "broken", "unreadable"])
async def test_a_wechat_that_fails_is_told_as_busy(phone: Phone, fault: str) -> None:
    setattr(phone.stage.wechat.world.faults, fault, 2)

    status, problem = await phone.asks()

    assert (status, problem["type"]) == (503, "urn:refundbot:problem:login-busy")


@pytest.mark.parametrize("union_id", ["u-1\x00", "u-1\n", "用户", "u" * 129])
async def test_a_union_id_that_cannot_be_one_tells_nobody(phone: Phone, union_id: str) -> None:
    phone.union_id = union_id

    status, answer = await phone.asks()

    assert (status, answer["customer"]) == (201, None)


@pytest.mark.parametrize("openid", ["o-\x00", "用户", "o" * 129])
async def test_a_person_whose_name_cannot_be_one_is_nobody(phone: Phone, openid: str) -> None:
    phone.openid = openid

    status, problem = await phone.asks()

    assert (status, problem["type"]) == (503, "urn:refundbot:problem:login-busy")


async def test_too_many_log_ins_at_wechat_are_told_with_the_time_to_wait(phone: Phone) -> None:
    phone.stage.wechat.world.faults.code = 45011

    status, problem = await phone.asks(locale="en")

    assert (status, problem["detail"]) == (429, "Too many log-ins. Try again in 60 s.")


@pytest.mark.parametrize("wrong", [{"app_secret": "another"}, {"app_id": "wx0000000000000000"}])
async def test_an_account_with_wrong_credentials_is_told_without_them(
    shop: Shop, wechat: FakeWeChat, wrong: dict[str, str]
) -> None:
    phone = await open_phone(shop, wechat, **wrong)

    status, problem = await phone.asks(locale="en")

    assert (status, problem["type"]) == (503, "urn:refundbot:problem:login-not-set-up")
    assert "another" not in json.dumps(problem)


async def test_too_many_log_ins_of_one_caller_are_refused_before_wechat_is_asked(phone: Phone, shop: Shop) -> None:
    allowed = shop.settings.chat.sessions_per_minute
    answers = [await phone.asks("0c-bad") for _ in range(allowed + 1)]

    assert [status for status, _ in answers] == [401] * allowed + [429]
    assert phone.stage.wechat.world.calls.count("/sns/jscode2session") == allowed


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("nowhere/mini_program/main", "unknown-merchant"),
        ("shop/mini_program/other", "unknown-mini-program"),
        ("shop/mini_program/%F0%9F%8D%8E", "unknown-mini-program"),
    ],
)
async def test_an_unknown_shop_or_account_is_not_found(phone: Phone, path: str, kind: str) -> None:
    status, problem = await phone.asks(path=path)

    assert (status, problem["type"]) == (404, f"urn:refundbot:problem:{kind}")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"code": 1}', 422), (b'{"code": ""}', 422),
        (b'{"code": "c", "locale": "fr"}', 422), (b'{"code": "c", "order_no": ""}', 422),
        (b'{"code": "c", "order_no": "a\\u0000b"}', 422), (b'{"code": "c", "identity": "no.jwt"}', 401),
        (b'{"code": "' + b"c" * 70_000 + b'"}', 413), (b'{"code": "' + b"c" * 300 + b'"}', 401),
        ('{"code": "微信"}'.encode(), 401), (b'{"code": "c&secret=x"}', 401), (b"[" * 50_000, 422),
    ],
)  # fmt: skip
async def test_nonsense_is_refused_and_spends_no_code(phone: Phone, body: bytes, status: int) -> None:
    answered, _ = await phone.stage.shop.call("POST", "/api/chat/shop/mini_program/main/sessions", body)

    assert answered == status


async def test_a_proof_of_another_shops_is_refused_before_the_code_is_spent(phone: Phone, shop: Shop) -> None:
    other = await shop.another_merchant("other")
    code = phone.code()

    refused = await phone.asks(code, identity=shop.identity("c-1", secret=other.chat_secret), locale="en")
    status, _ = await phone.asks(code)

    assert (refused[0], refused[1]["type"]) == (401, "urn:refundbot:problem:identity-wrong-signature")
    assert status == 201


@pytest.mark.parametrize("origin", ["weapp://wechat-game-runtime", "https://servicewechat.com"])
async def test_a_phone_may_open_the_stream_from_a_mini_program(phone: Phone, origin: str) -> None:
    chat, shop = await phone.chat(), phone.stage.shop
    url, headers = f"{shop.url}/api/chat/shop/stream?after=0", {"Origin": origin}

    async with shop.http.ws_connect(url, headers=headers) as socket:
        await socket.send_json({"session": chat.token})
        await chat.say("hello")

        assert (await socket.receive_json())["text"] == "hello"


@pytest.mark.parametrize(
    "origin", ["https://servicewechat.com.evil.example", "https://weapp.example", "http://servicewechat.com"]
)
async def test_a_foreign_page_still_may_not(phone: Phone, origin: str) -> None:
    shop = phone.stage.shop

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.http.ws_connect(f"{shop.url}/api/chat/shop/stream?after=0", headers={"Origin": origin})

    assert refused.value.status == 403


async def test_wechats_key_of_the_session_leaves_the_server_nowhere(
    phone: Phone, capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = await phone.asks()
    stored: list[Any] = [
        list(await phone.stage.shop.base.db.fetch(f"SELECT * FROM {table}"))  # constants
        for table in ("channel_identity", "conversation", "outbox")
    ]

    assert SESSION_KEY not in json.dumps(answer) + repr(stored) + "".join(capsys.readouterr())
