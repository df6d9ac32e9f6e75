"""Who waits for a person knows their place, and can go back to the assistant until somebody takes over."""

from dataclasses import replace
from datetime import datetime

import pytest

from dialogs.hours import StaffHours
from dialogs.nlu.queueing import goes_back
from tests.unit.core.shop import line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, Talk, talk


def _waiting(before: int = 0, *, at: str = "", **more: object) -> Talk:
    """Handed over at a question, as the turn loop leaves it."""
    talked = talk(order(line("1", 3, 3000)), waiting_before=before, **more)
    if at:
        talked.tap(at)
    taken = talked.say("转人工")
    assert taken.hand_over is not None
    talked.state = replace(talked.state, holder="queue", epoch=talked.state.epoch + 1, waiting_since=_now(talked))
    return talked


HOURS = StaffHours("Asia/Shanghai", (((9 * 60, 21 * 60),),) * 7)


def _now(talked: Talk) -> datetime:
    return talked.now


@pytest.mark.parametrize(("before", "said"), [(0, "您前面没有人在等"), (3, "您前面还有 3 位在等")])
def test_whoever_is_handed_over_is_told_their_place_the_hours_and_the_way_back(before: int, said: str) -> None:
    talked = _waiting(before, merchant=replace(MERCHANT, hours=HOURS))

    assert said in talked.texts()
    assert "09:00" in talked.texts()
    assert talked.actions() == ["back"]
    assert talked.replies()[0].choices[0].label == "回到智能助手"


@pytest.mark.parametrize(
    "how",
    [
        "/back",
        "回到智能助手",
        "不等了",
        "算了不等人工了",
        "返回",
        "我不用人工了",
        "back to the assistant",
        "never mind",
        "stop waiting",
        "I don't want to wait any longer",
    ],
)
def test_the_way_back_leads_to_the_question_that_was_open(how: str) -> None:
    talked = _waiting(at=f"order:{ORDER_NO}")
    epoch = talked.state.epoch

    taken = talked.tap("back") if how == "/back" else talked.say(how)

    assert (talked.state.holder, talked.state.waiting_since) == ("bot", None)
    assert talked.state.epoch == epoch + 1
    assert {reply.sender for reply in taken.replies} == {"bot"}
    assert talked.state.stack[-1].asking == "lines"
    assert "line:1*3" in talked.actions()
    talked.tap("line:1*2")
    assert talked.state.slots.lines == (("1", 2),)


def test_the_way_back_with_nothing_open_leads_to_what_can_be_done() -> None:
    talked = _waiting()

    talked.tap("back")

    assert talked.actions() == ["start:refund", "human"]


@pytest.mark.parametrize(
    "said",
    [
        "/human",
        "还要等多久",
        "前面还有几个人",
        "转人工",
        "我排第几",
        "how long do I have to wait",
        "how many before me?",
    ],
)
def test_the_place_is_told_whenever_it_is_asked_for(said: str) -> None:
    talked = _waiting(2)

    taken = talked.tap("human") if said == "/human" else talked.say(said)

    assert "2 " in talked.texts()
    assert {reply.sender for reply in taken.replies} == {"system"}
    assert talked.state.holder == "queue"
    assert talked.wanted.waiting_since == talked.state.waiting_since


@pytest.mark.parametrize("action", ["start:refund", "confirm:yes", "line:1*1", "cancel", "x:y"])
def test_a_button_of_before_does_nothing(action: str) -> None:
    talked = _waiting(2, at=f"order:{ORDER_NO}")
    before = talked.state

    taken = talked.tap(action)

    assert (taken.replies, taken.changes, talked.state) == ((), (), before)


@pytest.mark.parametrize(
    "said",
    ["杯子收到的时候就碎了三个", "我的订单号是20261101-0001", "please refund the blue mug, it leaks", "是", "yes", "2"],
)
def test_what_is_told_to_the_person_is_answered_by_nobody(said: str) -> None:
    talked = _waiting(at=f"order:{ORDER_NO}")
    before = talked.state

    taken = talked.say(said)

    assert taken.replies == ()
    assert talked.state == before
    assert talked.wanted.is_empty()


@pytest.mark.parametrize("said", ["back", "/back", "还要等多久", "不等了", "转人工"])
def test_once_a_person_holds_the_conversation_nothing_is_said(said: str) -> None:
    talked = _waiting()
    talked.state = replace(talked.state, holder="0193-staff")
    before = talked.state

    taken = talked.tap("back") if said == "/back" else talked.say(said)

    assert (taken.replies, taken.changes, talked.state) == ((), (), before)


@pytest.mark.parametrize(
    "said", ["back pain cream is not what I ordered", "不等于我要的那个", "我等了三天了，给我退款", "1和3坏了"]
)
def test_other_words_are_no_way_back(said: str) -> None:
    assert not goes_back(said)


def test_an_anonymous_visitor_has_the_way_back_too() -> None:
    talked = talk(waiting_before=4)
    talked.state = replace(talked.state, customer=None)
    talked.say("转人工")
    assert talked.actions() == ["back"]
    talked.state = replace(talked.state, holder="queue")

    talked.say("不等了")

    assert talked.state.holder == "bot"
