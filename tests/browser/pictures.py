"""The README's pictures: the chat and the desk of a demo shop, taken with a real browser."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chat_page import ChatPage
from tests.browser.conftest import FLAGS
from tests.browser.desk_page import DemoShop, DeskPage, running_demo
from tests.browser.gallery import drawn_pieces
from tests.browser.install import find_chromium
from tests.servers.fake_chat import running


def take_pictures(folder: Path) -> None:
    """Write chat.png and desk.png into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, running_demo() as demo:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        _picture_chat(browser, demo, folder / "chat.png")
        _picture_desk(browser, demo, folder / "desk.png")
        browser.close()


def draw_gallery() -> list[str]:
    """What the chat's page shows of each piece of the gallery."""
    with sync_playwright() as playwright, running() as server:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        drawn = list(drawn_pieces(browser.new_page(viewport={"width": 390, "height": 844}), server))
        browser.close()
    return drawn


def _picture_chat(browser: Browser, demo: DemoShop, path: Path) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 1080}, device_scale_factor=1.5, reduced_motion="reduce")
    chat = ChatPage.open(page, demo.chat("c-1003"))
    chat.write("I want a refund")
    chat.choose_action("order:DEMO-0036")
    chat.choose_action("reason:no_longer_wanted")
    page.locator('.choice:enabled[data-action^="offer:"]').first.wait_for()
    chat.expect_settled()
    page.screenshot(path=path)


def _picture_desk(browser: Browser, demo: DemoShop, path: Path) -> None:
    demo.needs_person("c-1003", "DEMO-0027")
    page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5, reduced_motion="reduce")
    desk = DeskPage.log_in(page, demo)
    desk.open_case("DEMO-0027")
    desk.press("Take over")
    desk.reply.wait_for()
    desk.say("Hello Amy, this is Anna. I am sorry about the teapot; I will sort this out with you now.")
    desk.expect_said("I am sorry about the teapot")
    page.screenshot(path=path)


if __name__ == "__main__":
    take_pictures(Path(__file__).parents[2] / "docs" / "pictures")
