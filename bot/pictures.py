"""Pictures and short videos from consumers: told by their bytes, pictures drawn anew so that nothing hidden stays."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image, ImageOps

from bot.settings import AttachmentSettings

HEAD_BYTES = 32
_IMAGE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_VIDEO_BRANDS = frozenset({
    b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ", b"MSNV", b"3gp4", b"3gp5",
})  # fmt: skip
_SAVE_OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 85, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 85, "method": 2},
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video that may be kept; media_type is what the bytes are, whatever the sender called them."""

    media_type: str
    content: bytes


class PictureRefused(Exception):
    """Not a picture or video that can be taken; code: unknown_kind, broken, too_large, too_many_pixels."""

    def __init__(self, code: str, *, limit: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


def sniff(head: bytes) -> str | None:
    """The media type that the first bytes prove, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _VIDEO_BRANDS:
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head else None


def bytes_max(head: bytes, settings: AttachmentSettings) -> int:
    """How large a thing that starts so may be. Raises PictureRefused for a kind that is not taken."""
    media_type = sniff(head)
    if media_type is None:
        raise PictureRefused("unknown_kind")
    return settings.image_bytes_max if media_type in _IMAGE_FORMATS else settings.video_bytes_max


def clean_picture(content: bytes, settings: AttachmentSettings) -> Picture:
    """The picture drawn anew (no EXIF, one frame, upright); a video as it is. Raises PictureRefused."""
    media_type = sniff(content[:HEAD_BYTES])
    if media_type is None:
        raise PictureRefused("unknown_kind")
    if media_type not in _IMAGE_FORMATS:
        return Picture(media_type, content)
    try:
        return Picture(media_type, _redrawn(content, _IMAGE_FORMATS[media_type], settings))
    except PictureRefused:
        raise
    except Image.DecompressionBombError:
        raise PictureRefused("too_many_pixels", limit=settings.pixels_max) from None
    except (OSError, ValueError, SyntaxError, MemoryError):  # Pillow's ways to say no
        raise PictureRefused("broken") from None


def picture_pool(settings: AttachmentSettings) -> ThreadPoolExecutor:
    """The threads that draw: few, because one picture may take a hundred megabytes while it is open."""
    return ThreadPoolExecutor(settings.at_once_max, thread_name_prefix="pictures")


def _redrawn(content: bytes, kind: str, settings: AttachmentSettings) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        _check_pixels(image, settings)
        side = settings.side_pixels_max
        image.draft("RGB", (side, side))
        image.load()
        upright = ImageOps.exif_transpose(image)
        drawn = upright.convert(_mode_for(upright, kind))
    drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
    drawn.info.clear()
    out = io.BytesIO()
    drawn.save(out, kind, **_SAVE_OPTIONS[kind])
    return out.getvalue()


def _check_pixels(image: Image.Image, settings: AttachmentSettings) -> None:
    width, height = image.size
    if width * height > settings.pixels_max:
        raise PictureRefused("too_many_pixels", limit=settings.pixels_max)


def _mode_for(image: Image.Image, kind: str) -> str:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    return "RGBA" if has_alpha and kind != "JPEG" else "RGB"
