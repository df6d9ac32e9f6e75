"""The lines of the YAML files beside this one, with what each is labelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Labels:
    """What a block of examples says of each of its lines; act, reason, resolution and expecting are its metadata."""

    act: str
    reason: str = "none"
    resolution: str = "none"
    expecting: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one language's file: what somebody might write, and how it is to be read."""

    language: str
    intent: str
    labels: Labels
    text: str


def read_lines() -> tuple[Line, ...]:
    """Every line of every file, in the files' order by name."""
    return tuple(
        Line(file.stem.partition("_")[0], intent, labels, text)
        for file in sorted(FOLDER.glob("*.yml"))
        for intent, labels, text in lines_of(file)
    )


def lines_of(file: Path) -> Iterator[tuple[str, Labels, str]]:
    """Each line of one Rasa NLU file with its intent and the labels of its block."""
    blocks: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    for block in blocks:
        labels = msgspec.convert(block["metadata"], Labels)
        for line in str(block["examples"]).splitlines():
            yield block["intent"], labels, line.removeprefix("- ").strip()
