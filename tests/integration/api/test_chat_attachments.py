"""Pictures and videos as evidence: taken with limits, drawn anew, given back to their owner alone."""

import io

import pytest
from PIL import Image

from tests.integration.api.shop import Chat, Shop
from tests.pictures import MP4, picture, png_that_claims


async def test_a_picture_is_drawn_anew_without_its_place_and_camera(shop: Shop) -> None:
    chat = await shop.session("c-1")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Lin"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"

    status, answer = await chat.upload(picture("JPEG", size=(60, 40), exif=exif) + b"hidden after the end")
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    with Image.open(io.BytesIO(kept)) as image:
        assert status == 201
        assert (image.format, image.size) == ("JPEG", (40, 60))
        assert dict(image.getexif()) == {}
        assert b"Camera of Lin" not in kept
        assert b"hidden after the end" not in kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_each_kind_of_picture_is_taken_whatever_it_is_called(shop: Shop, kind: str) -> None:
    chat = await shop.session("c-1")

    status, answer = await chat.upload(picture(kind), name="x.exe", kind="application/octet-stream")

    assert (status, answer["media_type"]) == (201, f"image/{kind.lower()}")


async def test_a_large_picture_is_made_smaller(shop: Shop) -> None:
    chat = await shop.session("c-1")

    _, answer = await chat.upload(picture("JPEG", size=(4_000, 1_000)))
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (2_560, 640)


async def test_a_flood_of_pixels_is_refused_before_it_is_drawn(shop: Shop) -> None:
    chat = await shop.session("c-1")

    status, problem = await chat.upload(png_that_claims(60_000, 60_000))

    assert (status, problem["errors"][0]["code"]) == (422, "too_many_pixels")


async def test_a_short_video_is_kept_as_it_was_sent(shop: Shop) -> None:
    chat = await shop.session("c-1")

    _, answer = await chat.upload(MP4, name="v.mp4", kind="video/mp4")
    status, kept = await chat.get(f"/attachments/{answer['attachment']}")

    assert (status, answer["media_type"], kept) == (200, "video/mp4", MP4)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"\xff\xd8\xff" + b"\x00" * (10 << 20), 413, "too_large"),
        (MP4 + b"\x00" * (20 << 20), 413, "too_large"),
        (b"MZ" + b"\x00" * 100, 415, "unknown_kind"),
        (b"<svg/>", 415, "unknown_kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, 422, "broken"),
        (b"", 422, "empty"),
    ],
    ids=["picture of 10 MB", "video of 20 MB", "program", "svg", "broken", "empty"],
)
async def test_what_cannot_be_taken_is_told_and_leaves_nothing(
    shop: Shop, content: bytes, status: int, code: str
) -> None:
    chat = await shop.session("c-1")

    answered, problem = await chat.upload(content)

    assert (answered, problem["errors"][0]["code"]) == (status, code)
    assert not list(shop.settings.data_dir.glob("attachments/*/*"))
    assert not list(shop.settings.data_dir.glob("incoming/*"))
    assert not await shop.base.db.fetch("SELECT 1 FROM attachment")


async def test_an_attachment_is_given_to_its_own_conversation_alone(shop: Shop) -> None:
    mine, other = await shop.session("c-1"), await shop.session("c-2")
    _, answer = await mine.upload(picture("JPEG"))
    place = f"/attachments/{answer['attachment']}"

    answers = [(await chat.get(place))[0] for chat in (mine, other)]
    anonymous, _ = await shop.call("GET", f"/api/chat/shop{place}")

    assert answers == [200, 404]
    assert anonymous == 401


async def test_an_attachment_is_never_run_or_guessed_by_a_browser(shop: Shop) -> None:
    chat = await shop.session("c-1")
    _, answer = await chat.upload(picture("PNG"))

    headers = await _headers(chat, f"/attachments/{answer['attachment']}")

    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_a_message_names_only_attachments_of_its_conversation(shop: Shop) -> None:
    mine, other = await shop.session("c-1"), await shop.session("c-2")
    _, answer = await mine.upload(picture("JPEG"))

    own, _ = await mine.say("look", attachments=[answer["attachment"]])
    foreign, problem = await other.say("look", attachments=[answer["attachment"]])
    _, history = await mine.get("/messages?after=0")

    assert (own, foreign, problem["errors"][0]["code"]) == (200, 422, "unknown")
    assert history["messages"][0]["attachments"] == [answer["attachment"]]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
        (b"--b--\r\n", "multipart/form-data; boundary=b"),
        (b"{}", "application/json"),
    ],
)
async def test_a_body_that_is_no_form_is_refused(shop: Shop, body: bytes, kind: str) -> None:
    chat = await shop.session("c-1")

    status, _ = await shop.call(
        "POST", "/api/chat/shop/attachments", body, token=chat.token, headers={"Content-Type": kind}
    )

    assert status in {400, 415, 422}


async def _headers(chat: Chat, path: str) -> dict[str, str]:
    url = f"{chat.shop.url}/api/chat/shop{path}"
    async with chat.shop.http.get(url, headers={"Authorization": f"Bearer {chat.token}"}) as response:
        return dict(response.headers)
