"""A linear classifier with several heads, scored in plain Python.

A feature's weights for all labels of all heads are one whole number, a label every three bytes, so that the scores of
a text are one sum: a few microseconds, the same on every machine.
"""

from dataclasses import dataclass
from math import exp

LANE_BYTES = 3
MIDDLE = 79
STEPS = 44


@dataclass(frozen=True, slots=True)
class Head:
    """One question asked of a text: its labels, the weight of one step, and the part that every text gets."""

    name: str
    labels: tuple[str, ...]
    step: float
    start: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StoredModel:
    """The model as its file holds it: a feature's weights are one character a label, MIDDLE being none."""

    heads: tuple[Head, ...]
    weights: dict[str, str]


class Classifier:
    """A model ready to score."""

    def __init__(self, model: StoredModel) -> None:
        self._heads = model.heads
        self._sums = {feature: _packed(weights) for feature, weights in model.weights.items()}
        self._bytes = sum(len(head.labels) for head in model.heads) * LANE_BYTES

    def scores(self, features: list[str]) -> dict[str, dict[str, float]]:
        """Of each head, how likely each label is, 0 to 1, together 1."""
        known = [sums for sums in map(self._sums.get, features) if sums is not None]
        lanes = sum(known).to_bytes(self._bytes, "little")
        middle = MIDDLE * len(known)
        at = 0
        answers = {}
        for head in self._heads:
            raw = []
            for start in head.start:
                raw.append(start + head.step * (lanes[at] + 256 * lanes[at + 1] + 65536 * lanes[at + 2] - middle))
                at += LANE_BYTES
            answers[head.name] = _shares(head.labels, raw)
        return answers


def _packed(weights: str) -> int:
    lanes = bytearray(len(weights) * LANE_BYTES)
    lanes[::LANE_BYTES] = weights.encode("ascii")
    return int.from_bytes(lanes, "little")


def _shares(labels: tuple[str, ...], raw: list[float]) -> dict[str, float]:
    most = max(raw)
    grown = [exp(score - most) for score in raw]
    whole = sum(grown)
    return {label: share / whole for label, share in zip(labels, grown, strict=True)}
