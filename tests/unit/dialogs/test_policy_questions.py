"""Questions about the rules: the answer is the live policy's for the very order, and what was open goes on."""

from dataclasses import replace

import pytest

from dialogs.nlu.topics import TOPICS, topic_of
from refund_core.orders import Exclusion, NoReason, Order, OrderStatus
from refund_core.policy import Condition, Policy
from tests.unit.core.shop import DAY, NOW, POLICY, delivered, line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, at_offers, talk

SEAL = line("2", 1, 9000, title="刻字印章", no_reason=NoReason(eligible=False, exclusion=Exclusion.CUSTOM))


def _arrived(days: int = 3, **more: object) -> Order:
    return delivered(NOW - days * DAY, line("1", 2, 3000, title="白瓷茶杯"), SEAL, **more)


def _with_window(days: int) -> Policy:
    """The shop's policy with another number of days."""
    rules = tuple(
        replace(rule, conditions=tuple(_longer(condition, days) for condition in rule.conditions))
        for rule in POLICY.rules
    )
    return Policy(POLICY.version + 1, rules, POLICY.limits, POLICY.risk)


def _longer(condition: Condition, days: int) -> Condition:
    is_window = condition.fact == "days_since_signing" and condition.wanted == 7
    return replace(condition, wanted=days, wanted_text=str(days)) if is_window else condition


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("还能退吗？", "11月24日"),
        ("七天无理由还剩几天？", "11月24日"),
        ("how many days do I have to return it?", "24 Nov"),
    ],
)
def test_the_last_day_is_counted_for_this_order(said: str, last: str) -> None:
    talked = talk(_arrived())

    talked.say(said)

    assert last in talked.texts()
    assert "刻字印章" in talked.texts()
    assert not talked.cases()
    assert talked.actions() == [f"order:{ORDER_NO}", "human"]


def test_the_days_are_the_merchants_own() -> None:
    talked = talk(_arrived(), merchant=replace(MERCHANT, policy=_with_window(15)))

    talked.say("还能退吗？")

    assert "15 天" in talked.texts()
    assert "12月2日" in talked.texts()


def test_a_window_that_is_over_is_said_to_be_over() -> None:
    talked = talk(_arrived(days=20))

    talked.say("还能退吗？")

    assert "已经过了" in talked.texts()


def test_the_order_that_is_named_is_the_one_that_is_judged() -> None:
    talked = talk(_arrived(), order(line("1", 1, 3000), order_no="A-2345", placed_at=NOW - 9 * DAY))

    talked.say("订单A-2345还能退吗？")

    assert "A-2345" in talked.texts()
    assert "还没有发货" in talked.texts()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("退货运费谁出？", "无理由退货由您承担"),
        ("who pays for return shipping?", "without a reason it is yours to pay"),
        ("退款多久到账？", "测试支付，通常几分钟内到账"),
        ("How long does a refund take?", "usually within minutes"),
        ("钱会退到哪里？", "原路退回（测试支付）"),
        ("哪些商品不能退？", "刻字印章（定制商品）"),
        ("拆封了还能退吗？", "不影响退货"),
        ("Can I return opened items?", "does not rule out a return"),
        ("可以开发票吗？", "没有开票记录"),
        ("运费能退吗？", "¥8.00"),
        ("可以退多少钱？", "¥60.00"),
        ("可以只退一件吗？", "只退其中几件"),
        ("质量有问题怎么退？", "有照片按规则可以直接退款"),
    ],
)
def test_each_topic_is_answered_for_the_order(said: str, answer: str) -> None:
    talked = talk(_arrived(shipping_fee=800))

    talked.say(said)

    assert answer in talked.texts()
    assert not talked.cases()


def test_a_card_is_slower_than_a_wallet() -> None:
    paid = _arrived()
    by_card = replace(paid, payments=(replace(paid.payments[0], method="card", label="招商银行卡"),))
    talked = talk(by_card, merchant=replace(MERCHANT, gateways=frozenset({"card"})))

    talked.say("退款多久到账？")

    assert "招商银行卡，通常 1 至 3 个工作日" in talked.texts()


def test_who_pays_the_postage_is_answered_for_the_reason_that_was_given_and_the_question_comes_back() -> None:
    talked = talk(_arrived())
    for action in (f"order:{ORDER_NO}", "line:1*1", "reason:damaged"):
        talked.tap(action)

    talked.say("运费谁出？")

    assert "“收到时已损坏”。退货运费由商家承担" in talked.texts()
    assert talked.state.stack[-1].asking == "evidence"
    assert "evidence:skip" in talked.actions()


def test_a_question_at_the_confirmation_leaves_it_to_be_answered() -> None:
    talked = at_offers()
    talked.tap(talked.action("offer:"))

    talked.say("可以退多少钱？")

    assert "¥59.00" in talked.texts()
    assert talked.actions() == ["confirm:yes", "confirm:no"]
    talked.tap("confirm:yes")
    assert talked.paid_out() == 5900


def test_without_an_order_the_rules_are_told_in_general() -> None:
    talked = talk()

    talked.say("退货运费谁出？")

    assert "无理由退货由您承担" in talked.texts()
    assert "7 天" in talked.texts()


@pytest.mark.parametrize("topic", TOPICS)
def test_no_topic_leaves_a_question_without_an_answer(topic: str) -> None:
    talked = talk(_arrived())
    talked.say("你好")

    taken = talked.tap(f"ask:policy:{topic}")

    assert len(taken.replies[0].text.splitlines()) >= 2
    assert "{" not in talked.texts()


def test_a_statement_about_nothing_known_has_no_topic() -> None:
    assert topic_of("今天天气不错") is None


@pytest.mark.parametrize("said", ["台灯还能退吗？", "can I still return the 台灯?"])
def test_the_order_that_has_the_goods_is_meant_and_not_the_newest(said: str) -> None:
    older = delivered(NOW - 2 * DAY, line("1", 1, 3000, title="护眼台灯"), order_no="A-20261")
    newer = delivered(NOW - DAY, line("1", 1, 3000, title="白瓷茶杯"), order_no="A-20262")
    talked = talk(older, newer)

    talked.say(said)

    assert "A-20261" in talked.texts()
    assert "A-20262" not in talked.texts()


def test_an_order_that_was_never_paid_is_not_the_one_meant() -> None:
    paid = delivered(NOW - DAY, line("1", 1, 3000, title="白瓷茶杯"), order_no="A-20261")
    unpaid = replace(
        order(line("1", 1, 3000)), order_no="A-20262", status=OrderStatus.UNPAID, placed_at=NOW, payments=()
    )
    talked = talk(paid, unpaid)

    talked.say("还能退吗？")

    assert "A-20261" in talked.texts()
