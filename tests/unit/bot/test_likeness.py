"""The same picture is found although it was changed a little; other pictures and empty ones are not."""

import io
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from bot.likeness import likenesses
from storage.likeness_store import DISTANCE_MAX
from tests.pictures import saved, scene

SEEDS = range(12)


def _distance(one: Image.Image, other: Image.Image) -> int:
    """In how many bits the nearest numbers of two pictures differ."""
    pairs = [(mine, theirs) for mine in likenesses(one) for theirs in likenesses(other)]
    return min(((mine ^ theirs) & ((1 << 64) - 1)).bit_count() for mine, theirs in pairs)


def _again(image: Image.Image, kind: str = "JPEG", **more: int) -> Image.Image:
    return Image.open(io.BytesIO(saved(image, kind, **more)))


def _cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    width, height = image.size
    box = (int(width * left), int(height * top), int(width * (1 - right)), int(height * (1 - bottom)))
    return _again(image.crop(box), quality=80)


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved badly": lambda image: _again(image, quality=25),
    "as WebP": lambda image: _again(image, "WEBP", quality=50),
    "much smaller": lambda image: _again(image.resize((160, 120)), quality=60),
    "larger": lambda image: image.resize((1_600, 1_200)),
    "stretched": lambda image: image.resize((540, 360)),
    "brighter": lambda image: _again(ImageEnhance.Brightness(image).enhance(1.2)),
    "darker": lambda image: _again(ImageEnhance.Brightness(image).enhance(0.7)),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.25),
    "without colours": lambda image: image.convert("L"),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "cut at one side": lambda image: _cut(image, 0.04, 0, 0, 0),
    "cut at two sides": lambda image: _cut(image, 0, 0.03, 0.04, 0),
    "cut all around": lambda image: _cut(image, 0.04, 0.04, 0.04, 0.04),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_picture_that_was_changed_a_little_is_the_same(change: Callable[[Image.Image], Image.Image]) -> None:
    distances = [_distance(scene(seed), change(scene(seed))) for seed in SEEDS]

    assert max(distances) <= DISTANCE_MAX, distances


def test_other_pictures_are_far_away() -> None:
    scenes = [scene(seed) for seed in SEEDS]

    assert min(_distance(one, other) for one, other in combinations(scenes, 2)) > DISTANCE_MAX + 2


def _drawn(draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    image = Image.new("RGB", (600, 400), "white")
    draw(ImageDraw.Draw(image))
    return image


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (600, 400), "white"),
        Image.new("RGB", (600, 400), "black"),
        Image.new("RGBA", (600, 400), (0, 0, 0, 0)),
        Image.new("L", (1, 1), 7),
        Image.linear_gradient("L"),
        Image.linear_gradient("L").rotate(90),
        Image.radial_gradient("L"),
        _again(Image.new("RGB", (600, 400), "#fdfcf8"), quality=40),
        Image.effect_noise((600, 400), 3),
        _drawn(lambda draw: draw.text((280, 190), "hello", fill="black")),
        _drawn(lambda draw: draw.rectangle((0, 0, 300, 400), fill="black")),
        _drawn(lambda draw: draw.ellipse((200, 100, 400, 300), fill="grey")),
    ],
    ids=[
        "white", "black", "see-through", "one point", "shade down", "shade across", "light in the middle",
        "paper", "dark with noise", "a word", "half black", "a disc",
    ],
)  # fmt: skip
def test_a_picture_with_little_in_it_is_like_nothing(image: Image.Image) -> None:
    assert likenesses(image) == ()


@given(seed=st.integers(0, 10_000), quality=st.integers(20, 95), side=st.integers(90, 900))
def test_any_picture_is_the_same_in_any_size_and_quality(seed: int, quality: int, side: int) -> None:
    image = scene(seed, (240, 180))

    assert _distance(image, _again(image.resize((side, side * 3 // 4)), quality=quality)) <= DISTANCE_MAX


@given(seed=st.integers(0, 10_000))
def test_numbers_fit_the_database_and_are_the_same_each_time(seed: int) -> None:
    image = scene(seed, (240, 180))

    found = likenesses(image)

    assert len(found) == 3
    assert all(-(1 << 63) <= each < 1 << 63 for each in found)
    assert likenesses(image.copy()) == found
