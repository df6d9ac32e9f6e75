"""What may happen beside a refund: status, withdrawing, appeals, pictures, parcels, people, and going back."""

from dataclasses import replace

import pytest

from dialogs.hours import StaffHours
from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, ZONE, delivered, line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, talk


def test_cancel_ends_an_offered_case_and_pays_nothing() -> None:
    talked = talk(order(line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    talked.tap("cancel")

    assert talked.case().state is CaseState.WITHDRAWN
    assert talked.state.stack == ()
    assert talked.paid_out() == 0


def test_back_goes_one_question_back_each_time() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 2, 3000), line("2", 1, 500)), order(order_no="A-2"))
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:damaged"):
        talked.tap(action)

    asked = []
    for _ in range(3):
        talked.tap("back")
        asked.append(talked.state.stack[-1].asking)

    assert asked == ["reason", "lines", "order"]


def test_back_from_the_offers_ends_the_case_and_asks_the_reason_again() -> None:
    talked = talk(order(line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    talked.tap("back")

    assert talked.case().state is CaseState.WITHDRAWN
    talked.tap("reason:ordered_by_mistake")
    assert sorted(case.state for case in talked.cases()) == [CaseState.OFFERED, CaseState.WITHDRAWN]


@pytest.mark.parametrize(
    "said", ["转人工", "我要投诉", "打12315", "I want to talk to a human", "I will call my lawyer"]
)
def test_a_person_is_had_by_words_at_any_moment(said: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    taken = talked.say(said)

    assert taken.hand_over is not None
    assert taken.replies[0].sender == "system"


def test_the_case_that_is_talked_about_goes_to_the_person_along() -> None:
    talked = talk(order(line("1", 1, 3000)), merchant=replace(MERCHANT, hours=StaffHours(ZONE, (((0, 24 * 60),),) * 7)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)

    taken = talked.tap("human")

    assert taken.hand_over is not None
    assert taken.hand_over.case_no == talked.case().case_no
    assert "00:00–24:00" in talked.texts()


@pytest.mark.parametrize("holder", ["queue", "0193-staff"])
def test_nothing_is_said_or_read_while_a_person_holds_the_conversation(holder: str) -> None:
    talked = talk(order())
    talked.state = replace(talked.state, holder=holder)

    taken = talked.tap("start:refund")

    assert taken.replies == ()
    assert talked.wanted.is_empty()
    assert taken.conversation == talked.state


def test_the_first_contact_says_who_answers_what_is_kept_and_how_to_reach_a_person() -> None:
    talked = talk(order())
    talked.state = replace(talked.state, is_greeted=False)

    talked.tap("start:refund")
    first = talked.replies()[0]
    talked.tap("start:refund")

    assert "智能助手" in first.text
    assert "保存" in first.text
    assert first.choices[0].action == "human"
    assert "智能助手" not in talked.texts()


def test_the_session_locale_speaks_first_then_the_customers_own_language() -> None:
    talked = talk(order(), locale="en")
    talked.state = replace(talked.state, is_greeted=False)
    talked.tap("start:refund")
    assert "automated assistant" in talked.texts()

    talked.say("我要人工")

    assert talked.state.locale == "zh-CN"


def test_two_misses_put_a_person_first() -> None:
    talked = talk(order())
    talked.say("asdf qwer")
    assert talked.actions()[0] == "start:refund"

    talked.say("zxcv zxcv")

    assert talked.actions()[0] == "human"
    assert talked.state.misses == 2


@pytest.mark.parametrize(
    "action", ["reason:damaged", "line:1*1", "lines:all", "evidence:skip", "remedy:exchange", "nonsense"]
)
def test_a_button_that_no_longer_fits_is_answered_with_the_current_question(action: str) -> None:
    talked = talk(order(line("1", 1, 3000)), order(order_no="A-2"))
    talked.tap("start:refund")

    talked.tap(action)

    assert "已经失效" in talked.texts()
    assert f"order:{ORDER_NO}" in talked.actions()
    assert not talked.cases()


def test_a_reason_that_does_not_fit_the_situation_is_not_taken() -> None:
    talked = talk(order(line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.tap("reason:damaged")

    assert not talked.cases()
    assert "reason:damaged" not in talked.actions()


@pytest.mark.parametrize(
    "said", ["能退吗？", "七天无理由退货运费谁出", "what is your return policy?", "can I return this?"]
)
def test_a_question_about_the_rules_starts_nothing(said: str) -> None:
    talked = talk(order())

    talked.say(said)

    assert talked.state.stack == ()
    assert not talked.cases()


def test_an_anonymous_visitor_is_told_how_to_be_recognised() -> None:
    talked = talk(order())
    talked.state = replace(talked.state, customer=None)

    talked.tap("verify:order")

    assert "登录" in talked.texts()
    assert replace(talked.wanted, proof=None).is_empty()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My Shop", "我是 My Shop 的智能助手"),
        ("拾光家居", "我是拾光家居的智能助手"),
        ("Tea 茶铺", "我是 Tea 茶铺的智能助手"),
    ],
)
def test_latin_letters_of_a_shops_name_stand_apart_from_chinese_ones(name: str, said: str) -> None:
    talked = talk(merchant=replace(MERCHANT, name=name))
    talked.state = replace(talked.state, is_greeted=False)

    talked.tap("ask:help")

    assert said in talked.texts()
