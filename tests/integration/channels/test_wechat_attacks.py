"""What is sent to do harm is refused, costs little, and loses no later message; pictures are taken only as pictures."""

import gzip

import pytest

from tests.integration.api.shop import Shop
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.pictures import picture
from tests.servers.wechat.server import FakeWeChat

ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY l0 "ha">{ENTITIES}]><xml><Content>&l9;</Content></xml>'.encode()
FILE = b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>'
BODIES = {
    "billion laughs": (BOMB, 400),
    "a file": (FILE, 400),
    "deep json": (b'{"a":' * 150_000, 400),
    "deep xml": (b"<xml>" + b"<a>" * 150_000, 400),
    "no utf-8": (b"<xml>\xff\xfe</xml>", 400),
    "nothing": (b"", 400),
    "too large": (b"<xml>" + b"x" * 2_000_000, 413),
}


@pytest.fixture
async def plain(shop: Shop, wechat: FakeWeChat) -> Stage:
    """An account in plain mode: anything is signed well."""
    return await open_stage(shop, wechat, "wechat", is_safe=False)


@pytest.mark.parametrize("name", BODIES)
async def test_a_signed_body_that_is_no_push_is_refused_and_the_next_one_is_taken(plain: Stage, name: str) -> None:
    body, status = BODIES[name]
    query, _ = plain.user.signed(b"")

    async with plain.shop.http.post(plain.account.webhook_url, params=query, data=body) as answer:
        assert answer.status == status

    assert (await plain.user.write("你好")).status == 200
    assert len(plain.texts()) == 1


async def test_a_packed_body_is_not_unpacked(plain: Stage) -> None:
    query, _ = plain.user.signed(b"")
    packed = gzip.compress(b"0" * 50_000_000)
    headers = {"Content-Encoding": "gzip"}

    async with plain.shop.http.post(plain.account.webhook_url, params=query, data=packed, headers=headers) as answer:
        assert answer.status == 415


async def test_in_safe_mode_nothing_of_it_is_even_read(stage: Stage) -> None:
    query, _ = stage.user.signed(b"<xml/>")
    for body, _ in BODIES.values():
        async with stage.shop.http.post(stage.account.webhook_url, params=query, data=body) as answer:
            assert answer.status in {401, 413}

    assert (await stage.user.write("你好")).status == 200


async def test_what_users_write_is_never_a_link_of_ours(stage: Stage) -> None:
    await stage.user.write('<a href="https://evil.example">退款</a>')

    assert not any("<a " in text for text in stage.texts())


async def test_a_picture_of_a_user_is_fetched_and_kept(stage: Stage) -> None:
    pushed = await stage.user.send_picture(picture(exif=b"Exif\x00\x00GPS"))
    await stage.wechat.world.until(lambda: bool(stage.texts()))

    rows = await stage.shop.base.db.fetch("SELECT media_type FROM attachment")
    assert pushed.status == 200
    assert [row["media_type"] for row in rows] == ["image/jpeg"]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), (b"<html>", "text/html"), (b"", "image/jpeg")],
)
async def test_what_is_no_picture_is_not_kept_and_the_user_is_told(stage: Stage, raw: bytes, kind: str) -> None:
    pushed = await stage.user.send_picture(raw, kind)
    await stage.hears("没能收下")
    await stage.idle()

    assert pushed.status == 200
    assert not await stage.shop.base.db.fetch("SELECT 1 FROM attachment")
    assert len(stage.texts()) == 1
