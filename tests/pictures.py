"""Pictures and videos for tests: ordinary ones, odd ones, and such as are made to do harm."""

import io
import struct
import zlib
from random import Random
from typing import Any

from PIL import Image, ImageDraw

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 4
QUICKTIME = b"\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00qt  " + b"\x00\x00\x00\x08wide" + bytes(500)
OLD_QUICKTIME = b"\x00\x00\x00\x08wide\x00\x00\x01\x00mdat" + bytes(500)
# An EBML head with its length in eight bytes, as streaming programs write it.
WEBM = (
    b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08"
    b"\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18S\x80g" + bytes(500)
)
TELEPHONE_3GP = b"\x00\x00\x00\x1cftyp3gp9\x00\x00\x02\x003gp9isom3gp4" + bytes(500)
SOUND = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00M4A isommp42" + bytes(500)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500)


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    """A picture of one colour."""
    colours: dict[str, Any] = {"CMYK": (0, 255, 255, 0), "L": 76, "I;16": 128 * 256, "RGBA": (255, 0, 0, 128)}
    return saved(Image.new(mode, size, colours.get(mode, "red")), kind, **more)


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def scene(seed: int, size: tuple[int, int] = (480, 360)) -> Image.Image:
    """A picture with as much in it as a photograph: light from one side, things of many sizes, a little noise."""
    chance, (width, height) = Random(seed), size
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(size)
    tops = [chance.randint(80, 255) for _ in "RGB"]
    image = Image.merge("RGB", [light.point([value * top // 255 for value in range(256)]) for top in tops])
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = chance.randint(-40, width), chance.randint(-40, height)
        box = (left, top, left + chance.randint(10, width // 3), top + chance.randint(10, height // 3))
        colour = (chance.randint(0, 255), chance.randint(0, 255), chance.randint(0, 255))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour)
    noise = Image.frombytes("L", size, chance.randbytes(width * height))
    return Image.blend(image, Image.merge("RGB", (noise, noise, noise)), 0.08)


def moving(kind: str) -> bytes:
    """A picture of two frames."""
    first, second = (Image.new("RGB", (40, 30), colour) for colour in ("red", "blue"))
    return saved(first, kind, save_all=True, append_images=[second], duration=100)


def png_that_claims(width: int, height: int) -> bytes:
    """A picture of a few bytes that would take gigabytes once it is drawn."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _png(("IHDR", header), ("IDAT", zlib.compress(b"\x00" * 10_000)), ("IEND", b""))


def png_with_a_bomb_in_its_text() -> bytes:
    """A small picture whose comment unpacks to 100 MB."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    bomb = b"Comment\x00\x00" + zlib.compress(b"\x00" * 100_000_000, 9)
    return _png(("IHDR", header), ("zTXt", bomb), ("IDAT", zlib.compress(b"\x00" * 4)), ("IEND", b""))


def jpeg_of_many_scans(count: int) -> bytes:
    """A progressive picture that asks to be gone over again and again."""
    whole = saved(Image.effect_noise((64, 64), 50), "JPEG", progressive=True)
    start = whole.rindex(b"\xff\xda")
    last_scan = whole[start : whole.rindex(b"\xff\xd9")]
    return whole[:start] + last_scan * count + b"\xff\xd9"


def _png(*chunks: tuple[str, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
