"""Whatever is said or tapped in whatever order: nothing breaks, a way out is there, and nothing is paid unconfirmed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import commands
from dialogs.commands import Command
from dialogs.messages import OrderCard
from dialogs.step import Step
from refund_core.orders import Order, OrderStatus, SettledBy, ShipmentStatus
from tests.unit.core.shop import DAY, NOW, delivered, line, order, parcel
from tests.unit.dialogs.talk import Talk, talk

STACK_MAX = 5
TEXTS = (
    "我要退款", "退款", "refund please", "I want to return this", "不退了", "取消订单", "转人工", "投诉", "你好",
    "谢谢", "垃圾", "是", "yes", "不", "no", "2", "第二个", "三", "全部", "两件", "质量问题，坏了", "size too small",
    "还没发货",
    "我的退款到哪了", "能退吗", "原路退回", "余额", "20261101-0001", "订单 A-9999", "SF1234567890123 已寄出", "换货",
    "如果不行我就退款", "👍", "\x00\x1b[0m", "确认", "confirm", "退" * 3000, "1" * 4000, "(((", "{case_no}", "%s{0}",
    "不对，是两件", "no, the other one", "改成一件", "不是不想要，是质量问题", "我是说灯", "重新开始", "我回来了",
    "没事了，谢谢",
    "订单20261101-0001的灯不想要了，退到余额", "退款，两件，原路退回，拍错了", "订单A-2一直没发货，退款",
    "其实是拍错了",
    "refund Lamp 1 of order 20261101-0001, changed my mind, store balance", "除了 Lamp 2 都退",
    "actually, store balance",
    "\ud800", "\u061c\u202eabc", "²", "一" * 40, "十十十",
)  # fmt: skip
ACTIONS = (
    "start:refund", "order:20261101-0001", "order:A-2", "order:nobody", "line:1*1", "line:1*2+line:2*1", "line:9*1",
    "line:1*999999", "line:1+line:1", "lines:all", "reason:damaged", "reason:no_longer_wanted", "reason:other",
    "reason:nonsense", "evidence:skip", "evidence:add:C1", "remedy:exchange", "remedy:expedite",
    "resolution:original_route", "resolution:balance", "resolution:coupon", "offer:O1:accept", "offer:O1:decline",
    "confirm:yes", "confirm:no", "status:C1", "withdraw:C1", "appeal:C1", "return_sent:C1:SF12345678",
    "verify:order", "verify:code", "human", "back", "cancel", "line:", "offer::accept", "x:y", "order:", "²:1",
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    commands.StartRefund(), commands.StartOver(), commands.SetOrder("20261101-0001"), commands.SetOrder("A-2"),
    commands.SetOrder(""), commands.SetOrder("nobody"), commands.SetLines((("1", 1),)), commands.SetLines(is_all=True),
    commands.SetGoods("Lamp 2"), commands.SetGoods("除了 Lamp 1"), commands.SetGoods(""), commands.SetQuantity(1),
    commands.SetQuantity(-3), commands.SetQuantity(None, 2), commands.SetReason("no_longer_wanted"),
    commands.SetReason("damaged"), commands.SetReason("nonsense"), commands.SetRemedy("exchange"),
    commands.SetRemedy("refund_only"), commands.SetRemedy("cash"), commands.SetResolution("balance"),
    commands.SetResolution("original_route"), commands.SetResolution("exchange"), commands.SetResolution("my_card"),
    commands.Correct(), commands.Correct(commands.SetQuantity(1)), commands.Correct(commands.SetReason("size_fit")),
    commands.Correct(commands.SetLines((("1", 9),))), commands.TakeOffer("O1"), commands.Confirm(is_yes=True),
    commands.GoOn(), commands.AskStatus(), commands.AskDelivery(), commands.AskPolicy("freight"), commands.AskPolicy(),
    commands.AskPolicy("nonsense"), commands.Withdraw("C1", is_sure=True), commands.Cancel(), commands.HandOver(),
    commands.SmallTalk("anger"), commands.SmallTalk("closing"), commands.Clarify("refund_status", "refund_request"),
    commands.Clarify("x", "y"), commands.Miss(), commands.Stale(), commands.Back(), commands.Appeal("C1"),
)  # fmt: skip


def _orders() -> tuple[Order, ...]:
    several = (line("1", 2, 5900), line("2", 1, 1000), line("3", 1, 0, gift_of="1", gift_value=500))
    return (
        delivered(NOW - 2 * DAY, *several),
        order(line("1", 1, 3000), order_no="A-2", placed_at=NOW - 9 * DAY, promised_ship_at=NOW - DAY),
    )


def _odd_orders() -> tuple[Order, ...]:
    refused = parcel(ShipmentStatus.REFUSED, NOW - DAY)
    return (
        delivered(NOW - 30 * DAY),
        order(order_no="A-2", shipments=(refused,), status=OrderStatus.SHIPPED),
        order(order_no="A-3", settled_by=SettledBy.PLATFORM, source="taobao"),
        order(order_no="A-4", status=OrderStatus.UNPAID, payments=()),
    )


def _bundles() -> tuple[Order, ...]:
    bundle = (line("1", 2, 900, bundle_no="b"), line("2", 2, 100, bundle_no="b"))
    return (delivered(NOW - DAY, *bundle), order(order_no="A-2", currency="JPY"))


SHOPS: tuple[Callable[[], tuple[Order, ...]], ...] = (
    _orders,
    _odd_orders,
    _bundles,
    lambda: (),
    lambda: (order(line("1", 1, 3000)),),
)

LEAVING = ("back", "human", "cancel", "withdraw:")
WALKS = 200
STATES_MET = {"offered", "refunding", "compensated", "awaiting_return", "under_review", "rejected", "withdrawn"}
MOVES = 40
ODD = st.text(max_size=80)


def _move(talked: Talk, dice: Random) -> Step:
    """Mostly one of the buttons shown, mostly one that leads on; now and then anything at all."""
    shown = talked.actions() if talked.last is not None else []
    onward = [action for action in shown if not action.startswith(LEAVING)]
    match dice.choices(("onward", "shown", "text", "action", "model", "pictures"), (60, 15, 12, 10, 8, 3))[0]:
        case "onward":
            return talked.tap(dice.choice(onward) if onward else "start:refund")
        case "shown":
            return talked.tap(dice.choice(shown) if shown else "start:refund")
        case "text":
            return talked.say(dice.choice(TEXTS))
        case "action":
            return talked.tap(dice.choice(ACTIONS))
        case "model":
            return talked.reads(*dice.sample(COMMANDS, dice.randint(1, 4)))
        case _:
            return talked.shows("a-1", "a-2")


def _walk(seed: int) -> Counter[str]:
    """One random talk with every promise checked at every step; gives the states that cases came to."""
    dice = Random(seed)
    talked = talk(*dice.choice(SHOPS)())
    talked.state = replace(talked.state, is_greeted=dice.random() < 0.5)
    reached: Counter[str] = Counter()
    for _ in range(MOVES):
        before = talked.state
        asking = before.stack[-1].asking if before.stack else None
        refunds = sum(len(case.refunds) for case in talked.cases())

        taken = _move(talked, dice)

        assert len(taken.conversation.stack) <= STACK_MAX
        assert taken.replies
        assert taken.hand_over or talked.actions(), taken.replies
        if sum(len(case.refunds) for case in talked.cases()) > refunds:
            assert asking == "confirm"
            assert before.slots.shown is not None
        reached.update(change.case.state.value for change in taken.changes)
    return reached


def test_any_talk_goes_on_and_pays_only_what_was_confirmed() -> None:
    reached: Counter[str] = Counter()

    for seed in range(WALKS):
        reached += _walk(seed)

    assert set(reached) >= STATES_MET


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(ODD, max_size=4), start=st.sampled_from(("", "start:refund", "order:A-2", "order:20261101-0001")))
def test_no_text_at_any_question_pays_anything_by_surprise(texts: list[str], start: str) -> None:
    talked = talk(*_orders())
    if start:
        talked.tap(start)

    for text in texts:
        taken = talked.say(text)

        assert taken.replies
        assert talked.paid_out() == 0


def test_an_anonymous_visitor_sees_no_order_whatever_they_do() -> None:
    dice = Random(7)
    talked = talk(*_orders())
    talked.state = replace(talked.state, customer=None)

    for _ in range(500):
        taken = _move(talked, dice)

        assert talked.wanted.is_empty()
        assert not taken.changes
        assert not any(isinstance(reply.card, OrderCard) for reply in taken.replies)


@pytest.mark.parametrize("text", TEXTS)
def test_odd_text_is_answered(text: str) -> None:
    talked = talk(*_orders())

    taken = talked.say(text)

    assert taken.replies
    assert not any(change.case.refunds for change in taken.changes)


def test_the_same_turn_twice_is_the_same_step() -> None:
    steps = []
    for _ in range(2):
        talked = talk(*_orders())
        walk = ["start:refund", "order:A-2", "reason:late_shipping"]
        steps.append([talked.tap(action) for action in walk])

    assert all(first == second for first, second in pairwise(steps))


def test_time_alone_changes_no_words_of_an_old_question() -> None:
    talked = talk(*_orders())
    talked.tap("start:refund")
    first = talked.state

    talked.now += timedelta(days=3)
    talked.tap("x:y")

    assert talked.state == first


@pytest.mark.parametrize("said", COMMANDS)
def test_a_model_never_confirms_whatever_it_says_at_the_confirmation(said: Command) -> None:
    talked = talk(order(line("1", 1, 3000)))
    for action in ("order:20261101-0001", "reason:no_longer_wanted"):
        talked.tap(action)
    talked.tap(talked.action("offer:"))

    taken = talked.reads(said)

    assert talked.paid_out() == 0
    assert taken.replies
