"""A linear classifier with several heads, scored in plain Python.

A feature's weights for all labels of all heads are one whole number, a label every two bytes, so that the scores of a
text are one sum: a few microseconds, the same on every machine.
"""

from functools import cache
from itertools import groupby
from math import exp
from struct import Struct

from refund_core.values import value

LANE_BITS = 16
LANE_MIDDLE = 1 << (LANE_BITS - 1)
STEM_LENGTH_MAX = 3
LABEL_FROM = 48
MIDDLE = 79
STEPS = 43
_BETWEEN_GROUPS = ";"
_STEM_END = ":"
_BETWEEN_NAMES = ","
_BETWEEN_WEIGHTS = " "


@value(frozen=True, slots=True)
class Head:
    """One question asked of a text: its labels, the weight of one step, and the part that every text gets."""

    name: str
    labels: tuple[str, ...]
    step: float
    start: tuple[float, ...]


@value(frozen=True, slots=True)
class StoredModel:
    """The model as its file holds it: the features, in groups by how they begin, and the weights of each.

    A group is its features' common beginning and the rest of each. A feature's weights are two characters for each
    label that it speaks for or against: which of all heads' labels (counted from LABEL_FROM), and how many steps
    (MIDDLE being none). A label not named is none.
    """

    heads: tuple[Head, ...]
    features: str
    weights: str


class Classifier:
    """A model ready to score; a feature's weights are read when it is first met, so that loading takes no time."""

    def __init__(self, model: StoredModel) -> None:
        self._heads = model.heads
        self._written = unpacked(model)
        self._sums: dict[str, int] = {}
        count = sum(len(head.labels) for head in model.heads)
        self._lanes = Struct(f"<{count}H")
        self._middle = sum(LANE_MIDDLE << LANE_BITS * lane for lane in range(count))

    def scores(self, features: list[str]) -> dict[str, dict[str, float]]:
        """Of each head, how likely each label is, 0 to 1, together 1."""
        written, met = self._written, self._sums
        known = [met.get(feature) or self._meet(feature) for feature in features if feature in written]
        lanes = self._lanes.unpack(sum(known, self._middle).to_bytes(self._lanes.size, "little"))
        at = 0
        answers = {}
        for head in self._heads:
            end = at + len(head.labels)
            step = head.step
            raw = [start + step * (lane - LANE_MIDDLE) for start, lane in zip(head.start, lanes[at:end], strict=True)]
            answers[head.name] = _shares(head.labels, raw)
            at = end
        return answers

    def _meet(self, feature: str) -> int:
        sums = self._sums[feature] = _sum_of(self._written[feature])
        return sums


def packed(heads: tuple[Head, ...], weights: dict[str, str]) -> StoredModel:
    """The model of these heads and of each feature's written weights; no feature holds one of the marks between."""
    names = sorted(weights, key=lambda name: (_stem(name), name))
    groups = [
        stem + _STEM_END + _BETWEEN_NAMES.join(name[len(stem) :] for name in same)
        for stem, same in groupby(names, key=_stem)
    ]
    return StoredModel(heads, _BETWEEN_GROUPS.join(groups), _BETWEEN_WEIGHTS.join(weights[name] for name in names))


def unpacked(model: StoredModel) -> dict[str, str]:
    """Each feature's written weights."""
    names: list[str] = []
    for group in model.features.split(_BETWEEN_GROUPS):
        stem, _, rests = group.partition(_STEM_END)
        names.extend([stem + rest for rest in rests.split(_BETWEEN_NAMES)])
    return dict(zip(names, model.weights.split(_BETWEEN_WEIGHTS), strict=True))


def _stem(name: str) -> str:
    """What a feature has in common with others: its first word or concept, or all but its last character."""
    space = name.find(" ", 0, -1) + 1
    return name[: space or max(name.rfind("@"), STEM_LENGTH_MAX if name.isascii() else len(name) - 1)]


def written(weights: list[int]) -> str:
    """The weights of a feature for all labels, in steps, as the file holds them."""
    return "".join(f"{chr(LABEL_FROM + label)}{chr(MIDDLE + weight)}" for label, weight in enumerate(weights) if weight)


def _sum_of(weights: str) -> int:
    return sum(_lane(weights[at : at + 2]) for at in range(0, len(weights), 2))


@cache
def _lane(weight: str) -> int:
    return (ord(weight[1]) - MIDDLE) << LANE_BITS * (ord(weight[0]) - LABEL_FROM)


def _shares(labels: tuple[str, ...], raw: list[float]) -> dict[str, float]:
    most = max(raw)
    grown = [exp(score - most) for score in raw]
    whole = sum(grown)
    return {label: share / whole for label, share in zip(labels, grown, strict=True)}
