"""Pictures are upright however they were held, and unreadable notes cost nothing."""

from pathlib import Path

import pytest
from PIL import Image

from bot.attachment_settings import AttachmentSettings
from bot.pictures import redraw
from tests.pictures import saved, scene

SMALL = scene(1, (48, 36))
SETTINGS = AttachmentSettings()


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
