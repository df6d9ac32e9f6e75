"""The chat page for everybody: by keyboard alone, by screen reader, on a small phone, in the dark."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER, PageMaker
from tests.servers.fake_chat import FakeChat

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_BEYOND_THE_SIDE = "() => { const it = document.getElementById('scroller'); return it.scrollWidth - it.clientWidth; }"
_FOCUSED = """() => { const it = document.activeElement;
    const name = it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent;
    return [name, getComputedStyle(it).outlineStyle]; }"""
# A box that is still sliding into its place measures 43.99… of its 44 pixels.
_SMALL_TARGETS = """() => [...document.querySelectorAll('button, textarea, label')]
    .map(node => [node.id || node.className || node.textContent, node.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 43.9 || box.height < 43.9)).map(([name]) => name)"""


def _whole_talk(chat: ChatPage, server: FakeChat, folder: Path) -> None:
    """Brings everything onto the page that it can show."""
    chat.choose("申请退款")
    chat.choose("是这个订单")
    chat.take_line("陶瓷马克杯", fewer=1)
    chat.send_lines()
    chat.choose("不想要了")
    chat.choose("选择原路退回")
    chat.expect_said("退款金额")
    server.say("好的", sender="agent", agent="小林")
    server.say("客服已结束会话", sender="system")
    chat.expect_said("客服已结束会话")
    server.faults.refused_status = 422
    chat.write("不行")
    expect(chat.outgoing.locator(".problem")).to_be_visible()
    chat.field.fill("长" * 4_001)
    server.say("请选择商品。", choices=[{"label": "杯子", "action": "line:1*3"}], select={"min": 1, "max": 1})
    picture = folder / "damage.png"
    Image.new("RGB", (40, 40), "red").save(picture)
    chat.attach(picture)
    expect(chat.root.locator(".picture img")).to_have_attribute("alt", "damage.png 已上传")


def _violations(page: Page) -> list[tuple[str, list[Any]]]:
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES})
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found.response["violations"]]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_whole_conversation_has_no_known_barrier(
    new_page: PageMaker, chat_server: FakeChat, tmp_path: Path, width: int, scheme: str
) -> None:
    page = new_page(width, 740, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    welcome = _violations(page)

    _whole_talk(chat, chat_server, tmp_path)

    assert welcome == []
    assert _violations(page) == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_screen_and_every_target_can_be_hit(
    new_page: PageMaker, chat_server: FakeChat, tmp_path: Path, width: int
) -> None:
    page = new_page(width, 640)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER, merchant="A shop with a remarkably long name"))

    _whole_talk(chat, chat_server, tmp_path)
    chat_server.say("无空格" + "x" * 300, choices=[{"label": "很长的按钮" * 20, "action": "back"}])
    chat.expect_said("无空格")

    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(_BEYOND_THE_SIDE) == 0
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 640
    assert page.evaluate(_SMALL_TARGETS) == []


def test_a_refund_needs_no_mouse(page: Page, chat_server: FakeChat) -> None:
    ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    chat = ChatPage(page)

    _tab_to(page, "申请退款")
    page.keyboard.press("Enter")
    chat.expect_said("这个订单")
    _tab_to(page, "是这个订单")
    page.keyboard.press("Space")
    chat.expect_said("请选择要退")
    _tab_to(page, "陶瓷马克杯 蓝色")
    page.keyboard.press("Space")
    _tab_to(page, "减少 陶瓷马克杯 蓝色 的数量")
    page.keyboard.press("Enter")
    _tab_to(page, "确定")
    page.keyboard.press("Enter")
    chat.expect_said("什么原因")
    _tab_to(page, "不想要了")
    page.keyboard.press("Enter")
    chat.expect_said("以下方式")
    _tab_to(page, "选择原路退回")
    page.keyboard.press("Enter")
    chat.expect_said("退款金额")
    _tab_to(page, "确认退款")
    page.keyboard.press("Enter")

    chat.expect_said("正在等支付平台确认")
    assert "line:1*2" in [one.get("action") for one in chat_server.talk().said]


def _tab_to(page: Page, name: str) -> None:
    """Tabs until the focused control has this name; its focus must be visible."""
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        seen.append(focused[0])
        if focused[0] == name:
            assert focused[1] == "solid"
            return
    pytest.fail(f"{name} cannot be reached by Tab: {seen}")


def test_history_is_not_read_out_but_new_messages_are(page: Page, chat_server: FakeChat) -> None:
    chat_server.say("旧消息")

    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    chat.expect_said("旧消息")
    expect(chat.log).to_have_attribute("role", "log")
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.log).to_have_attribute("aria-busy", "false")
    expect(chat.messages.first.locator(".from")).to_have_text("智能助手")


def test_the_page_may_be_zoomed(page: Page, chat_server: FakeChat) -> None:
    page.goto(chat_server.page())

    content = page.locator("meta[name=viewport]").get_attribute("content") or ""

    assert "maximum-scale" not in content
    assert "user-scalable" not in content


def test_reduced_motion_stops_every_animation(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(reduced_motion="reduce")
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    chat.write("静")
    chat.expect_said("您说的是：静")

    assert page.evaluate("document.getAnimations().length") == 0


def test_reading_older_messages_is_not_interrupted(new_page: PageMaker, chat_server: FakeChat) -> None:
    for number in range(40):
        chat_server.say(f"第 {number} 条")
    page = new_page(360, 640)
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))
    expect(chat.messages.last).to_be_in_viewport()
    page.locator("#scroller").evaluate("it => { it.scrollTop = 0; }")
    newer = page.get_by_role("button", name="有新消息")
    expect(newer).to_be_visible()

    chat_server.say("最新")
    expect(chat.messages).to_have_count(41)

    assert page.locator("#scroller").evaluate("it => it.scrollTop") == 0
    newer.click()
    expect(chat.messages.last).to_be_in_viewport()
    expect(chat.field).to_be_focused()
