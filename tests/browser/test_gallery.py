"""The gallery shows what the chat's page draws."""

import msgspec

from docs.gallery import OWN_CHAT
from tests.browser.conftest import PageMaker
from tests.browser.gallery import drawn_pieces
from tests.servers.fake_chat import FakeChat


def test_the_page_draws_the_twelve_replies_as_the_gallery_says(new_page: PageMaker, chat_server: FakeChat) -> None:
    page = new_page(width=390, height=844, timezone_id="Asia/Shanghai")

    drawn = list(drawn_pieces(page, chat_server))

    assert drawn == msgspec.json.decode(OWN_CHAT.read_bytes()), "make docs draws the gallery anew"
    assert len(drawn) == 12
