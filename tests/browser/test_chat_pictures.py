"""Pictures as evidence: checked, uploaded, shown, sent."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.servers.fake_chat import FakeChat


def _picture(folder: Path, kind: str = "png", *, side: int = 40) -> Path:
    path = folder / f"damage.{kind}"
    Image.new("RGB", (side, side), "red").save(path)
    return path


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_a_picture_is_uploaded_shown_and_sent_with_words(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path, kind: str
) -> None:
    picture = _picture(tmp_path, kind)

    chat.attach(picture)
    expect(chat.root.locator(".picture img")).to_have_attribute("alt", f"damage.{kind} 已上传")
    chat.write("摔坏了")

    chat.expect_said("收到 1 张图片")
    chat.expect_settled()
    said = chat_server.talk().said[0]
    assert (said["text"], said["attachments"]) == ("摔坏了", ["picture-1"])
    assert chat_server.pictures["picture-1"][0] == picture.read_bytes()
    expect(chat.root.locator("#log .shown img")).to_have_js_property("naturalWidth", 40)


def test_a_picture_alone_can_be_sent(chat: ChatPage, tmp_path: Path) -> None:
    chat.attach(_picture(tmp_path))
    expect(chat.send_button).to_have_attribute("aria-disabled", "false")

    chat.send_button.click()

    chat.expect_said("收到 1 张图片")
    expect(chat.root.locator(".picture")).to_have_count(0)


def test_what_is_no_picture_or_too_large_is_refused_before_it_is_sent(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path
) -> None:
    drawing, heavy = tmp_path / "a.svg", tmp_path / "b.png"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    heavy.write_bytes(bytes(10 * 1024 * 1024 + 1))

    chat.attach(drawing)
    expect(chat.notice).to_contain_text("只支持 JPEG、PNG、WebP")
    chat.attach(heavy)

    expect(chat.notice).to_contain_text("不能超过 10 MB")
    assert chat_server.pictures == {}


def test_a_picture_the_server_cannot_read_says_so_and_can_be_removed(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path
) -> None:
    chat_server.faults.refused_status = 422
    chat.attach(_picture(tmp_path))
    expect(chat.root.locator(".picture.bad")).to_contain_text("无法识别这个文件")

    chat.root.get_by_label("移除 damage.png").click()

    expect(chat.root.locator(".picture")).to_have_count(0)
    expect(chat.field).to_be_focused()


def test_an_upload_that_failed_can_be_tried_again(chat: ChatPage, chat_server: FakeChat, tmp_path: Path) -> None:
    chat_server.faults.refused_status = 503
    chat.attach(_picture(tmp_path))

    chat.root.locator(".picture").get_by_role("button", name="重试").click()

    expect(chat.root.locator(".picture img")).to_have_attribute("alt", "damage.png 已上传")
