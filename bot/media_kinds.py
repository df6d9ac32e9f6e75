"""What a file is, told by its first bytes alone: whatever a sender calls it counts for nothing."""

from typing import Final

HEAD_BYTES: Final = 64
PICTURE_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_QUICKTIME: Final = b"qt  "
_VIDEO_BRANDS = frozenset({
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"mp71", b"avc1",
    b"hvc1", b"dash", b"mmp4", b"M4V ", b"M4VH", b"M4VP", b"F4V ", b"MSNV", b"XAVC", b"3gp4", b"3gp5", b"3gp6", b"3gp7",
    b"3ge6", b"3gg6", b"3g2a", b"3g2b", b"3g2c", _QUICKTIME,
})  # fmt: skip
# Sound and pictures come in the same boxes and name a video's brand among those that they are compatible with.
_OTHER_BRANDS = frozenset({
    b"M4A ", b"M4B ", b"M4P ", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis",
    b"jp2 ", b"crx ",
})  # fmt: skip
_OLD_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BOX_HEAD_BYTES = 8
_BOX_BYTES_MAX = 1 << 28


def sniff(head: bytes) -> str | None:
    """The media type that the first HEAD_BYTES prove, or None for a kind that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1aE\xdf\xa3") and b"\x42\x82\x84webm" in head:
        return "video/webm"
    return _video_in_boxes(head)


def is_video(media_type: str) -> bool:
    """True for what is kept as it was sent."""
    return media_type not in PICTURE_FORMATS


def _video_in_boxes(head: bytes) -> str | None:
    """MP4 and QuickTime: a box is its length in four bytes, its name, its content."""
    length, name = int.from_bytes(head[:4], "big"), head[4:8]
    if name == b"ftyp" and length > _BOX_HEAD_BYTES:
        return _by_brands(head[8:length])
    is_old = name in _OLD_QUICKTIME_BOXES and (length == 1 or _BOX_HEAD_BYTES <= length <= _BOX_BYTES_MAX)
    return "video/quicktime" if is_old else None


def _by_brands(content: bytes) -> str | None:
    """The chief brand, four bytes of its version, then all brands that the file is compatible with."""
    chief = content[:4]
    if chief in _OTHER_BRANDS:
        return None
    if chief == _QUICKTIME:
        return "video/quicktime"
    named = {chief, *(content[place : place + 4] for place in range(8, len(content), 4))}
    return "video/mp4" if named & _VIDEO_BRANDS else None
