"""Another language is chosen: the open question stands again in it, as if it had been put in it, and nothing else."""

import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from dialogs import commands
from dialogs.conversation import Asked
from dialogs.messages import Locale, OrderCard
from dialogs.nlu.languages import language_wished
from dialogs.texts.catalogue import OwnTexts
from tests.conversations.worlds import ORDERS, Shop
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import MERCHANT, ORDER_NO, Talk, at_offers, awaiting_return, talk, under_review
from tests.unit.dialogs.visitors import visitor

WALKS, MOVES = 60, 14
OTHER: dict[Locale, Locale] = {"zh-CN": "en", "en": "zh-CN"}
WISHES: dict[Locale, list[str]] = {
    "en": ["English please", "Can you speak English?", "说英文", "看不懂中文"],
    "zh-CN": ["说中文", "能用中文回复吗？", "in Chinese please", "I don't understand English"],
}
MET = {
    "order", "lines", "reason", "evidence", "resolution", "confirm", "declined", "evidence_add", "menu",
}  # fmt: skip


def _in(locale: Locale, talked: Talk) -> Talk:
    talked.state = replace(talked.state, locale=locale)
    return talked


def _move(dice: Random, actions: list[str]) -> object:
    leaving = [it for it in actions if it not in {"human", "cancel"}]
    roll = dice.random()
    if roll < 0.08:
        return commands.Miss()
    if roll < 0.16 or not leaving:
        return "start:refund"
    return "pictures" if roll < 0.2 else dice.choice(leaving)


def _do(talked: Talk, move: object) -> None:
    if isinstance(move, commands.Miss):
        talked.reads(move)
    elif move == "pictures":
        talked.shows("a-1")
    else:
        talked.tap(str(move))


def _without_text(asked: Asked | None) -> Asked | None:
    return None if asked is None else replace(asked, text="")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_any_open_question_is_put_again_as_it_would_have_been_put_in_that_language(locale: Locale) -> None:
    met: Counter[str] = Counter()

    for seed in range(WALKS):
        dice = Random(seed)
        orders = [ORDERS[name](Shop(locale)) for name in dice.sample(sorted(ORDERS), dice.randint(1, 7))]
        here, there = _in(locale, talk(*orders)), _in(OTHER[locale], talk(*orders))
        for _ in range(MOVES):
            move = _move(dice, here.actions() if here.last is not None else [])
            _do(here, move)
            _do(there, move)
            turned, told = deepcopy(here), deepcopy(here)
            before, wanted = turned.state, there.state

            taken = turned.tap(f"locale:{OTHER[locale]}")
            in_words = told.say(dice.choice(WISHES[OTHER[locale]]))

            assert (told.state, in_words.replies, in_words.changes) == (turned.state, taken.replies, ()), (seed, move)
            asked, kind = wanted.asked, before.asked.kind if before.asked is not None else "none"
            assert not taken.changes
            assert taken.hand_over is None
            assert (turned.state.stack, turned.state.misses) == (wanted.stack, before.misses), (seed, move, kind)
            assert turned.state.slots == wanted.slots
            if kind == "menu":
                assert _without_text(turned.state.asked) == _without_text(asked), (seed, move)
            else:
                assert turned.state.asked == asked, (seed, move, kind)
            met[kind] += 1
    assert set(met) >= MET, MET - set(met)


def _to_withdraw(locale: Locale) -> Talk:
    talked = _in(locale, awaiting_return())
    talked.tap(f"return_sent:{talked.case().case_no}:SF12345678")
    talked.tap(f"withdraw:{talked.case().case_no}")
    return talked


def _to_send_back(locale: Locale) -> Talk:
    talked = _in(locale, awaiting_return())
    talked.tap(f"return_sent:{talked.case().case_no}:sent")
    return talked


def _to_appeal(locale: Locale) -> Talk:
    talked = _in(locale, talk(delivered(NOW - 40 * DAY, line("1", 1, 3000))))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    talked.tap("cancel")
    talked.tap(f"appeal:{talked.case().case_no}")
    return talked


def _to_change(locale: Locale) -> Talk:
    talked = _in(locale, at_offers())
    talked.tap("back")
    talked.tap("reason:no_longer_wanted")
    talked.reads(commands.SetReason("ordered_by_mistake"))
    return talked


def _to_clarify(locale: Locale) -> Talk:
    talked = _in(locale, talk(order(line("1", 1, 5900))))
    talked.reads(commands.Clarify("refund_status", "delivery_hurry"))
    return talked


def _to_hint(locale: Locale) -> Talk:
    talked = _in(locale, talk(order(line("1", 1, 5900))))
    talked.reads(commands.SetReason("quality_defect"))
    return talked


def _to_pictures(locale: Locale) -> Talk:
    talked = _in(locale, under_review())
    talked.tap("cancel")
    talked.reads(commands.SmallTalk("greeting"))
    talked.now += DAY
    talked.shows("a-2")
    return talked


def _to_order_number(locale: Locale) -> Talk:
    talked = _in(locale, visitor())
    talked.tap("start:refund")
    return talked


def _to_code(locale: Locale) -> Talk:
    talked = _to_order_number(locale)
    talked.reads(commands.SetOrder(ORDER_NO))
    return talked


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (_to_withdraw, "withdraw_goods_sent"),
        (_to_send_back, "tracking"),
        (_to_appeal, "appeal"),
        (_to_change, "change"),
        (_to_clarify, "clarify"),
        (_to_hint, "hint"),
        (_to_pictures, "pictures"),
        (_to_order_number, "order"),
        (_to_code, "code"),
    ],
)
def test_a_question_aside_or_to_a_visitor_is_put_again_too(
    made: Callable[[Locale], Talk], kind: str, locale: Locale
) -> None:
    here, there = made(locale), made(OTHER[locale])
    assert here.state.asked is not None
    assert here.state.asked.kind == kind

    here.tap(f"locale:{OTHER[locale]}")

    assert here.state == replace(there.state, misses=here.state.misses)


def test_the_orders_stand_again_with_their_cards_and_buttons() -> None:
    talked = talk(*(order(line("1", 1, 3000), order_no=f"A-{number}") for number in range(1, 9)))
    talked.tap("start:refund")
    talked.tap("orders:2")
    cards = [reply.card for reply in talked.replies()]

    talked.tap("locale:en")

    assert [reply.card for reply in talked.replies()] == cards
    assert all(isinstance(card, OrderCard) for card in cards)
    assert talked.replies()[0].text == "Please choose the order."
    assert all(reply.choices[0].label.startswith("Choose “") for reply in talked.replies())


def test_five_presses_end_where_they_began_and_one_language_is_said_once() -> None:
    talked = at_offers()
    before = talked.state

    said = [talked.tap(f"locale:{locale}").replies for locale in ("en", "en", "zh-CN", "zh-CN", "zh-CN")]

    assert [bool(replies) for replies in said] == [True, False, True, False, False]
    assert talked.state == before


def test_an_old_confirmation_in_the_other_language_still_confirms_the_same() -> None:
    talked = at_offers()
    talked.tap(talked.action("offer:"))
    talked.tap("locale:en")

    talked.tap("confirm:yes")

    assert talked.paid_out() == 5900
    assert "CN¥59.00" in talked.texts()


def test_before_the_first_word_nothing_is_said_and_the_greeting_is_in_the_chosen_language() -> None:
    talked = talk(order(line("1", 1, 5900)))
    talked.state = replace(talked.state, is_greeted=False)

    assert not talked.tap("locale:en").replies
    talked.tap("start:refund")

    assert talked.texts().startswith("Hello, I am the automated assistant")


def test_who_waits_for_a_person_has_the_way_back_in_the_chosen_language() -> None:
    talked = talk(order(line("1", 1, 5900)))
    talked.state = replace(talked.state, holder="queue", waiting_since=talked.now)

    first, again = talked.tap("locale:en"), talked.tap("locale:en")

    assert [choice.label for choice in first.replies[0].choices] == ["Back to the assistant"]
    assert not again.replies
    assert talked.state.locale == "en"


def test_the_merchants_own_words_are_found_again_in_the_other_language() -> None:
    own = OwnTexts(
        {("lines.how_many", "zh-CN"): "{title}要退几件？最多{left}件。", ("choice.back", "en"): "One step back"}
    )
    talked = talk(order(line("1", 3, 5900, title="Lamp"), line("2", 1, 5900)), merchant=replace(MERCHANT, texts=own))
    talked.tap(f"order:{ORDER_NO}")
    talked.reads(commands.SetQuantity(None, 1))
    assert talked.texts() == "Lamp要退几件？最多3件。"

    talked.tap("locale:en")

    assert talked.texts() == "How many of “Lamp”? At most 3."
    assert "One step back" in [choice.label for choice in talked.replies()[0].choices]


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "说中文"), ("en", "English please")])
def test_the_language_that_is_spoken_already_is_answered_with_the_open_question(locale: Locale, said: str) -> None:
    talked = _in(locale, at_offers())
    before = talked.state

    taken = talked.say(said)

    assert taken.replies
    assert talked.state.asked == before.asked


def test_a_language_is_the_first_thing_that_is_said() -> None:
    visiting = talk(order(line("1", 1, 5900)))
    visiting.state = replace(visiting.state, is_greeted=False)

    taken = visiting.say("English please")

    assert visiting.state.locale == "en"
    assert len(taken.replies) >= 2
    assert not re.search(r"[\u4e00-\u9fff]", visiting.texts().replace(MERCHANT.name, ""))


def test_goods_in_a_language_are_goods() -> None:
    talked = talk(order(line("1", 1, 5900, title="English edition"), line("2", 1, 5900, title="中文版")))
    talked.tap(f"order:{ORDER_NO}")

    talked.say("English")

    assert talked.state.slots.lines == (("1", 1),)


@pytest.mark.parametrize(
    "said",
    [
        "does the manual come in English", "the English edition is torn", "English breakfast tea", "退中文那本",
        "英文说明书缺了", "说了中文也没用", "made in Chinese",
    ],
)  # fmt: skip
def test_other_words_about_a_language_choose_none(said: str) -> None:
    assert language_wished(said.lower()) is None
