"""Throw broken inputs at one target; the first broken promise ends it with the seed that repeats it."""

from collections.abc import Iterator
from random import Random

from tests.fuzz.mutations import broken
from tests.fuzz.targets import all_targets

INPUTS_PER_SEED = 1_000


class Finding(AssertionError):
    """A parser broke a promise; the text says the target, the seed and the input."""


def throw(name: str, seed: int, inputs: int = INPUTS_PER_SEED) -> int:
    """How many of the inputs of this seed were taken. Raises Finding."""
    target, chance, taken = all_targets()[name], Random(f"{name} {seed}"), 0
    for place in range(inputs):
        raw = broken(chance, target.whole)
        try:
            taken += target.check(chance, raw)
        except Exception as error:
            raise Finding(f"{name}, seed {seed}, input {place}: {error!r}\n{raw[:2_000]!r}") from error
    return taken


def seeds(first: int, inputs: int) -> Iterator[tuple[int, int]]:
    """Seeds with how many inputs each."""
    for place, done in enumerate(range(0, inputs, INPUTS_PER_SEED)):
        yield first + place, min(INPUTS_PER_SEED, inputs - done)
