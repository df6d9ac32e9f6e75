"""Odd files as evidence: what can be used is taken as it looks, anything else is refused by field and reason."""

import io

import pytest
from PIL import Image

from tests.integration.api.shop import Shop
from tests.pictures import (
    HEIC,
    MP4,
    OLD_QUICKTIME,
    QUICKTIME,
    SOUND,
    TELEPHONE_3GP,
    WEBM,
    jpeg_of_many_scans,
    moving,
    picture,
    png_that_claims,
    png_with_a_bomb_in_its_text,
)

RED = (255, 0, 0)


@pytest.mark.parametrize(
    ("sent", "colour"),
    [
        (picture("JPEG", mode="CMYK"), RED),
        (picture("PNG", mode="I;16"), (128, 128, 128)),
        (picture("PNG", mode="L"), (76, 76, 76)),
        (picture("PNG", mode="RGBA"), RED),
        (picture("JPEG", progressive=True), RED),
        (picture("WEBP", lossless=True), RED),
    ],
    ids=["print colours", "16 bits", "grey", "transparent", "progressive", "lossless"],
)
async def test_an_odd_picture_looks_as_it_was_sent(shop: Shop, sent: bytes, colour: tuple[int, int, int]) -> None:
    chat = await shop.session("c-1")

    status, answer = await chat.upload(sent)
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    with Image.open(io.BytesIO(kept)) as image:
        shown = image.convert("RGB").getpixel((20, 15))
    assert status == 201
    assert isinstance(shown, tuple)
    assert all(abs(is_ - should) <= 4 for is_, should in zip(shown, colour, strict=True)), shown


@pytest.mark.parametrize(
    "tail",
    [b"PK\x03\x04" + b"an archive", b"<script>alert(1)</script>", b"%PDF-1.7", b"\x00" * 5_000],
    ids=["archive", "page", "document", "nothing"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_what_else_a_picture_is_does_not_stay(shop: Shop, kind: str, tail: bytes) -> None:
    chat = await shop.session("c-1")

    _, answer = await chat.upload(picture(kind) + tail)
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    assert tail not in kept


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (moving("PNG"), 422, "animated"),
        (moving("WEBP"), 422, "animated"),
        (moving("GIF"), 415, "unknown_kind"),
        (picture("JPEG", size=(400, 300))[:-300], 422, "broken"),
        (picture("PNG", size=(400, 300))[:-100], 422, "broken"),
        (picture("WEBP", size=(400, 300))[:-20], 422, "broken"),
        (png_that_claims(60_000, 60_000), 422, "too_many_pixels"),
        (png_that_claims(2_000_000_000, 1), 422, "too_many_pixels"),
        (png_with_a_bomb_in_its_text(), 422, "broken"),
        (jpeg_of_many_scans(200), 422, "broken"),
        (picture("TIFF"), 415, "unknown_kind"),
        (SOUND, 415, "unknown_kind"),
        (HEIC, 415, "unknown_kind"),
        (b"the free encyclopedia of refunds" * 10, 415, "unknown_kind"),
        (b"\xff", 415, "unknown_kind"),
    ],
    ids=[
        "moving PNG", "moving WebP", "moving GIF", "cut JPEG", "cut PNG", "cut WebP", "flood", "long line",
        "bomb in a text", "many scans", "TIFF", "sound", "HEIC", "text", "one byte",
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_refused_by_field_and_reason(
    shop: Shop, sent: bytes, status: int, code: str
) -> None:
    chat = await shop.session("c-1")

    answered, problem = await chat.upload(sent, name="photo.jpg")

    assert (answered, problem["status"], problem["errors"][0]["field"]) == (status, status, "file")
    assert (problem["errors"][0]["code"], bool(problem["errors"][0]["detail"])) == (code, True)
    assert not list(shop.settings.data_dir.glob("attachments/*/*"))
    assert not list(shop.settings.data_dir.glob("incoming/*"))


@pytest.mark.parametrize(
    ("sent", "media_type"),
    [
        (MP4, "video/mp4"),
        (TELEPHONE_3GP, "video/mp4"),
        (QUICKTIME, "video/quicktime"),
        (OLD_QUICKTIME, "video/quicktime"),
        (WEBM, "video/webm"),
    ],
    ids=["MP4", "3GP", "QuickTime", "old QuickTime", "WebM"],
)
async def test_a_short_video_is_told_by_its_bytes_and_kept_as_sent(shop: Shop, sent: bytes, media_type: str) -> None:
    chat = await shop.session("c-1")

    status, answer = await chat.upload(sent, name="photo.jpg", kind="image/jpeg")
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    assert (status, answer["media_type"], kept) == (201, media_type, sent)


async def test_a_video_of_exactly_the_limit_is_taken(shop: Shop) -> None:
    chat = await shop.session("c-1")
    sent = MP4 + bytes((20 << 20) - len(MP4))

    status, answer = await chat.upload(sent)
    _, kept = await chat.get(f"/attachments/{answer['attachment']}")

    assert (status, len(kept)) == (201, 20 << 20)
