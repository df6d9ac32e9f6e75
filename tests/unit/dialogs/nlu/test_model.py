"""The model that ships: small, quick to load, and what training makes of the examples."""

import subprocess
import sys
import timeit
from pathlib import Path
from time import process_time

import msgspec
import pytest

from dialogs.nlu.classifier import Classifier, Head, StoredModel, packed, unpacked
from dialogs.nlu.stored_model import MODEL_FILE


def test_the_model_is_small_and_loads_at_once() -> None:
    seconds = min(
        timeit.repeat(
            lambda: Classifier(msgspec.json.decode(MODEL_FILE.read_bytes(), type=StoredModel)),
            number=1,
            repeat=5,
            timer=process_time,
        )
    )

    assert MODEL_FILE.stat().st_size <= 1_000_000
    assert seconds < 0.1


@pytest.mark.timeout(900)  # it works all the time, so a busy machine makes it longer
def test_training_writes_the_same_model_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "model.json"

    subprocess.run([sys.executable, "-m", "dialogs.nlu.training.train", str(file)], check=True)

    assert file.read_bytes() == MODEL_FILE.read_bytes()


def test_the_scores_are_the_sum_of_the_features_weights() -> None:
    model = packed((Head("topic", ("a", "b"), 1.0, (0.0, 0.0)),), {"x": "0P1N", "y": "0P"})

    shares = Classifier(model).scores(["x", "y", "unknown"])["topic"]

    assert shares["a"] == pytest.approx(0.952574, abs=1e-6)
    assert sum(shares.values()) == pytest.approx(1)


def test_a_text_without_known_features_is_scored_by_its_start() -> None:
    model = packed((Head("topic", ("a", "b"), 1.0, (0.0, 0.0)),), {"x": "0P1N"})

    assert Classifier(model).scores([])["topic"] == {"a": 0.5, "b": 0.5}


def test_features_that_begin_alike_are_told_apart_when_read_back() -> None:
    weights = {"退": "0P", "退款": "1P", "退款吗": "0N", "a b": "1N", "a": "0P1N"}

    assert unpacked(packed((), weights)) == weights
