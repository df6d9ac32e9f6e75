"""Pictures and videos are fetched from WeChat's own hosts, of the right type and size, and from nowhere else."""

import asyncio
from typing import Any

import pytest

from channels.channel import Media
from refund_core.sending import SendLater, SendRefused
from tests.integration.channels.wechat_calls import Caller

PICTURE = b"\xff\xd8\xff" + b"x" * 5_000


async def test_a_picture_is_fetched_with_its_type(caller: Caller) -> None:
    caller.wechat.world.media["m-1"] = ("image/jpeg", PICTURE)

    fetched = await caller.channel.fetch(Media("picture", "m-1"), bytes_max=10_000)

    assert (fetched.raw, fetched.content_type) == (PICTURE, "image/jpeg")


@pytest.mark.parametrize(
    ("kind", "bytes_max", "code"),
    [("image/jpeg", 4_999, "TOO_LARGE"), ("text/html", 10_000, "WRONG_TYPE"), ("video/mp4", 10_000, "WRONG_TYPE")],
)
async def test_a_picture_too_large_or_of_another_type_is_refused(
    caller: Caller, kind: str, bytes_max: int, code: str
) -> None:
    caller.wechat.world.media["m-1"] = (kind, PICTURE)

    with pytest.raises(SendRefused, match=code):
        await caller.channel.fetch(Media("picture", "m-1"), bytes_max=bytes_max)


async def test_a_picture_that_is_gone_is_refused_and_a_broken_server_is_for_later(caller: Caller) -> None:
    with pytest.raises(SendRefused, match="40007"):
        await caller.channel.fetch(Media("picture", "gone"), bytes_max=10_000)

    caller.wechat.world.faults.broken = 1
    with pytest.raises(SendLater):
        await caller.channel.fetch(Media("picture", "gone"), bytes_max=10_000)


async def test_a_video_is_fetched_from_where_wechat_keeps_it(caller: Caller) -> None:
    caller.wechat.world.videos["v-1"] = f"{caller.wechat.url}/file/film"
    caller.wechat.world.media["film"] = ("video/mp4", PICTURE)

    fetched = await caller.channel.fetch(Media("video", "v-1"), bytes_max=10_000)

    assert (fetched.raw, fetched.content_type) == (PICTURE, "video/mp4")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x", "http://169.254.169.254/latest/meta-data", "http://localhost/x", "http://[::1]/x",
        "http://10.0.0.1/x", "file:///etc/passwd", "ftp://video.qq.com/x", "http://evil.example/x.qq.com",
        "http://qq.com.evil.example/x", "http://user@mp.video.qq.com/x", "http://evilqq.com/x", "//x", "", "http://",
    ],
)  # fmt: skip
async def test_a_video_anywhere_else_is_never_fetched(caller: Caller, address: str) -> None:
    caller.wechat.world.videos["v-1"] = address

    with pytest.raises(SendRefused):
        await caller.channel.fetch(Media("video", "v-1"), bytes_max=10_000)


async def test_a_host_of_wechats_that_resolves_to_the_inside_is_never_reached(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is WeChat's, the address is ours, and somebody listens there."""
    connected = asyncio.Event()
    inner = await asyncio.start_server(lambda *_: connected.set(), "127.0.0.1", 0)
    port = inner.sockets[0].getsockname()[1]

    async def inside(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", inside)
    caller.wechat.world.videos["v-1"] = "http://video.qq.com/film"

    async with inner:
        with pytest.raises(SendRefused, match="FOREIGN_ADDRESS"):
            await caller.channel.fetch(Media("video", "v-1"), bytes_max=10_000)

    assert not connected.is_set()


async def test_a_redirect_is_not_followed(caller: Caller) -> None:
    caller.wechat.world.videos["v-1"] = f"{caller.wechat.url}/moved"

    with pytest.raises(SendRefused, match="302"):
        await caller.channel.fetch(Media("video", "v-1"), bytes_max=10_000)
