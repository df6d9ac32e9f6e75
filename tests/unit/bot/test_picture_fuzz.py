"""Files that were damaged or made up, by the thousand: each is taken as a clean picture, or refused with a reason."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.attachment_settings import AttachmentSettings
from bot.media_kinds import HEAD_BYTES, PICTURE_FORMATS, sniff
from bot.pictures import EvidenceRefused, redraw
from tests.pictures import MP4, OLD_QUICKTIME, QUICKTIME, WEBM, moving, picture, saved, scene

REASONS = {"broken", "animated", "too_many_pixels"}
SMALL = scene(1, (48, 36))
SETTINGS = AttachmentSettings()


def _with_notes() -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "Camera", 6
    notes.get_ifd(0x8825)[2] = (30.0, 15.0, 12.5)
    return notes


WHOLE = [
    saved(SMALL, "JPEG"),
    saved(SMALL, "JPEG", progressive=True),
    saved(SMALL, "JPEG", exif=_with_notes()),
    saved(SMALL, "PNG"),
    saved(SMALL, "PNG", exif=_with_notes()),
    saved(SMALL.convert("P"), "PNG"),
    saved(SMALL, "WEBP"),
    saved(SMALL, "WEBP", lossless=True, exif=_with_notes()),
    picture("JPEG", mode="CMYK"),
    picture("PNG", mode="I;16"),
    picture("PNG", mode="RGBA"),
    moving("PNG"),
    moving("WEBP"),
]
PIECE = st.binary(max_size=24) | st.sampled_from(WHOLE).map(lambda whole: whole[:60])
# Where, how much goes, and what comes instead; damage is likelier near the beginning, where the headers are.
DAMAGE = st.tuples(st.integers(0, 100) | st.integers(0, 5_000), st.integers(0, 30), PIECE)


def _damaged(whole: bytes, damages: list[tuple[int, int, bytes]], cut: int | None) -> bytes:
    for place, gone, instead in damages:
        whole = whole[:place] + instead + whole[place + gone :]
    return whole[:cut]


@settings(max_examples=400)
@given(
    whole=st.sampled_from(WHOLE),
    damages=st.lists(DAMAGE, max_size=5),
    cut=st.none() | st.integers(0, 3_000),
)
def test_a_damaged_picture_is_drawn_anew_or_refused_with_a_reason(
    whole: bytes, damages: list[tuple[int, int, bytes]], cut: int | None
) -> None:
    content = _damaged(whole, damages, cut)
    media_type = sniff(content[:HEAD_BYTES])
    if media_type not in PICTURE_FORMATS:
        return

    with tempfile.TemporaryDirectory() as folder:
        sent, clean = Path(folder, "sent"), Path(folder, "clean")
        sent.write_bytes(content)
        try:
            looks = redraw(sent, clean, media_type, SETTINGS)
        except EvidenceRefused as refused:
            assert refused.code in REASONS  # noqa: PT017 - both ends are right
            return
        with Image.open(clean, formats=[PICTURE_FORMATS[media_type]]) as image:
            image.load()
            assert dict(image.getexif()) == {}
        assert len(looks) in {0, 3}


@given(head=st.binary(max_size=HEAD_BYTES), whole=st.sampled_from([MP4, QUICKTIME, OLD_QUICKTIME, WEBM]))
def test_any_beginning_is_of_one_kind_or_none(head: bytes, whole: bytes) -> None:
    for each in (head, whole[: len(head)], whole[:8] + head):
        assert sniff(each) in {None, *PICTURE_FORMATS, "video/mp4", "video/quicktime", "video/webm"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(tmp_path: Path, orientation: int) -> None:
    straight = scene(2, (48, 36))
    turned = straight.transpose(_HELD[orientation]) if orientation in _HELD else straight
    notes = Image.Exif()
    notes[0x0112] = orientation
    (tmp_path / "sent").write_bytes(saved(turned, "PNG", exif=notes))

    redraw(tmp_path / "sent", tmp_path / "clean", "image/png", SETTINGS)

    with Image.open(tmp_path / "clean") as image:
        assert image.tobytes() == straight.tobytes()


# What turns an upright picture into what a camera held so has stored.
_HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def test_notes_that_cannot_be_read_do_not_cost_the_picture(tmp_path: Path) -> None:
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "Camera", 6
    whole = saved(SMALL, "JPEG", exif=notes)
    place = whole.index(b"Exif\x00\x00") + 6
    (tmp_path / "sent").write_bytes(whole[: place + 8] + b"\xff" * 20 + whole[place + 28 :])

    redraw(tmp_path / "sent", tmp_path / "clean", "image/jpeg", SETTINGS)

    with Image.open(tmp_path / "clean") as image:
        assert sorted(image.size) == [36, 48]
