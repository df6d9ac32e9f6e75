"""Who is speaking: sessions kept, renewed with the identity, and ended with a word about it."""

import jwt
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER
from tests.servers.fake_chat import FakeChat


def _open(page: Page, server: FakeChat, *, identity: str | None = CUSTOMER) -> ChatPage:
    return ChatPage.open(page, server.page(identity=identity))


def test_a_reload_keeps_the_session_and_what_was_not_sent(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat.write("已送达")
    chat.expect_said("您说的是：已送达")
    page.route("**/messages", lambda route: route.abort())
    chat.write("还没送达")
    expect(chat.outgoing).to_have_count(1)
    page.unroute("**/messages")

    page.reload()

    chat.expect_said("您说的是：还没送达")
    chat.expect_settled()
    assert chat.texts("customer") == ["已送达", "还没送达"]
    assert len(chat_server.session_requests) == 1


def test_an_identity_for_another_order_opens_a_session_for_it(page: Page, chat_server: FakeChat) -> None:
    first, second = (_identity_for(order_no) for order_no in ("o-1", "o-2"))
    _open(page, chat_server, identity=first).write("第一单")

    _open(page, chat_server, identity=first)
    chat = _open(page, chat_server, identity=second)

    chat.expect_said("第一单")
    assert [asked["identity"] for asked in chat_server.session_requests] == [first, second]


def test_the_page_speaks_the_language_that_the_identity_names(page: Page, chat_server: FakeChat) -> None:
    chat = ChatPage.open(page, chat_server.page(identity=_signed({"sub": "c-1001", "locale": "zh-CN"}), locale=None))

    chat.wait_for_state("connected")

    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert [asked["locale"] for asked in chat_server.session_requests] == ["zh-CN"]


def _identity_for(order_no: str) -> str:
    return _signed({"sub": "c-1001", "order_no": order_no})


def _signed(claims: dict[str, str]) -> str:
    return jwt.encode(claims, "a secret of the shop, 32 bytes long", "HS256")


def test_an_expired_token_is_renewed_and_the_message_still_goes(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.token_is_expired = True

    chat.write("还在吗")

    chat.expect_said("您说的是：还在吗")
    chat.expect_settled()
    assert [asked["identity"] for asked in chat_server.session_requests] == [CUSTOMER, CUSTOMER]
    assert chat_server.texts_said_by("customer") == ["还在吗"]


def test_a_socket_closed_for_its_token_comes_back_with_a_new_session(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.wait_for_listener()
    chat_server.faults.token_is_expired = True

    chat_server.drop_sockets()
    chat.wait_for_state("reconnecting")
    chat.wait_for_state("connected")
    chat_server.say("欢迎回来")

    chat.expect_said("欢迎回来")
    assert len(chat_server.session_requests) == 2


def test_an_expired_identity_is_told_and_nothing_is_thrown_away(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.token_is_expired = True
    chat_server.faults.identity_is_expired = True

    chat.write("还在吗")

    expect(chat.notice).to_contain_text("登录信息已过期")
    chat.wait_for_state("ended")
    expect(chat.outgoing).to_contain_text(["还没有发送"])
    assert chat_server.texts_said_by("customer") == []


def test_an_anonymous_session_that_ended_offers_a_new_chat(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server, identity=None)
    chat_server.faults.token_is_expired = True
    chat.write("还在吗")
    expect(chat.notice).to_contain_text("对话已过期")

    chat.write("喂")
    expect(chat.outgoing).to_have_count(2)
    assert len(chat_server.session_requests) == 1

    chat.notice.get_by_role("button", name="开始新对话").click()

    chat.expect_said("您说的是：喂")
    chat.expect_settled()
    assert chat.texts("customer") == ["还在吗", "喂"]
    expect(chat.notice).to_be_hidden()
