"""Nothing that is said is lost or shown twice, whatever the network does."""

from playwright.sync_api import Page, Request, Route, WebSocketRoute, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.servers.fake_chat import FakeChat


def _open(page: Page, server: FakeChat) -> ChatPage:
    return ChatPage.open(page, server.page(identity=CUSTOMER))


def _posts(page: Page) -> tuple[list[Request], list[Request]]:
    """The messages that the page sends from now on, and those of them that were answered."""
    sent: list[Request] = []
    answered: list[Request] = []
    for event, found in (("request", sent), ("requestfinished", answered)):
        page.on(event, lambda request, found=found: found.append(request) if request.method == "POST" else None)  # type: ignore[call-overload]  # an event by name
    return sent, answered


def test_a_message_is_shown_at_once_while_its_answer_is_awaited(page: Page, chat_server: FakeChat) -> None:
    held: list[Route] = []
    page.route("**/messages", lambda route: held.append(route))  # noqa: PLW0108 - the driver cannot mark a builtin
    chat = _open(page, chat_server)

    chat.write("杯子碎了")

    expect(chat.outgoing).to_have_text(["我\n杯子碎了\n发送中"], use_inner_text=True)
    while not held:
        page.evaluate("0")  # lets the driver tell what the page has sent
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


def test_a_server_that_stays_broken_is_told_and_asked_again_on_wish(page: Page, chat_server: FakeChat) -> None:
    page.clock.install()
    chat = _open(page, chat_server)
    chat_server.faults.unavailable = 8
    problem = chat.outgoing.locator(".problem")

    sent, answered = _posts(page)

    chat.write("坏了吗")
    while len(answered) < 8:
        if len(sent) > len(answered):
            page.evaluate("0")  # an answer under way is not overtaken by the clock
        else:
            page.clock.run_for(5_000)

    expect(problem).to_contain_text("服务暂时不可用")
    problem.get_by_role("button", name="重试").click()
    chat.expect_said("您说的是：坏了吗")
    assert chat_server.texts_said_by("customer") == ["坏了吗"]


def test_dropped_sockets_lose_and_double_nothing(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.wait_for_listener()

    for turn in range(12):
        chat_server.say(f"通知 {turn}", sender="system")
        chat_server.drop_sockets()
        chat_server.say(f"断线时 {turn}", sender="system")
        chat.write(f"消息 {turn}")

    chat.expect_said("您说的是：消息 11")
    chat.expect_settled()
    expect(chat.messages).to_have_count(48)
    assert chat.seqs() == list(range(1, 49))
    assert chat.texts("customer") == [f"消息 {turn}" for turn in range(12)]


def test_a_hand_over_is_known_to_who_comes_later(page: Page, chat_server: FakeChat) -> None:
    chat_server.hand_over("agent", "小林")

    chat = _open(page, chat_server)

    expect(chat.status).to_have_text("客服 小林 为您服务")


def test_a_hand_over_between_history_and_socket_is_not_missed(page: Page, chat_server: FakeChat) -> None:
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/stream?*", lambda socket: sockets.append(socket))  # noqa: PLW0108 - the driver cannot mark a builtin
    page.goto(chat_server.page(identity=CUSTOMER))
    while not sockets:
        page.evaluate("0")  # lets the driver tell that the page opens its socket

    chat_server.hand_over("queue")
    sockets[0].connect_to_server()

    expect(ChatPage(page).status).to_have_text("正在为您转接人工客服")


def test_a_hand_over_while_the_line_is_down_is_told_when_it_is_back(page: Page, chat_server: FakeChat) -> None:
    chat = _open(page, chat_server)
    chat_server.hand_over("agent", "小林")
    expect(chat.status).to_have_text("客服 小林 为您服务")
    page.context.set_offline(True)
    chat.wait_for_state("offline")

    chat_server.hand_over("bot")
    page.context.set_offline(False)

    expect(chat.status).to_have_text("智能助手继续为您服务")


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
    chat_server.wait_for_listener()
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
    chat_server.hand_over("agent", "小林")

    chat.write("没有长连接")
    chat.expect_said("您说的是：没有长连接")
    chat_server.say("客服留言", sender="agent", agent="小林")

    chat.expect_said("客服留言")
    expect(chat.status).to_have_text("客服 小林 为您服务")
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
