"""A wish and a question about the rules in one message: the question is answered and the wish carried out."""

import pytest

from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, accept, at_offers, talk


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("我要退款，运费谁出？", "寄回运费"),
        ("运费谁出？我要退货", "寄回运费"),
        ("I want a refund. Who pays the return postage?", "Return postage"),
        ("Do I have to pay the postage? I want to return this", "Return postage"),
    ],
)
def test_a_wish_and_a_question_are_both_taken(said: str, answered: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))

    talked.say(said)

    assert talked.replies()[0].text.find(answered) >= 0
    assert talked.state.stack[-1].asking == "order"
    assert talked.actions()[0] == f"order:{ORDER_NO}"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (f"订单{ORDER_NO}不想要了，退款，多久到账？", "确认之后就提交退款"),
        (
            f"refund order {ORDER_NO}, I don't want it any more. How long does the money take?",
            "submitted once you confirm",
        ),
    ],
)
def test_the_question_is_answered_for_the_very_order(said: str, answered: str) -> None:
    talked = talk(order(line("1", 1, 3000)))

    talked.say(said)

    assert answered in talked.texts()
    assert ORDER_NO in talked.texts()
    assert talked.case().state is CaseState.OFFERED
    assert talked.state.stack[-1].asking == "resolution"


@pytest.mark.parametrize("said", ["收到就碎了，要拍照吗？", "It arrived broken. Do I need photos?"])
def test_a_reason_and_a_question_at_the_question_why(said: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert "最多 9 张" in talked.texts() or "up to 9" in talked.texts()
    assert talked.state.stack[-1].asking == "evidence"
    assert talked.state.slots.reason == "damaged"


@pytest.mark.parametrize("said", ["原路退回，多久到账？", "back to my card please, how long does that take?"])
def test_a_way_and_a_question_lead_to_its_confirmation(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.actions() == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0


@pytest.mark.parametrize(
    "said", ["确认，多久到账？", "yes, but who pays the postage?", "好的，运费谁出？", "是，钱什么时候到？"]
)
def test_a_yes_with_a_question_confirms_nothing(said: str) -> None:
    talked = at_offers()
    accept(talked, "original_route")

    talked.say(said)

    assert talked.paid_out() == 0
    assert talked.state.stack[-1].asking == "confirm"


@pytest.mark.parametrize("said", ["你好，运费谁出？", "可以退款吗？多久到账？", "Hello, how long does a refund take?"])
def test_a_question_alone_starts_nothing(said: str) -> None:
    talked = talk(order(line("1", 1, 3000)))

    talked.say(said)

    assert not talked.state.stack


def test_a_person_who_is_asked_for_beside_a_question_comes_at_once() -> None:
    talked = talk(order(line("1", 1, 3000)))

    taken = talked.say("运费谁出？转人工")

    assert taken.hand_over is not None
