"""The first paint of the chat page costs at most 15 kB of transfer."""

import gzip
import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.chat_page import ChatPage
from tests.servers.fake_chat import FakeChat
from tests.servers.fake_chat_state import CLIENT

FIRST_PAINT_BYTES_MAX = 15_000
LINES_MAX = 300
_REFERENCED = re.compile(r'(?:href|src)="/static/chat/([\w.]+)"')
_IMPORTED = re.compile(r'^import .*?from "\./([\w.]+)";$', re.MULTILINE)


def _first_paint_files() -> set[str]:
    """The page, what it names, and everything these import statically."""
    open_ends = {"chat.html", *_REFERENCED.findall((CLIENT / "chat.html").read_text(encoding="utf-8"))}
    found: set[str] = set()
    while open_ends:
        name = open_ends.pop()
        found.add(name)
        open_ends |= set(_IMPORTED.findall((CLIENT / name).read_text(encoding="utf-8"))) - found
    return found


def _gzipped_bytes(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_first_paint_needs_at_most_fifteen_kilobytes() -> None:
    files = _first_paint_files()

    assert files == {"chat.html", "chat.css", "chat.js", "kept.js", "shell.js", "text.js"}
    assert sum(_gzipped_bytes(CLIENT / name) for name in files) <= FIRST_PAINT_BYTES_MAX


def test_the_page_is_painted_without_the_conversations_code(page: Page, chat_server: FakeChat) -> None:
    first = _first_paint_files()
    page.route("**/static/chat/*", lambda route: route.continue_() if _name(route) in first else route.abort())

    page.goto(chat_server.page())

    expect(page.get_by_role("heading", name="拾光家居")).to_be_visible()
    expect(ChatPage(page).field).to_be_editable()
    ChatPage(page).wait_for_state("offline")


def _name(route: Route) -> str:
    return route.request.url.rsplit("/", 1)[1]


def test_every_file_is_one_idea() -> None:
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in CLIENT.iterdir()}

    assert {name for name, count in lines.items() if count > LINES_MAX} == set()
