"""What is no request: off-topic, anger, closing, threats; and how many turns a refund takes."""

from statistics import median

import pytest

from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, at_offers, talk


@pytest.mark.parametrize(
    "said",
    [
        "我要投诉你们", "再不处理我就打12315了", "我去消协", "我要申请拒付", "找律师起诉你们", "工商局见", "我要报警",
        "I'll file a chargeback", "my lawyer will contact you", "I will take you to court",
        "I am reporting you to trading standards",
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_on", [False, True])
def test_a_threat_brings_a_person_at_once_wherever_it_is_said(said: str, is_on: bool) -> None:
    talked = at_offers() if is_on else talk(order())

    taken = talked.say(said)

    assert taken.hand_over is not None
    assert talked.paid_out() == 0


@pytest.mark.parametrize("said", ["你们太差劲了！", "垃圾店，气死我了", "this is ridiculous, you are useless"])
def test_anger_gets_regret_a_person_and_the_open_question(said: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say(said)

    assert talked.replies()[0].choices[0].action == "human"
    assert talked.state.stack[-1].asking == "reason"
    assert "reason:damaged" in talked.actions()


def test_anger_at_the_confirmation_leaves_exactly_its_two_buttons_to_it() -> None:
    talked = at_offers()
    talked.tap(talked.action("offer:"))

    talked.say("你们太差劲了！")

    assert [choice.action for choice in talked.replies()[-1].choices] == ["confirm:yes", "confirm:no"]
    assert talked.paid_out() == 0


@pytest.mark.parametrize("said", ["今天天气怎么样", "what is your favourite colour"])
def test_off_topic_is_said_so_and_the_second_time_a_person_comes_first(said: str) -> None:
    talked = talk(order())
    talked.say(said)
    assert not talked.cases()
    assert talked.actions()[-1] == "human"

    talked.say(said)

    assert talked.actions()[0] == "human"


@pytest.mark.parametrize("said", ["谢谢", "好的谢谢你", "thanks a lot"])
def test_thanks_at_the_confirmation_confirm_nothing(said: str) -> None:
    talked = at_offers()
    talked.tap(talked.action("offer:"))

    talked.say(said)

    assert talked.paid_out() == 0
    assert talked.case().state is CaseState.OFFERED


@pytest.mark.parametrize("said", ["嗯嗯", "好的", "ok", "sure"])
def test_a_yes_to_nothing_is_no_miss(said: str) -> None:
    talked = talk(order())

    talked.say(said)

    assert talked.state.misses == 0
    assert not talked.state.stack


def _turns_to_submit(talked: Talk, opening: str) -> int:
    """Taps from an opening until a refund is submitted, taking the first button that leads on each time."""
    turns = 1
    (talked.tap if ":" in opening else talked.say)(opening)
    while talked.paid_out() == 0 and turns < 12:
        talked.tap(_onward(talked))
        turns += 1
    return turns


def _onward(talked: Talk) -> str:
    leaving = ("back", "human", "cancel", "withdraw", "remedy", "status", "reason:late")
    return next(action for action in talked.actions() if not action.startswith(leaving))


STARTS = {
    "order known, by buttons": (f"order:{ORDER_NO}", 3),
    "order, reason and way in one message": (f"订单{ORDER_NO}不想要了，原路退回", 2),
    "order and reason in one message": (f"I want a refund for order {ORDER_NO}, I changed my mind", 3),
    "reason told, order not": ("不想要了，我要退款", 4),
    "only the wish": ("我要退款", 5),
    "start button": ("start:refund", 5),
}


@pytest.mark.parametrize("start", STARTS)
def test_a_refund_is_submitted_after_few_turns_from_each_starting_point(start: str) -> None:
    opening, turns_max = STARTS[start]
    talked = talk(order(line("1", 1, 5900)))

    turns = _turns_to_submit(talked, opening)

    after_the_order = turns - 1 if opening.startswith("order:") else turns
    print(f"{start:40} {after_the_order} turns")
    assert after_the_order <= turns_max


def test_with_the_order_known_the_median_is_three_turns() -> None:
    orders = (
        order(line("1", 1, 5900)),
        order(line("1", 1, 5900), promised_ship_at=NOW - DAY),
        delivered(NOW - DAY, line("1", 1, 5900)),
    )
    turns = []
    for bought in orders:
        talked = talk(bought)
        talked.tap(f"order:{ORDER_NO}")
        wanted = next(a for a in talked.actions() if a in {"reason:late_shipping", "reason:no_longer_wanted"})
        talked.tap(wanted)
        taps = 1
        while talked.case().state is CaseState.OFFERED:
            talked.tap(_onward(talked))
            taps += 1
        turns.append(taps)

    assert median(turns) <= 3


def test_asking_for_help_shows_what_can_be_done_and_leaves_an_open_question_open() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))

    talked.tap("ask:help")
    assert talked.actions() == ["start:refund", "human"]

    talked.tap(f"order:{ORDER_NO}")
    talked.tap("ask:help")
    assert talked.state.stack[-1].asking == "reason"
    assert "reason:damaged" in talked.actions()
