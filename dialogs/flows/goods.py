"""Goods named in words, found among the lines of the order that they must be of."""

import re
from collections.abc import Sequence

from dialogs.nlu.amounts import counts_other_goods, find_count
from dialogs.nlu.goods import goods_meant
from refund_core.case_open import freed_of
from refund_core.claims import ClaimLine
from refund_core.orders import Order, OrderFacts
from refund_core.refundable import LineLeft, lines_left

Chosen = tuple[tuple[str, int], ...]
_EVERYTHING = re.compile(
    r"全部|全都|都退|全退|整单|所有|一起退|\b(?:everything|whole order|entire order|all of (?:it|them))\b"
)
_ALL_OF_IT = re.compile(r"[都全]|所有|\b(?:all|both|every)\b")


def meant_lines(words: str, facts: OrderFacts, open_lines: Sequence[LineLeft]) -> tuple[tuple[LineLeft, ...], Chosen]:
    """The lines that the words (in lower case) may mean, and what is chosen where they leave nothing open."""
    meant = goods_meant(words, [described(facts.order, left.line_no) for left in open_lines])
    found = tuple([open_lines[place] for place in meant.places])
    count = find_count(words)
    if found and not meant.is_sure:
        return found, ()
    if not found:
        if _EVERYTHING.search(words):
            return (), tuple([(left.line_no, left.quantity) for left in open_lines])
        is_alone = len(open_lines) == 1 and count is not None and not counts_other_goods(words)
        found = tuple(open_lines) if is_alone else ()
    if len(found) == 1 and count is not None and not meant.is_all_but:
        return found, ((found[0].line_no, count),)
    is_whole = meant.is_all_but or all(left.quantity == 1 for left in found) or _ALL_OF_IT.search(words) is not None
    return found, tuple([(left.line_no, left.quantity) for left in found]) if is_whole else ()


def described(order: Order, line_no: str) -> str:
    """What the goods may be called: their title and attributes."""
    line = order.line(line_no)
    return "" if line is None else " ".join((line.title, *map(str, line.attributes.values())))


def in_order(order: Order, lines: Sequence[tuple[str, int]]) -> Chosen:
    """These lines as the order lists them."""
    places = {line.line_no: place for place, line in enumerate(order.lines)} if len(lines) > 1 else {}
    return tuple(sorted(lines, key=lambda line: places.get(line[0], len(places))))


def order_with(found: Sequence[OrderFacts], words: str | None) -> OrderFacts | None:
    """The one order that has the goods of these words."""
    if words is None:
        return None
    lines = [(facts, line.line_no) for facts in found for line in facts.order.lines]
    meant = goods_meant(words.casefold(), [described(facts.order, line_no) for facts, line_no in lines])
    orders = {lines[place][0].order.order_no: lines[place][0] for place in meant.places}
    return next(iter(orders.values())) if len(orders) == 1 and not meant.is_all_but else None


def orders_with(found: Sequence[OrderFacts], words: str | None) -> tuple[OrderFacts, ...]:
    """The orders that have goods of these words, where every mention fits one of their lines."""
    if words is None:
        return ()
    lines = [(facts, line.line_no) for facts in found for line in facts.order.lines]
    meant = goods_meant(words.casefold(), [described(facts.order, line_no) for facts, line_no in lines])
    if not meant.is_sure or meant.is_all_but:
        return ()
    return tuple({lines[place][0].order.order_no: lines[place][0] for place in meant.places}.values())


def claimed_lines(facts: OrderFacts, lines: Chosen) -> tuple[ClaimLine, ...]:
    """These lines, or where none were chosen all that is left of the order and in no open case."""
    chosen = lines or tuple([(it.line_no, it.quantity) for it in lines_left(facts) if it.open_case_no is None])
    return tuple([ClaimLine(line_no, quantity) for line_no, quantity in chosen if quantity > 0])


def as_if_free(facts: OrderFacts, case_no: str | None) -> OrderFacts:
    """The order as if the case that is being talked about held none of it."""
    return facts if case_no is None else freed_of(facts, case_no)
