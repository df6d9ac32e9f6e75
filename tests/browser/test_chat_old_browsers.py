"""The chat in older browsers, such as the one inside WeChat: their language, their styles, their missing parts."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER
from tests.browser.served_script import refusals
from tests.servers.fake_chat import FakeChat
from tests.servers.fake_chat_state import CLIENT

SCRIPTS = sorted(CLIENT.glob("*.js"))
# Newer than Chromium 86 or iOS 14, where nothing older stands beside them.
_NEWER_CALLS = re.compile(
    r"\.at\(|\.hasOwn\(|\.replaceAll\(|\.findLast|structuredClone|\.showModal|\.allSettled|\.any\(|\.matchAll"
    r"|\.toSorted|scrollend|popover|\binert\b|AbortSignal\.timeout"
)
_NEWER_STYLES = re.compile(
    r":has\(|color-mix\(|\binset:|-inline:|-block:|@container|@layer|:is\(|:where\(|aspect-ratio"
)
# What a browser of 2020 does not have is taken away before the page's own code runs.
OLD = """() => {
  delete Array.prototype.at; delete String.prototype.at; delete Object.hasOwn; delete String.prototype.replaceAll;
  delete String.prototype.matchAll; delete Promise.any; delete Promise.allSettled; delete window.structuredClone;
  delete Crypto.prototype.randomUUID; delete Array.prototype.findLast; delete AbortSignal.timeout;
}"""
NO_STORAGE = """() => {
  const refuse = { configurable: true, get() { throw new DOMException("The request was denied.", "SecurityError"); } };
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, refuse);
  Object.defineProperty(document, "cookie", refuse);
}"""
NO_SHEETS = "() => { window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); }; }"


def test_every_served_script_is_read_by_a_parser_of_2019() -> None:
    assert refusals(SCRIPTS) == {}


def test_the_parser_would_notice_a_newer_script(tmp_path: Path) -> None:
    newer = tmp_path / "newer.js"
    newer.write_text("export const first = (list) => list?.[0];\n", encoding="utf-8")

    assert list(refusals([newer])) == ["newer.js"]


def test_no_call_and_no_style_is_newer_than_the_oldest_browser() -> None:
    calls = {path.name: _NEWER_CALLS.findall(path.read_text(encoding="utf-8")) for path in SCRIPTS}
    styles = _NEWER_STYLES.findall((CLIENT / "chat.css").read_text(encoding="utf-8"))

    assert {name: found for name, found in calls.items() if found} == {}
    assert styles == []


def test_a_refund_goes_through_in_a_browser_without_newer_parts(page: Page, chat_server: FakeChat) -> None:
    page.add_init_script(f"({OLD})()")
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    chat.choose("申请退款")
    chat.choose("是这个订单")
    chat.take_line("陶瓷马克杯", fewer=1)
    chat.send_lines()
    chat.choose("不想要了")
    chat.choose("选择原路退回")
    chat.choose("确认退款")

    chat.expect_said("正在等支付平台确认")
    assert "line:1*2" in [one.get("action") for one in chat_server.talk().said]


def test_a_chat_goes_on_where_the_browser_keeps_nothing(page: Page, chat_server: FakeChat) -> None:
    page.add_init_script(f"({NO_STORAGE})()")
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    chat.write("没有存储")
    chat.expect_said("您说的是：没有存储")
    chat.language.click()

    expect(chat.status).to_have_text("Connected")
    expect(chat.outgoing).to_have_count(0)


def test_the_loader_works_without_storage_and_without_constructed_sheets(page: Page, chat_server: FakeChat) -> None:
    page.add_init_script(f"({OLD})(); ({NO_STORAGE})(); ({NO_SHEETS})()")
    chat_server.page()
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(chat_server.shop(identity=CUSTOMER))
    launcher = page.locator("button")
    expect(launcher).to_have_css("position", "fixed")
    expect(launcher).to_have_css("background-color", "rgb(36, 86, 214)")

    launcher.click()

    expect(page.locator("iframe")).to_be_visible()
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 700}
    page.evaluate("window.refundbot.close()")
    expect(page.locator("iframe")).to_be_hidden()


def test_the_page_ends_where_the_keyboard_begins(page: Page, chat_server: FakeChat) -> None:
    chat = ChatPage.open(page, chat_server.page(identity=CUSTOMER))

    page.evaluate("""() => {
      Object.defineProperty(visualViewport, "height", { configurable: true, get: () => 300 });
      visualViewport.dispatchEvent(new Event("resize"));
    }""")

    expect(page.locator("body")).to_have_css("height", "300px")
    box = chat.field.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 300
