"""Given back by a person: one reply says where things stand, and what was known or told meanwhile is not lost."""

from dataclasses import replace

import pytest

from dialogs.flows.resuming import resume, resume_needs, told_meanwhile
from dialogs.messages import Reply
from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, at_offers, talk, under_review


def _given_back(talked: Talk, *told: str) -> Reply:
    """What the desk does when a person gives the conversation back."""
    talked.state = replace(talked.state, holder="bot", epoch=talked.state.epoch + 2, waiting_since=None)
    meanwhile = told_meanwhile(talked.state, told)
    facts = talked.facts_for(resume_needs(talked.state, meanwhile))
    taken = resume(talked.state, "人工客服 Wang 已结束服务。", meanwhile, facts, now=talked.now, ids=talked.ids())
    talked.state, talked.last = taken.conversation, taken
    (reply,) = taken.replies
    assert reply.sender == "system"
    assert reply.text.startswith("人工客服 Wang 已结束服务。")
    assert not taken.changes
    return reply


def test_a_question_that_was_open_is_put_again_with_all_that_was_told() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 3, 3000), line("2", 1, 1000)))
    for action in (f"order:{ORDER_NO}", "line:1*2", "human"):
        talked.tap(action)

    reply = _given_back(talked, "杯子碎了两个")

    assert "刚才的问题是" in reply.text
    assert "reason:damaged" in [choice.action for choice in reply.choices]
    talked.tap("reason:no_longer_wanted")
    assert [(it.line_no, it.quantity) for it in talked.case().claim.lines] == [("1", 2)]


def test_a_case_that_was_open_is_told_with_its_state_and_what_can_be_done() -> None:
    talked = under_review()
    talked.tap("human")

    reply = _given_back(talked)

    assert talked.case().case_no in reply.text
    assert "人工审核中" in reply.text
    assert talked.state.slots.case_no == talked.case().case_no
    assert talked.state.slots.order_no == ORDER_NO
    assert talked.state.stack == ()


def test_what_the_person_decided_is_what_is_told() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    talked.tap("human")
    talked.put(replace(talked.case(), state=CaseState.REFUNDED, due=None))

    reply = _given_back(talked)

    assert "已退款" in reply.text
    talked.tap("confirm:yes")
    assert talked.paid_out() == 0


def test_offers_that_still_wait_are_one_tap_away() -> None:
    talked = at_offers()
    talked.tap("human")

    reply = _given_back(talked)

    assert reply.choices[0].action == f"order:{ORDER_NO}"
    talked.tap(reply.choices[0].action)
    assert talked.state.stack[-1].asking == "resolution"


@pytest.mark.parametrize("told", [("我的订单是DEMO-1003，碎了",), ("订单DEMO-1003", "收到的时候就碎了", "好的谢谢")])
def test_an_order_and_a_reason_told_to_the_person_are_known_afterwards(told: tuple[str, ...]) -> None:
    bought = delivered(NOW - DAY, line("1", 1, 3000), order_no="DEMO-1003")
    talked = talk(bought, order(line("1", 1, 4000)))
    talked.tap("human")

    reply = _given_back(talked, *told)

    assert "DEMO-1003" in reply.text
    talked.tap(reply.choices[0].action)
    assert talked.state.slots.order_no == "DEMO-1003"
    assert talked.state.slots.reason == "damaged"
    assert talked.state.stack[-1].asking == "evidence"


@pytest.mark.parametrize("told", [(), ("订单DEMO-9999坏了",), ("谢谢",)])
def test_with_nothing_known_what_can_be_done_is_told(told: tuple[str, ...]) -> None:
    talked = talk(order(line("1", 1, 4000)))
    talked.tap("human")

    reply = _given_back(talked, *told)

    assert [choice.action for choice in reply.choices] == ["start:refund", "human"]


def test_a_case_that_was_over_long_ago_is_not_brought_up() -> None:
    talked = under_review()
    talked.put(replace(talked.case(), state=CaseState.REJECTED, due=None, conversation_id="0193-talk"))
    talked.state = replace(talked.state, slots=replace(talked.state.slots, case_no=None, order_no=None), stack=())
    talked.now += 9 * DAY

    reply = _given_back(talked)

    assert talked.case().case_no not in reply.text


def test_an_anonymous_visitor_is_told_what_can_be_done() -> None:
    talked = talk(order(line("1", 1, 4000)))
    talked.state = replace(talked.state, customer=None)

    reply = _given_back(talked, f"订单{ORDER_NO}")

    assert ORDER_NO not in reply.text
