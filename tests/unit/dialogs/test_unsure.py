"""Not sure what was meant: one of two readings is chosen, and who is lost twice is offered a person."""

from datetime import timedelta

import pytest

from dialogs.commands import Clarify, StartRefund
from dialogs.engine import needs, step
from dialogs.flows.routes import commands_of
from dialogs.messages import InboundMessage
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, talk


def _says_unclearly(talked: Talk, first: Intent, second: Intent, confidence: float = 0.4) -> Step:
    """A message that the understanding gives two readings of."""
    message = InboundMessage("m", talked.now, "嗯那个退款的事")
    read = Understanding(first, confidence, entities=(("second", second.value),), locale="zh-CN")
    facts = talked.facts_for(needs(talked.state, message, read))
    taken = step(talked.state, message, read, facts, now=talked.now + timedelta(seconds=1), ids=talked.ids())
    talked.state, talked.last = taken.conversation, taken
    return taken


def test_two_readings_are_two_buttons_and_nothing_is_started() -> None:
    talked = talk(order())

    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.REFUND_REQUEST)

    assert talked.actions() == ["ask:status", "start:refund", "human"]
    assert not talked.cases()


@pytest.mark.parametrize("answer", ["2", "第二个", "申请退款", "second"])
def test_a_typed_answer_decides(answer: str) -> None:
    talked = talk(order())
    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.REFUND_REQUEST)

    talked.say(answer)

    assert talked.state.stack[-1].asking == "order"
    assert len(talked.state.stack) == 1


def test_the_other_reading_is_answered_and_leaves_nothing_behind() -> None:
    talked = talk(order())
    _says_unclearly(talked, Intent.DELIVERY_HURRY, Intent.POLICY_QUESTION)

    talked.tap("ask:delivery")

    assert talked.state.stack == ()
    assert "还没有发货" in talked.texts()


def test_within_a_refund_the_question_can_be_gone_back_to() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.POLICY_QUESTION)
    assert talked.actions() == ["ask:status", "ask:policy", "back", "human"]

    talked.tap("back")

    assert talked.state.stack[-1].asking == "reason"
    assert "reason:damaged" in talked.actions()


def test_words_that_answer_the_open_question_are_taken_after_an_unclear_one() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.POLICY_QUESTION)

    talked.say("尺码不合适")

    assert talked.case().claim.reason == "size_fit"


def test_the_second_time_a_person_comes_first() -> None:
    talked = talk(order())
    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.REFUND_REQUEST)

    _says_unclearly(talked, Intent.REFUND_STATUS, Intent.DELIVERY_HURRY)

    assert talked.actions()[0] == "human"


@pytest.mark.parametrize(
    ("first", "second", "confidence"),
    [
        (Intent.OTHER, Intent.REFUND_REQUEST, 0.4),
        (Intent.REFUND_REQUEST, Intent.CANCEL_ORDER, 0.4),
        (Intent.REFUND_STATUS, Intent.REFUND_REQUEST, 0.1),
    ],
)
def test_no_choice_is_made_of_one_reading_or_of_none(first: Intent, second: Intent, confidence: float) -> None:
    talked = talk(order())

    _says_unclearly(talked, first, second, confidence)

    assert "没有理解" in talked.texts()


def test_a_sure_reading_is_not_asked_about() -> None:
    message = InboundMessage("m", NOW, "退款")
    sure = Understanding(Intent.REFUND_REQUEST, 0.9, entities=(("second", "refund_status"),))

    assert commands_of(talk().state, message, sure) == (StartRefund(),)
    assert commands_of(talk().state, message, Understanding(Intent.REFUND_STATUS, 0.5, entities=sure.entities)) != (
        Clarify("refund_status", "refund_status"),
    )
