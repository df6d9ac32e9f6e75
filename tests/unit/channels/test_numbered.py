"""Choices in words: a number that is shown means to the dialog what it stands beside."""

from collections.abc import Callable

import pytest

from channels.channel import Spoken
from channels.numbered import asked_in, in_words
from dialogs.engine import Step
from dialogs.messages import Choice, InboundMessage, Reply, Sender
from dialogs.nlu.embedded import understand_message
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, at_offers, talk, under_review


def _spoken(step: Step) -> tuple[Spoken, ...]:
    return tuple(Spoken(place, reply) for place, reply in enumerate(step.replies, start=1))


def _said(*choices: tuple[str, str], sender: Sender = "bot") -> Spoken:
    return Spoken(1, Reply("?", tuple(Choice(*choice) for choice in choices), sender=sender))


def _asked_for(actions: tuple[str, ...], first: Callable[[], Talk]) -> tuple[Talk, Step]:
    talked = first()
    step = talked.last
    for action in actions:
        step = talked.tap(action)
    assert step is not None
    return talked, step


def _two_lines() -> Talk:
    return talk(order(line("1", 1, 5900), line("2", 1, 900)))


def _two_orders() -> Talk:
    return talk(order(line("1", 1, 5900)), order(line("1", 1, 100), order_no="20261102-0002"))


def _delivered() -> Talk:
    return talk(delivered(NOW - DAY, line("1", 1, 3000)))


@pytest.mark.parametrize(
    ("first", "actions"),
    [
        (_two_lines, ("start:refund",)),
        (_two_orders, ("start:refund",)),
        (_two_lines, ("start:refund", f"order:{ORDER_NO}")),
        (_two_lines, ("start:refund", f"order:{ORDER_NO}", "lines:all")),
        (_delivered, ("start:refund", f"order:{ORDER_NO}")),
        (at_offers, ()),
        (under_review, ()),
        (_two_lines, ("back",)),
    ],
)
def test_each_number_means_its_choice(first: Callable[[], Talk], actions: tuple[str, ...]) -> None:
    talked, step = _asked_for(actions, first)
    numbered = asked_in(_spoken(step)).numbered

    assert numbered
    for number, choice in numbered:
        for words in (str(number), f"第{number}个", f"选{number}"):
            message = InboundMessage("m", NOW, words)
            assert understand_message(talked.state, message).action == choice.action, (words, choice)


@pytest.mark.parametrize("first", [_two_lines, _two_orders, _delivered, at_offers, under_review])
def test_every_choice_that_has_no_number_can_be_said(first: Callable[[], Talk]) -> None:
    talked, step = _asked_for(("start:refund",) if first is not at_offers and first is not under_review else (), first)
    asked = asked_in(_spoken(step))

    assert asked.worded
    for choice in asked.worded:
        message = InboundMessage("m", NOW, choice.label)
        read = understand_message(talked.state, message)
        assert read.action in {choice.action, None}
        assert read.action == choice.action or read.intent.value == "want_human"


def test_a_confirmation_has_no_numbers_so_that_a_digit_pays_nothing() -> None:
    asked = asked_in([_said(("确认退款", "confirm:yes"), ("先不退", "confirm:no"))])

    assert asked.numbered == ()
    assert in_words(asked, "zh-CN") == "可以回复“确认退款”“先不退”。"


def test_a_notice_gives_no_numbers_as_they_would_answer_the_question_before_it() -> None:
    asked = asked_in(
        [
            _said(("申请退款", "start:refund")),
            _said(("查看进度", "status:C1"), ("转人工", "human"), sender="system"),
        ]
    )

    assert asked.numbered == ()
    assert [choice.label for choice in asked.worded] == ["申请退款", "查看进度", "转人工"]


def test_repeated_ways_out_are_said_once() -> None:
    asked = asked_in([_said(("转人工", "human")), _said(("申请退款", "start:refund"), ("转人工", "human"))])

    assert in_words(asked, "zh-CN") == "1. 申请退款\n回复编号即可选择，也可以回复“转人工”。"
    assert in_words(asked, "en").endswith("Reply with a number to choose, or reply “转人工”.")


def test_without_choices_there_are_no_words() -> None:
    assert in_words(asked_in([_said()]), "en") == ""
    assert in_words(asked_in([]), "zh-CN") == ""
