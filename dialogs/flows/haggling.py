"""Another sum than those on offer: that it is not to be had is said, and the wish is kept with the case."""

import re
from decimal import Decimal

from dialogs.commands import AskAgain, TellCase
from dialogs.conversation import Conversation
from dialogs.flows.correct import WAYS, place_of
from dialogs.flows.offers import ask_offers, have_expired
from dialogs.flows.turn import Turn, again, on_main
from dialogs.nlu.asides import would_keep_goods
from dialogs.nlu.haggling import haggles, sum_haggled
from dialogs.nlu.topics import is_asking
from dialogs.step import Step
from dialogs.texts.money import money_said
from dialogs.understanding import Understanding
from refund_core.cases import CaseChange, CaseState, RefundCase
from refund_core.claims import Resolution
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

_SUMS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
SUM_MAX = Decimal(10) ** 9
_WAYS_TO_PAY = frozenset({Resolution.ORIGINAL_ROUTE, Resolution.BALANCE, Resolution.COUPON})


def haggled(
    conversation: Conversation, understanding: Understanding, words: str
) -> tuple[TellCase] | tuple[AskAgain] | None:
    """The wish for another sum, while the ways of paying are chosen from; None for anything else.

    A sum that is on offer is asked about again, unless a way in which to have it is named.
    """
    asking = conversation.stack[-1].asking if conversation.stack else None
    case_no = conversation.slots.case_no
    if case_no is None or place_of(asking) < WAYS or not haggles(words) or would_keep_goods(words):
        return None
    wished = sum_haggled(words) or ""
    if not wished or not _is_told(conversation, Decimal(wished)):
        return (TellCase(case_no, sum_wished=wished),)
    return None if is_asking(words) or understanding.entity("resolution") in _WAYS_TO_PAY else (AskAgain(),)


def _is_told(conversation: Conversation, wished: Decimal) -> bool:
    """True for a sum that stands in the open question: it is on offer, or part of what is."""
    asked = conversation.asked
    told = "" if asked is None else " ".join((asked.text, *(it.label for it in asked.choices)))
    return any(Decimal(it.replace(",", "")) == wished for it in _SUMS.findall(told))


def not_on_offer(turn: Turn, said: TellCase, case: RefundCase, facts: OrderFacts, change: CaseChange | None) -> Step:
    """That this sum is not to be had, and what is; what was shown to be confirmed is chosen anew."""
    changes = () if change is None else (change,)
    lead = _lead(turn, case, said.sum_wished or "")
    turn = on_main(turn)
    if turn.asking == "resolution" and not have_expired(turn, case):
        asked = again(turn)
    else:
        asked = ask_offers(turn, facts, case if change is None else change.case, is_listed=True)
    first = asked.replies[0]
    replies = (replace(first, text="\n".join(part for part in (lead, first.text) if part)), *asked.replies[1:])
    return replace(asked, replies=replies, changes=changes)


def is_open(case: RefundCase | None, facts: OrderFacts | None) -> bool:
    """True while the case waits for a choice and its order is known."""
    return case is not None and facts is not None and case.state is CaseState.OFFERED


def _lead(turn: Turn, case: RefundCase, wished: str) -> str:
    currency = case.allocation.total.currency
    amount = Decimal(wished) if wished else Decimal(0)
    if not 0 < amount < SUM_MAX:
        return turn.say("offers.no_other_sum")
    return turn.say("offers.not_this_sum", amount=turn.money(money_said(wished, currency)))
