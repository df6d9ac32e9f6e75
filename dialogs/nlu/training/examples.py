"""What the trainer is shown: the written lines and the messages made of them, as the classifier sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialogs.nlu.learned import classifier_features
from dialogs.nlu.training.compose import composed
from dialogs.nlu.training.lines import Line, read_lines

QUESTIONS = ("order", "lines", "quantity", "reason", "evidence", "resolution", "confirm")
WISHES = frozenset({"refund_request", "exchange_request", "cancel_order"})
WISHED_AT = ("reason", "order", "reason", "lines", "evidence")
OTHER_QUESTIONS = ("order", "lines", "evidence", "order", "lines", "resolution")
ANYWHERE = frozenset({
    "want_human", "refund_status", "policy_question", "withdraw_request", "delivery_hurry", "anger", "thanks",
    "greeting", "other", "inform_done",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """One line, as the classifier sees it, and its label for each head."""

    features: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]


def read_examples() -> tuple[Example, ...]:
    """Every example that the files beside this one give."""
    return tuple(examples_of(read_lines()))


def examples_of(lines: Sequence[Line]) -> Iterator[Example]:
    """The examples of these lines. What may be said at any time is also shown as said after a question."""
    for number, line in enumerate(lines):
        yield _example(line, line.labels.expecting)
        if line.labels.expecting is not None:
            if line.labels.expecting == "resolution" and line.intent == "choose":
                yield _example(line, ("confirm", "reason")[number % 2])
            continue
        if line.intent in ANYWHERE:
            yield _example(line, QUESTIONS[number % len(QUESTIONS)])
        elif line.intent in WISHES and number % 4 == 1:
            yield _example(line, WISHED_AT[number // 4 % len(WISHED_AT)])
        elif line.intent == "give_reason":
            yield _example(line, "reason")
            yield _example(line, OTHER_QUESTIONS[number % len(OTHER_QUESTIONS)])
    for line in composed(lines):
        yield _example(line, line.labels.expecting)


def _example(line: Line, expecting: str | None) -> Example:
    labels = line.labels
    named = (("topic", line.intent), ("act", labels.act), ("reason", labels.reason), ("resolution", labels.resolution))
    return Example(tuple(classifier_features(line.text, expecting)), named)
