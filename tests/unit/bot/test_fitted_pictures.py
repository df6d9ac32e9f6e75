"""A picture that goes to a platform is within what the platform takes, and as it was kept wherever that fits."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import EvidenceRefused, fitted
from channels.pictures import PictureRoom
from tests.pictures import picture, saved

ROOM = PictureRoom(bytes_max=40_000, side_max=300)
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(TYPES)),
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    mode=st.sampled_from(["RGB", "RGBA"]),
    sigma=st.sampled_from([1, 90]),
)
def test_whatever_was_kept_fits(kind: str, size: tuple[int, int], mode: str, sigma: int) -> None:
    if kind == "JPEG":
        mode = "RGB"
    raw = saved(Image.effect_noise(size, sigma).convert(mode), kind)

    sent, media_type = fitted(raw, TYPES[kind], ROOM)

    with Image.open(io.BytesIO(sent)) as image:
        image.load()
        assert image.get_format_mimetype() == media_type
        assert max(image.size) <= ROOM.side_max
    assert media_type in ROOM.media_types
    assert len(sent) <= ROOM.bytes_max


def test_what_fits_goes_as_it_is() -> None:
    raw = picture("PNG")

    assert fitted(raw, "image/png", ROOM) == (raw, "image/png")


def test_what_is_transparent_becomes_white() -> None:
    raw = saved(Image.new("RGBA", (40, 30), (255, 0, 0, 0)), "WEBP", lossless=True)

    sent, _ = fitted(raw, "image/webp", ROOM)

    with Image.open(io.BytesIO(sent)) as image:
        assert image.convert("RGB").getpixel((20, 15)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("raw", "room", "code"),
    [(b"no picture", ROOM, "broken"), (picture(size=(500, 500)), PictureRoom(200, 300), "too_large")],
)
def test_what_cannot_be_opened_or_fits_in_no_way_is_refused(raw: bytes, room: PictureRoom, code: str) -> None:
    with pytest.raises(EvidenceRefused, match=code):
        fitted(raw, "image/jpeg", room)
