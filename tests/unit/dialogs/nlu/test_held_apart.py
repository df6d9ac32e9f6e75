"""The promises of understanding, on messages that were written apart from the training and never trained on."""

from pathlib import Path

import pytest

from bot.cli.nlu_eval import Evaluation, evaluate, read_rows
from dialogs.nlu.training.lines import FOLDER, lines_of

HERE = Path(__file__).parent
RIGHT_MIN = {"zh": 0.90, "en": 0.88}
OTHER_SETS = ("unseen_a", "unseen_b", "unseen_c", "development")
DEVELOPMENT_RIGHT_MIN = {"zh": 0.88, "en": 0.88}


@pytest.fixture(scope="module", params=["zh", "en"])
def measured(request: pytest.FixtureRequest) -> tuple[str, Evaluation]:
    return request.param, evaluate(read_rows(HERE / f"held_apart_{request.param}.jsonl"))


def test_most_messages_are_understood(measured: tuple[str, Evaluation]) -> None:
    language, evaluation = measured

    assert evaluation.n >= 250
    assert evaluation.accuracy is not None
    assert evaluation.accuracy >= RIGHT_MIN[language]


def test_hardly_any_refund_starts_unasked(measured: tuple[str, Evaluation]) -> None:
    _, evaluation = measured

    assert evaluation.false_start_rate is not None
    assert evaluation.false_start_rate <= 0.02


def test_who_wants_a_person_is_heard(measured: tuple[str, Evaluation]) -> None:
    _, evaluation = measured

    assert evaluation.want_human_recall is not None
    assert evaluation.want_human_recall >= 0.98


def test_a_named_resolution_is_found(measured: tuple[str, Evaluation]) -> None:
    _, evaluation = measured

    assert evaluation.resolution_accuracy is not None
    assert evaluation.resolution_accuracy >= 0.95


def test_a_named_reason_is_found(measured: tuple[str, Evaluation]) -> None:
    _, evaluation = measured

    assert evaluation.reason_accuracy is not None
    assert evaluation.reason_accuracy >= 0.9


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", OTHER_SETS)
def test_messages_by_other_hands_are_understood_and_start_nothing_unasked(name: str, language: str) -> None:
    evaluation = evaluate(read_rows(HERE / f"{name}_{language}.jsonl"))

    right_min = DEVELOPMENT_RIGHT_MIN if name == "development" else RIGHT_MIN
    assert evaluation.accuracy is not None
    assert evaluation.accuracy >= right_min[language]
    assert evaluation.false_start_rate is not None
    assert evaluation.false_start_rate <= 0.02
    assert evaluation.want_human_recall is not None
    assert evaluation.want_human_recall >= 0.95


def test_training_files_cover_every_intent_with_at_least_a_hundred_and_fifty_lines() -> None:
    for language in ("zh", "en"):
        intents = [intent for intent, _, _ in lines_of(FOLDER / f"{language}.yml")]

        assert len(set(intents)) == 17
        assert min(intents.count(intent) for intent in set(intents)) >= 150
