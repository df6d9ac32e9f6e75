"""The trained model that ships with the program."""

from functools import cache
from pathlib import Path

import msgspec

from dialogs.nlu.classifier import Classifier, StoredModel

MODEL_FILE = Path(__file__).with_name("model.json")


@cache
def shipped_classifier() -> Classifier:
    """The classifier of model.json, read once, by the first message that needs it."""
    return Classifier(msgspec.json.decode(MODEL_FILE.read_bytes(), type=StoredModel))
