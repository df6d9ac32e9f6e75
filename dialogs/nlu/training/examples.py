"""The examples of the YAML files beside this one, with what each is labelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from dialogs.nlu.learned import classifier_features

FOLDER = Path(__file__).parent
QUESTIONS = ("order", "lines", "quantity", "reason", "evidence", "resolution", "confirm")
ANYWHERE = frozenset({
    "want_human", "refund_status", "policy_question", "withdraw_request", "delivery_hurry", "anger", "thanks",
    "greeting", "other", "inform_done",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labels:
    """What a block of examples says of each of its lines; act, reason, resolution and expecting are its metadata."""

    act: str
    reason: str = "none"
    resolution: str = "none"
    expecting: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One line, as the classifier sees it, and its label for each head."""

    features: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]


def read_examples() -> tuple[Example, ...]:
    """Every example of every file, in the files' order by name.

    What may be said at any time is also shown to the trainer as said after a question.
    """
    found: list[Example] = []
    for file in sorted(FOLDER.glob("*.yml")):
        for intent, labels, text in lines_of(file):
            found.append(_example(intent, labels, text, labels.expecting))
            if labels.expecting is None and intent in ANYWHERE:
                found.append(_example(intent, labels, text, QUESTIONS[len(found) % len(QUESTIONS)]))
            elif intent == "give_reason" and labels.expecting is None:
                found.append(_example(intent, labels, text, "reason"))
    return tuple(found)


def lines_of(file: Path) -> Iterator[tuple[str, Labels, str]]:
    """Each line of one Rasa NLU file with its intent and the labels of its block."""
    blocks: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    for block in blocks:
        labels = msgspec.convert(block["metadata"], Labels)
        for line in str(block["examples"]).splitlines():
            yield block["intent"], labels, line.removeprefix("- ").strip()


def _example(intent: str, labels: Labels, text: str, expecting: str | None) -> Example:
    named = (("topic", intent), ("act", labels.act), ("reason", labels.reason), ("resolution", labels.resolution))
    return Example(tuple(classifier_features(text, expecting)), named)
