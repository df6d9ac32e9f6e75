"""What a picture looks like in 64 bits, so that the same picture is found again although it was changed a little.

The picture is made 32 by 32 points of grey and turned into its slow waves (a cosine transform); each bit says whether
one of 64 waves is stronger than the middle one. Size, file kind, compression and brightness hardly touch that. A crop
does: so a picture has three numbers, of the whole and of what is left without a narrow rim, and two pictures are as
near as the nearest of theirs. What has few waves (a wall, a shade, a single word) looks like many things and has none.
"""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image

_SIDE: Final = 32
_WAVES: Final = 8
_RIMS: Final = (0.0, 0.025, 0.05)
_STRENGTH_MIN: Final = 4.0  # of a wave that is seen, in steps of grey
_SEEN_MIN: Final = 24  # so many of the 64 waves must be seen
_SIGN_BIT: Final = 1 << 63
# The waves from one to eight periods halved; the level as a whole is left out, and with it the brightness.
_COSINES: Final = tuple(
    tuple(math.cos(math.pi * (2 * point + 1) * wave / (2 * _SIDE)) for point in range(_SIDE))
    for wave in range(1, _WAVES + 1)
)


def likenesses(image: Image.Image) -> tuple[int, ...]:
    """The picture's numbers, as signed 64 bits; empty where too little is to be seen."""
    grey = on_white(image).convert("L")
    whole = _strengths(grey, 0.0)
    if sum(abs(strength) >= _STRENGTH_MIN for strength in whole) < _SEEN_MIN:
        return ()
    return (_bits(whole), *(_bits(_strengths(grey, rim)) for rim in _RIMS[1:]))


def on_white(image: Image.Image) -> Image.Image:
    """What is transparent as white."""
    if "A" not in image.getbands():
        return image.convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")


def _strengths(grey: Image.Image, rim: float) -> tuple[float, ...]:
    """How strong each of the slow waves is, across and down."""
    width, height = grey.size
    box = (width * rim, height * rim, width * (1 - rim), height * (1 - rim))
    points = grey.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0).tobytes()
    lines = [points[start : start + _SIDE] for start in range(0, _SIDE * _SIDE, _SIDE)]
    across = [[_along(wave, line) for line in lines] for wave in _COSINES]
    return tuple(_along(wave, line) * 2 / _SIDE for line in across for wave in _COSINES)


def _along(wave: Sequence[float], points: Sequence[float]) -> float:
    return sum(map(float.__mul__, wave, map(float, points)))


def _bits(strengths: Sequence[float]) -> int:
    middle = sorted(strengths)[len(strengths) // 2]
    number = sum(1 << place for place, strength in enumerate(strengths) if strength > middle)
    return number - 2 * _SIGN_BIT if number & _SIGN_BIT else number
