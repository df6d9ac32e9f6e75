"""What is said of one's own accord: goods alone, a number nobody has, what is not wanted, what is only asked."""

import pytest

from dialogs.texts.catalogue import say
from tests.unit.core.shop import DAY, NOW, delivered, line
from tests.unit.dialogs.talk import at_offers, talk
from tests.unit.dialogs.test_one_answer import KINDS, MUGS, two_orders


@pytest.mark.parametrize(
    ("said", "order_no"), [("the mugs", MUGS), ("杯子", MUGS), ("袜子", KINDS), ("for the socks", KINDS)]
)
def test_goods_alone_show_their_order_and_start_nothing(said: str, order_no: str) -> None:
    talked = two_orders()

    talked.say(said)

    assert talked.action("order:") == f"order:{order_no}"
    assert not talked.state.stack


@pytest.mark.parametrize("said", ["what lovely weather", "今天天气真好", "asdf", "嗯？"])
def test_words_that_name_no_goods_show_no_order(said: str) -> None:
    talked = two_orders()

    talked.say(said)

    assert not [action for action in talked.actions() if action.startswith("order:")]


@pytest.mark.parametrize("said", ["ok do it", "yes please", "那就申请吧", "go ahead"])
def test_to_go_ahead_takes_the_one_order_that_was_shown(said: str) -> None:
    talked = two_orders()
    talked.say("the mugs")

    talked.say(said)

    assert talked.state.slots.order_no == MUGS
    assert not talked.cases()


@pytest.mark.parametrize("said", ["ok", "好的", "嗯", "thanks"])
def test_what_is_only_heard_starts_nothing(said: str) -> None:
    talked = two_orders()
    talked.say("the mugs")

    talked.say(said)

    assert not talked.state.stack


@pytest.mark.parametrize(
    "said", ["我那个T恤和袜子不想要了，耳机留着", "I don't want the socks, but keep the headphones", "袜子那单我不要了"]
)
def test_goods_that_are_not_wanted_are_asked_about(said: str) -> None:
    talked = two_orders()

    talked.say(said)

    locale = talked.state.locale
    asked = (say("offer_refund", locale, reason=_not_wanted(locale)), say("order.confirm", locale))
    assert any(question in talked.texts() for question in asked)
    assert talked.state.slots.reason == "no_longer_wanted"
    assert not talked.cases()


def _not_wanted(locale: str) -> str:
    return "不想要了" if locale == "zh-CN" else "no longer wanted"


@pytest.mark.parametrize("said", ["优惠券是怎么用的", "how does the coupon work?", "余额可以提现吗"])
def test_a_question_about_a_way_chooses_none(said: str) -> None:
    talked = two_orders()
    talked.say("I want to return the mug")

    talked.say(said)

    assert talked.state.slots.resolution is None
    assert talked.state.stack[-1].asking == "order"


@pytest.mark.parametrize("said", ["不要了，太麻烦", "forget it, too much hassle", "都不要", "no"])
def test_giving_up_at_the_ways_asks_what_instead_and_pays_nothing(said: str) -> None:
    talked = at_offers()

    talked.say(said)

    assert talked.state.stack[-1].asking == "declined"
    assert talked.paid_out() == 0


def test_after_two_misses_the_list_stays_a_list_with_the_person_beside_it() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 2, 3000), line("2", 1, 3000)))
    talked.tap("order:20261101-0001")
    talked.say("qwerty")

    talked.say("asdfgh")

    assert [action.partition(":")[0] for action in talked.actions()][:3] == ["line", "line", "human"]
    asked = talked.replies()[0]
    assert asked.select is not None
    assert asked.choices[0].action == "line:1*2"
