"""Files that are said to be pictures or videos."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType

from PIL import Image

from bot.attachment_settings import AttachmentSettings
from bot.media_kinds import HEAD_BYTES, PICTURE_FORMATS, sniff
from bot.pictures import EvidenceRefused, redraw
from tests.pictures import (
    HEIC,
    MP4,
    OLD_QUICKTIME,
    QUICKTIME,
    SOUND,
    TELEPHONE_3GP,
    WEBM,
    moving,
    picture,
    saved,
    scene,
)

VIDEOS = (MP4, QUICKTIME, OLD_QUICKTIME, WEBM, TELEPHONE_3GP, SOUND, HEIC)
KINDS = {None, *PICTURE_FORMATS, "video/mp4", "video/quicktime", "video/webm"}
REASONS = {"broken", "animated", "too_many_pixels"}
SETTINGS = AttachmentSettings()


def _with_notes() -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "Camera", 6
    notes.get_ifd(0x8825)[2] = (30.0, 15.0, 12.5)
    return notes


def _pictures() -> tuple[bytes, ...]:
    small = scene(1, (48, 36))
    return (
        saved(small, "JPEG"),
        saved(small, "JPEG", progressive=True),
        saved(small, "JPEG", exif=_with_notes()),
        saved(small, "PNG"),
        saved(small, "PNG", exif=_with_notes()),
        saved(small.convert("P"), "PNG"),
        saved(small, "WEBP"),
        saved(small, "WEBP", lossless=True, exif=_with_notes()),
        picture("JPEG", mode="CMYK"),
        picture("PNG", mode="I;16"),
        picture("PNG", mode="RGBA"),
        moving("PNG"),
        moving("WEBP"),
    )


PICTURES = _pictures()


def a_picture(_: Random, raw: bytes) -> bool:
    """Drawn anew without anything hidden in it, or refused with a reason."""
    media_type = sniff(raw[:HEAD_BYTES])
    if media_type not in PICTURE_FORMATS:
        return False
    sent, clean = Path(_folder(), "sent"), Path(_folder(), "clean")
    sent.write_bytes(raw)
    try:
        looks = redraw(sent, clean, media_type, SETTINGS)
    except EvidenceRefused as refused:
        assert refused.code in REASONS  # noqa: PT017 - both ends are right
        return False
    with Image.open(clean, formats=[PICTURE_FORMATS[media_type]]) as image:
        image.load()
        assert dict(image.getexif()) == {}
    assert len(looks) in {0, 3}
    return True


def a_head(_: Random, raw: bytes) -> bool:
    """The first bytes of any file are of one kind or of none."""
    kind = sniff(raw[:HEAD_BYTES])
    assert kind in KINDS
    return kind is not None


@cache
def _folder() -> str:
    """One for this process; the kernel's memory where there is such a folder."""
    memory = Path("/dev/shm")
    return tempfile.mkdtemp(prefix="refundbot-fuzz-", dir=memory if memory.is_dir() else None)


Checks = Mapping[str, tuple[Sequence[bytes], Callable[[Random, bytes], bool]]]
TARGETS: Checks = MappingProxyType({"picture": (PICTURES, a_picture), "file_head": (PICTURES + VIDEOS, a_head)})
