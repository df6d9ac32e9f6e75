"""Uploads on their way: shown, cancelled, tried again, refused with a word about the file; and videos."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.chat_page import ChatPage
from tests.servers.fake_chat import FakeChat


def _picture(folder: Path) -> Path:
    path = folder / "damage.png"
    Image.new("RGB", (40, 40), "red").save(path)
    return path


def _video(folder: Path, size: int = 4_000) -> Path:
    """As much of a video as an upload looks at: its first bytes name it."""
    path = folder / "unpacking.mp4"
    path.write_bytes((b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + bytes(size))[:size])
    return path


def _entry(chat: ChatPage) -> Locator:
    return chat.root.locator(".picture")


def test_a_short_video_is_uploaded_and_sent(chat: ChatPage, chat_server: FakeChat, tmp_path: Path) -> None:
    chat.attach(_video(tmp_path))
    expect(_entry(chat).locator("video")).to_have_attribute("aria-label", "unpacking.mp4 已上传")

    chat.write("开箱视频")

    chat.expect_said("收到 1 张图片")
    assert chat_server.pictures["picture-1"][1] == "video/mp4"
    expect(chat.root.locator("#log .shown video")).to_have_attribute("aria-label", "视频")


def test_an_upload_on_its_way_is_shown_and_can_be_cancelled(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path
) -> None:
    chat_server.faults.uploads_hang = True
    chat.attach(_picture(tmp_path))
    expect(_entry(chat).get_by_role("progressbar", name="正在上传 damage.png")).to_be_visible()
    expect(_entry(chat).locator(".percent")).to_contain_text("%")
    expect(chat.send_button).to_have_attribute("aria-disabled", "true")

    _entry(chat).get_by_role("button", name="取消上传 damage.png").click()

    expect(_entry(chat)).to_have_count(0)
    assert chat_server.pictures == {}


def test_a_failed_upload_is_tried_again(chat: ChatPage, chat_server: FakeChat, tmp_path: Path) -> None:
    chat_server.faults.refused_status = 503
    chat.attach(_video(tmp_path))
    expect(_entry(chat)).to_contain_text("unpacking.mp4 上传失败")

    _entry(chat).get_by_role("button", name="重试").click()

    expect(_entry(chat).locator("video")).to_have_attribute("aria-label", "unpacking.mp4 已上传")
    assert list(chat_server.pictures) == ["picture-1"]


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("long.mp4", 20 * 2**20 + 1, "long.mp4：视频不能超过 20 MB"),
        ("big.png", 10 * 2**20 + 1, "big.png：图片不能超过 10 MB"),
        ("notes.pdf", 10, "notes.pdf：只支持 JPEG、PNG、WebP 图片和 MP4、WebM、MOV 视频"),
        ("empty.png", 0, "empty.png：文件是空的"),
    ],
)
def test_a_file_that_will_not_do_is_named_with_the_reason(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path, name: str, size: int, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(bytes(size))

    chat.attach(file)

    expect(chat.notice).to_contain_text(said)
    expect(_entry(chat)).to_have_count(0)
    assert chat_server.pictures == {}


@pytest.mark.parametrize(("status", "said"), [(413, "视频不能超过 20 MB"), (415, "只支持"), (422, "无法识别这个文件")])
def test_what_the_server_refuses_is_told_and_not_tried_again(
    chat: ChatPage, chat_server: FakeChat, tmp_path: Path, status: int, said: str
) -> None:
    chat_server.faults.refused_status = status

    chat.attach(_video(tmp_path))

    expect(_entry(chat)).to_contain_text(said)
    expect(_entry(chat).get_by_role("button", name="重试")).to_have_count(0)
