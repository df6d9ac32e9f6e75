"""The gallery's replies on the chat's page in a browser: what a consumer reads and can press there."""

from collections.abc import Iterator

import msgspec
from playwright.sync_api import Page, expect

from docs.gallery import LOCALE, pieces
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import CUSTOMER
from tests.servers.fake_chat import FakeChat

# Messages from a place on, line by line.
_DRAW = """([log, from]) => [...log.querySelectorAll(".message")].slice(from).map((message) => {
  const words = (element) => element.innerText.replace(/\\s+/g, " ").trim();
  const leaves = (element) => element.children.length ? [...element.children].flatMap(leaves) : [words(element)];
  const own = {
    ".from:not(.hidden)": (one) => [`${words(one)}:`],
    ".bubble": (one) => one.innerText.trim().split(/\\n+/),
    ".card > :not(dl), .card dl > div": (one) => [`│ ${leaves(one).join(" · ")}`],
    ".row": (one) => [`☐ ${leaves(one).filter(Boolean).join(" ")}`],
    "button.choice": (one) => [`[${words(one)}]${one.dataset.action ? `  ${one.dataset.action}` : ""}`],
  };
  const wanted = [...message.querySelectorAll(Object.keys(own).join(","))];
  return wanted.flatMap((one) => Object.entries(own).find(([selector]) => one.matches(selector))[1](one)).join("\\n");
}).join("\\n―――\\n")"""


def drawn_pieces(page: Page, server: FakeChat) -> Iterator[str]:
    """Each piece as the page shows it, with the buttons that can be pressed."""
    chat = ChatPage.open(page, server.page(identity=CUSTOMER, locale=LOCALE))
    server.wait_for_listener()
    for piece in pieces():
        before = chat.messages.count()
        for reply in piece.replies:
            server.say(**msgspec.to_builtins(reply))
        expect(chat.messages).to_have_count(before + len(piece.replies))
        yield page.evaluate(_DRAW, [chat.log.element_handle(), before])
