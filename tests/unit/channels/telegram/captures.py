"""The captured updates, as bytes and as values that a test may change."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "captures" / "telegram"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def captured(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def update(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(captured(name))
    return read
