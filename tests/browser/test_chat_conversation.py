"""A consumer's conversation: what is shown, what can be tapped, what is sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.servers.fake_chat import FakeChat

COMPOSING_ENTER = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"


def test_a_refund_is_asked_for_by_buttons_alone(chat: ChatPage, chat_server: FakeChat) -> None:
    chat.choose("申请退款")
    chat.choose("是这个订单")
    chat.take_line("陶瓷马克杯", fewer=1)
    chat.take_line("亚麻桌布")
    chat.send_lines()
    chat.choose("不想要了")
    chat.choose("选择原路退回")
    chat.choose("确认退款")

    chat.expect_said("正在等支付平台确认")
    chat.expect_settled()
    assert [one["action"] for one in chat_server.talk().said if one["sender"] == "customer"] == [
        "start:refund",
        "order:20261112-0007",
        "line:1*2+line:2*1",
        "reason:no_longer_wanted",
        "offer:o-1:accept",
        "confirm:yes",
    ]
    lines = "陶瓷马克杯 蓝色 × 2，亚麻桌布 140×200 cm 浅灰"
    assert chat.texts("customer") == ["申请退款", "是这个订单", lines, "不想要了", "选择原路退回", "确认退款"]


def test_only_the_newest_question_can_be_answered(chat: ChatPage) -> None:
    chat.choose("申请退款")
    chat.choose("是这个订单")
    chat.expect_said("请选择要退")

    expect(chat.root.get_by_role("button", name="选择其他订单")).to_be_disabled()
    expect(chat.root.get_by_role("button", name="全部商品")).to_be_enabled()


def test_every_offer_of_one_answer_can_be_chosen(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("原路", choices=[{"label": "原路退回", "action": "offer:a:accept"}])
    chat_server.say("余额", choices=[{"label": "退到余额", "action": "offer:b:accept"}])
    chat.expect_said("余额")

    expect(chat.choice("原路退回")).to_be_enabled()
    expect(chat.choice("退到余额")).to_be_enabled()


def test_of_two_questions_about_money_only_the_newer_counts(chat: ChatPage, chat_server: FakeChat) -> None:
    choices = [{"label": "确认", "action": "confirm:yes"}, {"label": "不", "action": "confirm:no"}]
    chat_server.say("退 ¥1.00 到微信", choices=choices)
    chat_server.say("退 ¥2.00 到微信", choices=choices)
    chat.expect_said("退 ¥2.00")

    expect(chat.root.locator(".choice.main:enabled")).to_have_count(1)
    expect(chat.messages.last.locator(".choice.main")).to_be_enabled()


def test_a_person_speaking_closes_the_bots_question(chat: ChatPage, chat_server: FakeChat) -> None:
    chat.choose("申请退款")
    chat.expect_said("这个订单")

    chat_server.say("我来帮您", sender="agent", agent="小林")

    chat.expect_said("我来帮您")
    expect(chat.root.locator("#log .choice:enabled")).to_have_count(0)
    expect(chat.messages.last.locator(".from")).to_have_text("客服 小林")


def test_a_list_is_sent_only_between_its_least_and_most(chat: ChatPage, chat_server: FakeChat) -> None:
    lines = [{"label": f"商品 {number}", "action": f"line:{number}*1"} for number in range(3)]
    chat_server.say("选两件", choices=lines, select={"min": 1, "max": 2})
    send = chat.root.locator(".select button[type=submit]")
    expect(send).to_be_disabled()

    chat.take_line("商品 0")
    chat.take_line("商品 1")

    expect(chat.root.get_by_role("checkbox", name="商品 2")).to_be_disabled()
    expect(send).to_be_enabled()


def test_the_only_line_is_ticked_at_once_and_only_confirmed(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("选数量", choices=[{"label": "杯子 × 2", "action": "line:A-1*2"}], select={"min": 1, "max": 1})
    expect(chat.root.get_by_role("checkbox", name="杯子")).to_be_checked()

    chat.send_lines()

    chat.expect_settled()
    assert chat_server.talk().said[-2]["action"] == "line:A-1*2"


def test_a_card_counts_pieces_not_kinds(chat: ChatPage, chat_server: FakeChat) -> None:
    order = {"kind": "order", "order_no": "1", "status": "unpaid", "placed_at": "2026-11-01T10:00:00+08:00"}

    chat_server.say("", card=order | {"title": "杯子", "lines": 1, "pieces": 2, "amount": 100, "currency": "CNY"})

    expect(chat.root.locator(".card.order .card-note")).to_have_text("2 件商品")


def test_a_quantity_stays_between_one_and_what_was_bought(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("选数量", choices=[{"label": "杯子", "action": "line:A-1*2"}], select={"min": 1, "max": 1})
    chat.take_line("杯子")
    less, more = chat.root.get_by_label("减少 杯子 的数量"), chat.root.get_by_label("增加 杯子 的数量")
    expect(more).to_be_disabled()

    less.click()

    expect(less).to_be_disabled()
    chat.send_lines()
    chat.expect_settled()
    assert chat_server.talk().said[-2]["action"] == "line:A-1*1"


def test_the_bubble_says_how_many_pieces_were_ticked_of_those_there_are(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("选数量", choices=[{"label": "杯子 × 2", "action": "line:A-1*2"}], select={"min": 1, "max": 1})
    chat.take_line("杯子 × 2", fewer=1)

    chat.send_lines()

    chat.expect_settled()
    assert chat_server.talk().said[-2]["action"] == "line:A-1*1"
    assert chat.texts("customer")[-1] == "杯子 × 1"


@pytest.mark.parametrize(
    ("currency", "shown"), [("CNY", "¥123.45"), ("JPY", "JP¥12,345"), ("KWD", "12.345"), ("USD", "123.45")]
)
def test_an_amount_has_as_many_decimals_as_its_currency(
    chat: ChatPage, chat_server: FakeChat, currency: str, shown: str
) -> None:
    refund = {"kind": "refund", "refund_no": "R-1", "case_no": "C-1", "destination": "—", "state": "succeeded"}

    chat_server.say("", card=refund | {"amount": 12345, "currency": currency})

    expect(chat.root.locator(".card.refund .amount")).to_contain_text(shown)


def test_a_card_of_an_unknown_kind_leaves_its_text(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("新的卡片", card={"kind": "constructor", "amount": 1})

    chat.expect_said("新的卡片")
    expect(chat.root.locator(".card")).to_have_count(0)


def test_markup_is_shown_as_it_was_written(chat: ChatPage, chat_server: FakeChat) -> None:
    attack = "<img src=x onerror=document.title='hacked'><b>粗</b>"

    chat.write(attack)
    chat.expect_said(f"您说的是：{attack}")
    chat_server.say(attack, sender="agent", agent="<i>x</i>", choices=[{"label": attack, "action": "back"}])

    expect(chat.messages.last.locator(".bubble")).to_have_text(attack)
    expect(chat.choice("粗")).to_have_text(attack)
    expect(chat.root.locator("#log img, #log b, #log i")).to_have_count(0)


def test_an_address_in_the_bots_words_can_be_opened_and_a_script_cannot(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("见 https://shop.example/a?b=1。或 javascript:alert(1)")

    link = chat.root.locator("#log a")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://shop.example/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_typing_and_handover_are_shown(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.frame({"type": "typing", "agent": "小林"})
    expect(chat.root.locator("#typing")).to_have_text("小林 正在输入…")

    chat_server.hand_over("agent", "小林")
    expect(chat.status).to_have_text("客服 小林 为您服务")

    chat_server.hand_over("bot")
    expect(chat.status).to_have_text("智能助手继续为您服务")


def test_a_frame_of_an_unknown_kind_is_ignored(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.frame({"type": "confetti"})
    chat_server.say("还在")

    chat.expect_said("还在")


def test_the_header_brings_a_person_and_starts_over(chat: ChatPage, chat_server: FakeChat) -> None:
    chat.human.click()
    chat.expect_said("已为您转接人工客服")
    chat.root.get_by_role("button", name="重新开始").click()
    chat.expect_said("我们重新开始")

    chat.expect_settled()
    assert [one["action"] for one in chat_server.talk().said if one["sender"] == "customer"] == ["human", "cancel"]
    assert chat.texts("customer") == ["转人工客服", "重新开始"]


def test_the_language_can_be_changed_and_stays(chat: ChatPage, page: Page) -> None:
    chat.choose("申请退款")
    chat.expect_said("这个订单")

    chat.language.click()
    expect(chat.root.locator(".card.order .state").last).to_have_text("Delivered")
    page.reload()

    expect(chat.status).to_have_text("Connected")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(chat.root.locator(".card.order .card-note").last).to_have_text("3 items")


def test_enter_sends_but_not_within_an_input_method_or_with_shift(chat: ChatPage, chat_server: FakeChat) -> None:
    chat.field.fill("tuikuan")
    chat.field.evaluate(f"field => field.dispatchEvent({COMPOSING_ENTER})")
    expect(chat.field).to_have_value("tuikuan")

    chat.field.fill("第一行")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("第二行")
    chat.field.press("Enter")

    chat.expect_said("您说的是：第一行")
    assert chat_server.texts_said_by("customer") == ["第一行\n第二行"]


def test_a_text_beyond_the_limit_is_counted_and_not_sent(chat: ChatPage, chat_server: FakeChat) -> None:
    chat.field.fill("长" * 3_990)
    expect(chat.root.locator("#counter")).to_have_text("还可以输入 10 个字")
    chat.field.fill("长" * 4_001)
    expect(chat.root.locator("#counter")).to_have_text("超出 1 个字")

    chat.field.press("Enter")

    expect(chat.field).to_have_value("长" * 4_001)
    expect(chat.outgoing).to_have_count(0)
    assert chat_server.posts == 0


def test_an_unknown_shop_is_told(page: Page, chat_server: FakeChat) -> None:
    page.goto(chat_server.page(api="/api/chat/nobody"))

    expect(ChatPage(page).notice).to_contain_text("没有找到这家店铺")


def test_an_identity_in_the_address_leaves_it_at_once(page: Page, chat_server: FakeChat) -> None:
    ChatPage.open(page, f"{chat_server.page()}#identity={CUSTOMER}")

    assert page.url == f"{chat_server.address}/chat/demo"
    assert chat_server.session_requests == [{"identity": CUSTOMER, "locale": "zh-CN"}]


def test_every_time_is_the_shop_s_wherever_the_reader_is(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(timezone_id="America/New_York", locale="en-GB")
    ChatPage.open(page, chat_server.page(identity=CUSTOMER, locale="en", timezone="Asia/Shanghai"))

    shown = page.evaluate("""async () => {
        const { clock, shortDay, dayAndClock } = await import("/static/chat/text.js");
        return [clock, shortDay, dayAndClock].map((show) => show("2026-11-25T20:30:00Z"));
    }""")

    assert shown == ["04:30", "Nov 26, 2026", "Nov 26, 04:30"]


def test_the_way_back_from_a_queue_stays_until_somebody_answers(chat: ChatPage, chat_server: FakeChat) -> None:
    chat_server.say("正在为您转接人工客服", sender="system", choices=[{"label": "不等人工了", "action": "back"}])
    chat_server.say("杯子的颜色不喜欢", sender="customer")
    chat.expect_said("颜色不喜欢")
    expect(chat.choice("不等人工了")).to_be_enabled()

    chat_server.say("您好，我是小林", sender="agent", agent="小林")

    expect(chat.root.get_by_role("button", name="不等人工了")).to_be_disabled()


def test_a_list_is_a_list_whatever_button_comes_first(chat: ChatPage, chat_server: FakeChat) -> None:
    choices = [{"label": "转人工", "action": "human"}, {"label": "马克杯 × 2", "action": "line:1*2"}]
    chat_server.say("请选择要退的商品", choices=choices, select={"min": 1, "max": 1})
    chat.expect_said("请选择要退的商品")

    expect(chat.root.locator(".row").filter(has_text="马克杯")).to_have_count(1)
    expect(chat.root.locator(".row")).to_have_count(1)
    expect(chat.choice("转人工")).to_be_enabled()
