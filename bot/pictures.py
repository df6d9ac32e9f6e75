"""Pictures drawn anew: those that come hide nothing any more, those that go fit what a platform takes."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from bot.attachment_settings import AttachmentSettings
from bot.likeness import likenesses, on_white
from bot.media_kinds import PICTURE_FORMATS
from channels.pictures import PictureRoom

_SAVE_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 85, "method": 2},
}
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITIES = (85, 70, 55)
_SIDE_MIN = 64
_START_OF_SCAN = b"\xff\xda"
_SCANS_MAX = 100  # a camera writes up to 15; each may cost as much as the whole picture


class EvidenceRefused(Exception):
    """Not a picture or video that can be taken.

    code: unknown_kind, broken, animated, too_large, too_many_pixels, empty or too_many; limit is what was passed.
    """

    def __init__(self, code: str, *, limit: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


def redraw(source: Path, target: Path, media_type: str, settings: AttachmentSettings) -> tuple[int, ...]:
    """Write the picture anew, upright and no larger than the settings say; what it looks like.

    Blocks. Raises EvidenceRefused.
    """
    kind = PICTURE_FORMATS[media_type]
    if kind == "JPEG" and source.read_bytes().count(_START_OF_SCAN) > _SCANS_MAX:
        raise EvidenceRefused("broken")
    try:
        drawn = _drawn(source, kind, settings)
    except Image.DecompressionBombError:
        raise EvidenceRefused("too_many_pixels", limit=settings.pixels_max) from None
    except EvidenceRefused:
        raise
    except Exception:  # noqa: BLE001 - there is no end to the ways in which readers of pictures stumble over nonsense
        raise EvidenceRefused("broken") from None
    drawn.save(target, kind, **_SAVE_OPTIONS[kind])
    return likenesses(drawn)


def fitted(raw: bytes, media_type: str, room: PictureRoom) -> tuple[bytes, str]:
    """A picture that was kept, within what a platform takes: as it is, or else as JPEG, ever smaller; with its type.

    Blocks. Raises EvidenceRefused where it cannot be opened or fits in no way.
    """
    try:
        with Image.open(io.BytesIO(raw), formats=list(PICTURE_FORMATS.values())) as image:
            is_small = len(raw) <= room.bytes_max and max(image.size) <= room.side_max
            if is_small and media_type in room.media_types:
                return raw, media_type
            drawn = on_white(image)
    except Exception:  # noqa: BLE001 - as in redraw
        raise EvidenceRefused("broken") from None
    side = min(room.side_max, max(drawn.size))
    while True:
        drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            saved = io.BytesIO()
            drawn.save(saved, "JPEG", quality=quality, optimize=True)
            if saved.tell() <= room.bytes_max:
                return saved.getvalue(), "image/jpeg"
        side = side * 3 // 4
        if side < _SIDE_MIN:
            raise EvidenceRefused("too_large", limit=room.bytes_max)


def picture_pool(settings: AttachmentSettings) -> ThreadPoolExecutor:
    """The threads that draw: few, because one picture may take a hundred megabytes while it is open."""
    return ThreadPoolExecutor(settings.at_once_max, thread_name_prefix="pictures")


def _drawn(source: Path, kind: str, settings: AttachmentSettings) -> Image.Image:
    with Image.open(source, formats=[kind]) as image:
        _check(image, kind, settings)
        side = settings.side_pixels_max
        image.draft("RGB", (side, side))
        image.load()
        drawn = _in_colours(_upright(image), kind)
    drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
    drawn.info.clear()
    return drawn


def _check(image: Image.Image, kind: str, settings: AttachmentSettings) -> None:
    width, height = image.size
    if width * height > settings.pixels_max:
        raise EvidenceRefused("too_many_pixels", limit=settings.pixels_max)
    # A telephone's JPEG may hold a second view of the same (MPO), which does not move.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise EvidenceRefused("animated")


def _upright(image: Image.Image) -> Image.Image:
    """As the camera was held; where what it noted cannot be read, as it is."""
    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - the same readers; a picture is worth more than its notes
        turn = None
    return image if turn is None else image.transpose(turn)


def _in_colours(image: Image.Image, kind: str) -> Image.Image:
    """Eight bits of red, green and blue, with transparency where the kind can have it."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")  # 16 bits of grey; convert() would cut, not scale
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    return image.convert("RGBA" if has_alpha and kind != "JPEG" else "RGB")
