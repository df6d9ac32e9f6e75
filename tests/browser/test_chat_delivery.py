"""Nothing that is said is lost or shown twice, whatever the network does."""

import jwt
from playwright.sync_api import Page, Route, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.servers.fake_chat import FakeChat


def _open(page: Page, server: FakeChat, *, identity: str | None = CUSTOMER) -> ChatPage:
    return ChatPage.open(page, server.page(identity=identity))


def test_a_message_is_shown_at_once_while_its_answer_is_awaited(page: Page, chat_server: FakeChat) -> None:
    held: list[Route] = []
    page.route("**/messages", lambda route: held.append(route))  # noqa: PLW0108 - the driver cannot mark a builtin
    chat = _open(page, chat_server)

    chat.write("杯子碎了")

    expect(chat.outgoing).to_have_text(["我\n杯子碎了\n发送中"], use_inner_text=True)
    held[0].continue_()
    chat.expect_said("您说的是：杯子碎了")
    chat.expect_settled()
    assert chat.texts("customer") == ["杯子碎了"]


def test_a_lost_answer_is_asked_for_again_with_the_same_id_and_shown_once(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.lost_answers = 2

    chat.write("只说一次")

    chat.expect_said("您说的是：只说一次")
    chat.expect_settled()
    assert chat_server.posts == 3
    assert chat_server.texts_said_by("customer") == ["只说一次"]
    assert chat.texts("customer") == ["只说一次"]


def test_a_copy_without_its_id_is_known_by_what_it_says(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.client_ids_are_kept_back = True
    chat_server.faults.lost_answers = 1

    chat.choose("申请退款")
    chat.expect_said("这个订单")
    chat.write("  多余的  空格 ")

    chat.expect_said("您说的是")
    chat.expect_settled()
    assert chat.texts("customer") == ["申请退款", "多余的 空格"]


def test_an_overloaded_server_gets_the_messages_later_and_in_order(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.unavailable = 2

    for text in ("一", "二", "三"):
        chat.write(text)

    chat.expect_said("您说的是：三")
    chat.expect_settled()
    assert chat_server.posts == 5
    assert chat_server.texts_said_by("customer") == ["一", "二", "三"]
    assert chat.texts("customer") == ["一", "二", "三"]


def test_dropped_sockets_lose_and_double_nothing(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)

    for turn in range(12):
        chat_server.say(f"通知 {turn}", sender="system")
        chat_server.drop_sockets()
        chat_server.say(f"断线时 {turn}", sender="system")
        chat.write(f"消息 {turn}")

    chat.expect_said("您说的是：消息 11")
    chat.expect_settled()
    expect(chat.messages).to_have_count(48, timeout=15_000)
    assert chat.seqs() == list(range(1, 49))
    assert chat.texts("customer") == [f"消息 {turn}" for turn in range(12)]


def test_a_frame_that_never_came_is_fetched_before_the_next_is_shown(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.hidden_frames = 2

    for number in range(3):
        chat_server.say(f"通知 {number}")

    chat.expect_said("通知 2")
    assert chat.texts("bot") == ["通知 0", "通知 1", "通知 2"]


def test_a_socket_that_went_silent_is_found_out(page: Page, chat_server: FakeChat) -> None:
    page.clock.install()
    chat = _open(page, chat_server)
    chat_server.faults.hidden_frames = 1
    chat_server.say("您还在吗")

    page.clock.run_for(61_000)

    chat.expect_said("您还在吗")
    page.clock.resume()
    chat.wait_for_state("connected")
    chat_server.say("收到了")
    chat.expect_said("收到了")


def test_an_answer_whose_frames_never_come_is_fetched(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.hidden_frames = 2

    chat.write("有人吗")

    chat.expect_said("您说的是：有人吗")
    chat.expect_settled()


def test_messages_written_offline_are_kept_and_sent_in_order(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    page.context.set_offline(True)
    chat.wait_for_state("offline")

    for text in ("甲", "乙"):
        chat.write(text)
    expect(chat.outgoing).to_have_count(2)
    page.context.set_offline(False)

    chat.expect_said("您说的是：乙")
    chat.expect_settled()
    chat.wait_for_state("connected")
    assert chat_server.texts_said_by("customer") == ["甲", "乙"]


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


def _identity_for(order_no: str) -> str:
    return jwt.encode({"sub": "c-1001", "order_no": order_no}, "a secret of the shop, 32 bytes long", "HS256")


def test_a_reload_after_a_lost_answer_does_not_say_it_twice(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.lost_answers = 1
    chat.write("说过了")
    chat.expect_said("您说的是：说过了")

    page.reload()

    chat.expect_said("您说的是：说过了")
    chat.expect_settled()
    assert chat_server.texts_said_by("customer") == ["说过了"]
    assert chat.texts("customer") == ["说过了"]


def test_a_long_history_is_loaded_page_by_page(page: Page, chat_server: FakeChat) -> None:
    for number in range(450):
        chat_server.say(f"第 {number} 条")

    chat = _open(page, chat_server)

    expect(chat.messages).to_have_count(450)
    assert chat_server.gets == 3
    assert chat.seqs() == list(range(1, 451))
    expect(chat.messages.last).to_be_in_viewport()


def test_without_sockets_the_page_asks_again_and_again(page: Page, chat_server: FakeChat) -> None:
    chat_server.faults.sockets_are_impossible = True
    chat = _open(page, chat_server)

    chat.write("没有长连接")
    chat.expect_said("您说的是：没有长连接")
    chat_server.say("客服留言", sender="agent", agent="小林")

    chat.expect_said("客服留言")
    assert chat.seqs() == [1, 2, 3]


def test_two_pages_of_one_customer_show_the_same_conversation(new_page: PageMaker, chat_server: FakeChat) -> None:
    first = _open(new_page(), chat_server)
    second = _open(new_page(), chat_server)

    first.write("第一页")
    second.expect_said("您说的是：第一页")
    second.write("第二页")

    for chat in (first, second):
        chat.expect_said("您说的是：第二页")
        chat.expect_settled()
        assert chat.texts("customer") == ["第一页", "第二页"]


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


def test_a_refused_message_can_be_retried_or_discarded(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.refused_status = 409
    chat.write("冲突")
    problem = chat.outgoing.locator(".problem")
    expect(problem).to_contain_text("没有再次发送")

    problem.get_by_role("button", name="重试").click()
    chat.expect_said("您说的是：冲突")
    chat.expect_settled()
    chat_server.faults.refused_status = 422
    chat.write("不行")
    expect(problem).to_contain_text("内容不符合要求")
    problem.get_by_role("button", name="放弃").click()

    chat.expect_settled()
    assert chat_server.texts_said_by("customer") == ["冲突"]


def test_a_refused_message_does_not_hold_up_the_next(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.faults.refused_status = 422
    chat.write("不行")

    chat.write("可以")

    chat.expect_said("您说的是：可以")
    expect(chat.outgoing).to_have_count(1)
