"""`make train`: fits the classifier to the examples and writes model.json, byte for byte the same each time.

`python -m dialogs.nlu.training.train [FILE]` writes the model to another file in its place.

Logistic regression with L2, one softmax a head, fitted by AdaGrad in a fixed order, the weights of the later rounds
averaged; no library's version matters, and sums are added up one by one, since Python 3.12's sum() rounds otherwise.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from math import exp, sqrt
from operator import add
from pathlib import Path

import msgspec

from dialogs.nlu.classifier import STEPS, Head, StoredModel, packed, written
from dialogs.nlu.stored_model import MODEL_FILE
from dialogs.nlu.training.examples import Example, read_examples

HEADS = ("topic", "act", "reason", "resolution")
ROUNDS = 6
AVERAGED_FROM = 2
RATE = 0.2
SHRINK = 0.012
SEEN_MIN = 4
GRADIENT_MIN = 0.02
STEPS_MIN = (3, 5, 2, 2)
STRIDE = 7919


@dataclass(slots=True)
class Fit:
    """The weights of one head while it is fitted: by feature, one number a label."""

    labels: tuple[str, ...]
    weights: dict[str, list[float]]
    squares: dict[str, list[float]]
    averages: dict[str, list[float]]


class _Shown:
    """An example as the fit of one head sees it: the rows of its features, which change in place, and its label."""

    __slots__ = ("right", "squares", "weights")

    def __init__(self, features: list[str], right: int, fit: Fit) -> None:
        self.right = right
        self.weights = [fit.weights[feature] for feature in features]
        self.squares = [fit.squares[feature] for feature in features]


def main(file: Path) -> None:
    """Fit, and write the model."""
    examples = read_examples()
    file.write_bytes(msgspec.json.encode(fit_model(examples), order="sorted"))
    sys.stdout.write(f"{len(examples)} examples, {file.stat().st_size} bytes in {file.name}\n")


def fit_model(examples: tuple[Example, ...]) -> StoredModel:
    """The model that fits these examples."""
    seen = Counter(feature for example in examples for feature in example.features)
    kept = sorted(feature for feature, count in seen.items() if count >= SEEN_MIN)
    fits = [fit_head(examples, place, kept) for place in range(len(HEADS))]
    steps = [max(abs(w) for row in fit.weights.values() for w in row) / STEPS for fit in fits]
    heads = tuple(
        Head(name, fit.labels, round(step, 6), tuple(round(w, 4) for w in fit.weights["*"]))
        for name, fit, step in zip(HEADS, fits, steps, strict=True)
    )
    rows = {feature: written(_steps(feature, fits, steps)) for feature in kept}
    return packed(heads, {feature: row for feature, row in rows.items() if row})


def fit_head(examples: tuple[Example, ...], place: int, kept: list[str]) -> Fit:
    """Fit one head; its start is the feature "*" that every text has."""
    labels = tuple(sorted({example.labels[place][1] for example in examples}))
    everything = ["*", *kept]
    fit = Fit(labels, *({f: [start] * len(labels) for f in everything} for start in (0.0, 0.1, 0.0)))
    known = set(kept)
    shown = [
        _Shown(["*", *(f for f in example.features if f in known)], labels.index(example.labels[place][1]), fit)
        for example in examples
    ]
    order = sorted(range(len(shown)), key=lambda number: (number * STRIDE) % len(shown))
    for number_of_round in range(ROUNDS):
        for number in order:
            _learn(shown[number])
        _shrink(fit)
        if number_of_round >= AVERAGED_FROM:
            _remember(fit)
    fit.weights = {f: [whole / (ROUNDS - AVERAGED_FROM) for whole in row] for f, row in fit.averages.items()}
    return fit


def _learn(shown: _Shown) -> None:
    scores = [reduce(add, lane) for lane in zip(*shown.weights, strict=True)]
    most = max(scores)
    grown = [exp(score - most) for score in scores]
    whole = reduce(add, grown)
    for label, share in enumerate(grown):
        gradient = share / whole - (label == shown.right)
        if abs(gradient) < GRADIENT_MIN:
            continue
        square, step = gradient * gradient, RATE * gradient
        for row, squares in zip(shown.weights, shown.squares, strict=True):
            squares[label] = seen = squares[label] + square
            row[label] -= step / sqrt(seen)


def _shrink(fit: Fit) -> None:
    for row in fit.weights.values():
        row[:] = [weight * (1 - SHRINK) for weight in row]


def _remember(fit: Fit) -> None:
    for feature, row in fit.weights.items():
        averages = fit.averages[feature]
        averages[:] = [whole + weight for whole, weight in zip(averages, row, strict=True)]


def _steps(feature: str, fits: list[Fit], steps: list[float]) -> list[int]:
    """The feature's weights for all labels in whole steps; the light ones, which would only fill the file, are none."""
    told: list[int] = []
    for fit, step, least in zip(fits, steps, STEPS_MIN, strict=True):
        weights = (round(weight / step) for weight in fit.weights[feature])
        told.extend(weight if abs(weight) >= least else 0 for weight in weights)
    return told


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL_FILE)
