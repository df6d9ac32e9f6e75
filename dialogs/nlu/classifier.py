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
        self._rows: dict[str, str | int] = {**unpacked(model)}
        count = sum(len(head.labels) for head in model.heads)
        self._lanes = Struct(f"<{count}H")
        self._middle = sum(LANE_MIDDLE << LANE_BITS * lane for lane in range(count))
        self._heads: list[tuple[str, tuple[str, ...], float, tuple[float, ...], slice]] = []
        at = 0
        for head in model.heads:
            end = at + len(head.labels)
            starts = tuple(start - head.step * LANE_MIDDLE for start in head.start)
            self._heads.append((head.name, head.labels, head.step, starts, slice(at, end)))
            at = end

    def scores(self, features: list[str]) -> dict[str, dict[str, float]]:
        """Of each head, how likely each label is, 0 to 1, together 1."""
        row_of = self._rows.get
        try:
            whole = sum(filter(None, map(row_of, features)), self._middle)  # type: ignore[arg-type]  # read when met
        except TypeError:
            self._meet(features)
            whole = sum(filter(None, map(row_of, features)), self._middle)  # type: ignore[arg-type]  # all read now
        lanes = self._lanes.unpack(whole.to_bytes(self._lanes.size, "little"))
        return {
            name: _shares(labels, [start + step * lane for start, lane in zip(starts, lanes[at], strict=True)])
            for name, labels, step, starts, at in self._heads
        }

    def _meet(self, features: list[str]) -> None:
        """Read the weights of these features, once."""
        for feature in features:
            row = self._rows.get(feature)
            if isinstance(row, str):
                self._rows[feature] = _sum_of(row)


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
    part = 1 / sum(grown)
    return {label: share * part for label, share in zip(labels, grown, strict=True)}
