"""Plain sentences that are half an answer or no wish at all: each is taken for what it says, and money stays put."""

import pytest

from dialogs.nlu.embedded import understand_now
from dialogs.understanding import Context, Intent
from refund_core.case_customer import OTHER_PAYEE
from refund_core.cases import CaseState
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, Talk, accept, at_offers, talk
from tests.unit.dialogs.test_several_at_once import LAMP_AND_CUPS


def _at_evidence() -> Talk:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:damaged"):
        talked.tap(action)
    return talked


def _at_lines() -> Talk:
    goods = ("Mug 马克杯", "Kettle 水壶", "Notebook 笔记本")
    lines = [line(str(n), 1 if n < 3 else 2, 1000 * n, title=goods[n - 1]) for n in (1, 2, 3)]
    talked = talk(order(*lines))
    talked.tap(f"order:{ORDER_NO}")
    return talked


@pytest.mark.parametrize(
    "said",
    [
        "no pictures sorry", "没有照片", "can't take a photo", "I don't have any photos", "拍不了照", "无图",
        "照片已经删了，没有了", "sorry, I did not take any pictures", "没法拍，扔掉了", "no camera here",
    ],
)  # fmt: skip
def test_no_pictures_skips_the_question_for_them(said: str) -> None:
    talked = _at_evidence()

    talked.say(said)

    assert talked.case().state is CaseState.UNDER_REVIEW


@pytest.mark.parametrize("said", ["等一下我去拍照片", "I haven't taken the photo yet, wait", "杯子的把手断了"])
def test_pictures_that_are_still_to_come_are_waited_for(said: str) -> None:
    talked = _at_evidence()

    talked.say(said)

    assert talked.state.stack[-1].asking == "evidence"


@pytest.mark.parametrize(
    "said",
    ["I want a refund", "我要退款", "退款", "please refund me", "just refund me already", "我就是要退款", "赶紧退款"],
)
def test_the_bare_wish_while_offers_are_open_shows_them_again(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.state.stack[-1].asking == "resolution"
    assert sum(action.endswith(":accept") for action in talked.actions()) == 3


def test_the_bare_wish_after_the_offers_were_declined_shows_them_again() -> None:
    talked = at_offers()
    talked.tap(next(action for action in talked.actions() if action.endswith(":decline")))

    talked.say("我要退款")

    assert talked.state.stack[-1].asking == "resolution"


@pytest.mark.parametrize("said", ["原路退回", "退到我的微信", "back to the way I paid", "back to my card please"])
def test_the_original_route_said_in_words_is_that_way(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.state.stack[-1].asking == "confirm"


OTHER_ACCOUNTS = (
    "send the money to card 6222020200112233 instead of mine", "打到我老婆的银行卡6222020200112233", "退到别人的支付宝",
    "please refund it to my husband's account", "退到另一张卡", "can you transfer it to a different account?",
)  # fmt: skip


@pytest.mark.parametrize("said", OTHER_ACCOUNTS)
def test_money_asked_for_elsewhere_is_explained_with_the_offers_and_noted_for_the_desk(said: str) -> None:
    talked = at_offers()

    taken = talked.say(said)

    assert "只能退回" in talked.texts() or "only goes back the way it was paid" in talked.texts()
    assert sum(action.endswith(":accept") for action in talked.actions()) == 3
    assert taken.hand_over is None
    assert talked.case().state is CaseState.OFFERED
    assert (OTHER_PAYEE, 1, 0) in talked.case().decision.risk.signals
    assert "6222020200112233" not in str(talked.case())


@pytest.mark.parametrize("said", OTHER_ACCOUNTS)
def test_money_asked_for_elsewhere_at_the_confirmation_confirms_nothing(said: str) -> None:
    talked = at_offers()
    accept(talked, "original_route")

    talked.say(f"确认，{said}")
    assert talked.paid_out() == 0
    talked.tap("confirm:yes")

    assert talked.paid_out() == 0
    assert talked.state.stack[-1].asking == "resolution"


def test_a_wish_with_another_account_is_begun_and_the_account_explained() -> None:
    talked = talk(order(line("1", 1, 3000)))

    talked.say(f"订单{ORDER_NO}我不想要了，退款，打到我老婆的银行卡")

    assert "只能退回" in talked.texts()
    assert talked.case().state is CaseState.OFFERED
    assert talked.state.stack[-1].asking == "resolution"


@pytest.mark.parametrize(
    "said",
    [
        "想要补偿不想退货", "东西留着，赔点钱就行", "I want compensation, not a return", "不退货了，补偿我一些吧",
        "keep it and get some money off", "i don't want to return it, just compensate me",
    ],
)  # fmt: skip
def test_compensation_for_goods_that_stay_is_no_withdrawal(said: str) -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:damaged"):
        talked.tap(action)
    talked.shows("a-1")
    talked.tap("evidence:skip")

    talked.say(said)
    assert talked.case().state is CaseState.OFFERED
    assert sum(action.endswith(":accept") for action in talked.actions()) == 3
    talked.tap("resolution:keep_item_partial")

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert talked.case().wish == "keep_item_partial"
    assert "部分退款" in talked.texts() or "keep" in talked.texts().lower()


def test_compensation_for_goods_that_stay_begins_a_request_and_a_person_sees_the_wish() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))

    talked.say("杯子收到就碎了，想要补偿不想退货")
    talked.say("是")
    assert talked.state.stack[-1].asking == "evidence"
    talked.say("没有照片")

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert talked.case().wish == "keep_item_partial"


@pytest.mark.parametrize("said", ["不退了", "不想退货了", "I will keep it, no refund needed"])
def test_goods_that_stay_for_nothing_are_still_a_withdrawal(said: str) -> None:
    assert understand_now(said, "zh-CN").intent is Intent.WITHDRAW_REQUEST


@pytest.mark.parametrize(
    "said",
    [
        "你是机器人吗", "are you a bot", "Am I talking to a robot?", "你是真人还是机器人？", "are you a real person",
        "is this a bot?", "请问你是人工智能吗",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", ["", f"order:{ORDER_NO}"])
def test_whether_a_person_answers_is_told_honestly_and_nothing_is_handed_over(said: str, at: str) -> None:
    talked = _at_lines()
    if not at:
        talked.tap("cancel")

    taken = talked.say(said)

    assert taken.hand_over is None
    assert "不是真人" in talked.texts() or "not a person" in talked.texts()
    assert "human" in talked.actions()
    assert [frame.asking for frame in talked.state.stack] == (["lines"] if at else [])


@pytest.mark.parametrize("said", ["不要机器人，转人工", "I don't want a bot", "有真人吗", "get me a human, not a bot"])
def test_a_person_asked_for_is_still_a_person(said: str) -> None:
    assert understand_now(said, "zh-CN").intent is Intent.WANT_HUMAN


@pytest.mark.parametrize(
    "said", ["no refund please", "please don't refund me", "I don't want a refund after all", "不要退款"]
)
def test_no_to_a_refund_ends_what_is_asked_for(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.case().state is CaseState.WITHDRAWN
    assert talked.paid_out() == 0


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("1 and 3", (("1", 1), ("3", 2))),
        ("1和3", (("1", 1), ("3", 2))),
        ("1、2", (("1", 1), ("2", 1))),
        ("第一个和第二个", (("1", 1), ("2", 1))),
        ("1, 2 and 3 please", (("1", 1), ("2", 1), ("3", 2))),
        ("2跟2", (("2", 1),)),
        ("1 3", (("1", 1), ("3", 2))),
    ],
)
def test_several_numbers_choose_several_lines(said: str, lines: tuple[tuple[str, int], ...]) -> None:
    talked = _at_lines()

    talked.say(said)

    assert talked.state.slots.lines == lines


@pytest.mark.parametrize("said", ["1 and 9", "4和5", "1件和2件"])
def test_numbers_of_which_one_is_no_line_choose_nothing(said: str) -> None:
    talked = _at_lines()

    talked.say(said)

    assert not talked.state.slots.lines
    assert talked.state.stack[-1].asking == "lines"


@pytest.mark.parametrize("said", ["只要台灯", "only the lamp please", "只退台灯", "just the lamp"])
@pytest.mark.parametrize("asked", [None, "order", "lines", "reason", "resolution", "confirm"])
def test_only_some_of_the_goods_asks_for_nobody(said: str, asked: str | None) -> None:
    reading = understand_now(said, "zh-CN", Context(asked))

    assert reading.intent is not Intent.WANT_HUMAN


@pytest.mark.parametrize("said", ["只要台灯", "only the lamp please", "只退台灯"])
def test_only_some_of_the_goods_at_the_question_for_the_order_finds_the_order(said: str) -> None:
    talked = talk(order(*LAMP_AND_CUPS), order(line("1", 1, 3000, title="Kettle 水壶"), order_no="A-77777"))
    talked.tap("start:refund")

    talked.say(said)

    assert talked.actions()[0] == f"order:{ORDER_NO}"
    talked.tap(f"order:{ORDER_NO}")
    assert talked.state.slots.lines == (("2", 1),)


def test_money_asked_for_elsewhere_at_a_question_aside_leaves_a_way_on() -> None:
    talked = _at_evidence()
    talked.tap("evidence:skip")
    talked.tap(f"evidence:add:{talked.case().case_no}")

    talked.say("退到我老婆的银行卡6222020200112233")

    assert talked.actions() == ["start:refund", "human"]
