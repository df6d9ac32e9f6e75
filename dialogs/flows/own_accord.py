"""Goods said of one's own accord: their order is shown, or within a refund proposed; nothing starts by it."""

import re

from dialogs.commands import SetGoods
from dialogs.flows.goods import order_with, orders_with
from dialogs.flows.refund import list_orders, opening_slots
from dialogs.flows.small_talk import miss
from dialogs.flows.told import is_hinted
from dialogs.flows.turn import Turn, answer
from dialogs.flows.words import order_card, order_title
from dialogs.messages import Reply
from dialogs.nlu.answers import denies
from dialogs.nlu.besides import names_several_orders
from dialogs.nlu.second_reading import SURE_FROM
from dialogs.step import Step
from dialogs.understanding import Intent
from refund_core.replacing import replace

_WISH = re.compile(r"[退换]|\b(?:refund|return|exchange|send back|money back)")
_COUNT_ALONE = re.compile(
    r"(?:只要?|就)?(?:[0-9]{1,2}|[一二两三四五六七八九十俩])[个件双条套只]?(?:都|全)?(?:退|要|换)?(?:吧|了)?|(?:都|全)(?:部|都)?(?:退|要|换)?"
    r"|(?:just |only )?(?:both|all|one|two|three|four|five|[0-9]{1,2})(?: of (?:them|it|those|these))?(?: please)?"
)


def order_of_goods(turn: Turn, words: str) -> Step:
    """A few words that name goods: their order, proposed within a refund, else shown with what can be done about it."""
    named = order_with(turn.facts.recent_orders, words)
    is_wish = _WISH.search(words.casefold()) is not None and not denies(words.casefold())
    is_on = turn.asking == "order" or is_hinted(turn.conversation) or is_wish
    is_count = _COUNT_ALONE.fullmatch(words.casefold().strip()) is not None and turn.slots.goods is not None
    is_several = names_several_orders(words) or len(orders_with(turn.facts.recent_orders, words)) > 1
    if is_on and is_several and not is_count:
        return list_orders(turn, replace(turn.slots, goods=words, order_no=None))
    if is_on and (named is not None or is_count):
        return list_orders(turn, opening_slots(replace(turn, told=(SetGoods(words),))))
    if named is None:
        is_aside = turn.understanding.intent is Intent.OTHER and turn.understanding.confidence >= SURE_FROM
        return miss(turn, "off_topic" if is_aside else "miss")
    order = named.order
    text = turn.say("order.about", order_no=order.order_no, title=order_title(turn, order))
    choices = (turn.choice("refund_this", f"order:{order.order_no}"), turn.human())
    return answer(turn, Reply(text, choices, card=order_card(turn, order)))
