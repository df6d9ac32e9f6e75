"""Facts of a case that is being handled already: what is told of it in words or pictures is kept with the case.

Whoever looks at the case finds it in the report. Nothing else comes of it, and a case that is over keeps nothing.
"""

from dialogs.commands import AskStatus, TellCase
from dialogs.conversation import Conversation, Slots
from dialogs.facts import Needs
from dialogs.flows.case_notes import noted
from dialogs.flows.goods import described
from dialogs.flows.haggling import is_open, not_on_offer
from dialogs.flows.refund import more_needs, start
from dialogs.flows.small_talk import reason_hint
from dialogs.flows.status import tell_status
from dialogs.flows.told import is_hinted, told_reason
from dialogs.flows.turn import Turn, answer
from dialogs.flows.words import case_card, wish_words
from dialogs.messages import InboundMessage, Reply
from dialogs.nlu.answers import plain_words
from dialogs.nlu.asides import would_keep_goods
from dialogs.nlu.besides import adds_facts
from dialogs.nlu.goods import goods_meant
from dialogs.nlu.haggling import haggles
from dialogs.nlu.second_reading import SURE_FROM
from dialogs.nlu.topics import is_asking
from dialogs.nlu.wishes import asks_how_it_goes, is_conditional, may_wish_goods, names_exchange, wishes_money
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.cases import CaseState, RefundCase
from refund_core.claims import Remedy, Resolution
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

TEXT_LENGTH_MIN = 4
_NOTHING = Needs()
_HANDLED = frozenset({
    CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER, CaseState.STOPPING, CaseState.AWAITING_RETURN,
    CaseState.INSPECTING, CaseState.REPLACING, CaseState.AWAITING_FINANCE, CaseState.REFUNDING,
})  # fmt: skip
_LOOKED_AT = frozenset({CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER})
_SAYING = frozenset({Intent.OTHER, Intent.GIVE_REASON, Intent.CHOOSE, Intent.INFORM_DONE, Intent.DENY})
_WISHING = frozenset({Intent.EXCHANGE_REQUEST, Intent.REFUND_REQUEST, Intent.CHOOSE, Intent.OTHER})


def told_of_case(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, words: str
) -> tuple[TellCase | AskStatus] | None:
    """What the words (in lower case) tell of the case that was talked of last; None for anything else."""
    case_no = conversation.slots.case_no
    if case_no is None or conversation.stack or is_hinted(conversation):
        return None
    if understanding.entity("order_no") not in {None, conversation.slots.order_no}:
        return None
    is_sure = understanding.confidence >= SURE_FROM
    wish = _wish(understanding, words) if understanding.intent in _WISHING or not is_sure else None
    if wish is not None:
        return (TellCase(case_no, wish),)
    if names_exchange(words) and wishes_money(words):
        return (TellCase(case_no, None if is_conditional(words) else ""),)
    if not is_sure and asks_how_it_goes(words):
        return (AskStatus(case_no),)
    if haggles(words):
        return (TellCase(case_no),)
    if is_asking(message.text or "") or (is_sure and understanding.intent not in _SAYING):
        return None
    if is_sure and understanding.intent is Intent.GIVE_REASON:
        return (TellCase(case_no, reason=told_reason(understanding)),)
    return (TellCase(case_no),) if adds_facts(words) else None


def _wish(understanding: Understanding, words: str) -> str | None:
    """Other goods, or these and something for what is wrong with them."""
    if would_keep_goods(words):
        return Resolution.KEEP_ITEM_PARTIAL.value
    if not may_wish_goods(words):
        return None
    return Remedy.RESHIP.value if understanding.entity("remedy") == Remedy.RESHIP else Remedy.EXCHANGE.value


def may_tell_of_case(conversation: Conversation, message: InboundMessage) -> bool:
    """True for words or pictures of who waits for a person with a case, which may be facts of it."""
    is_said = bool(message.attachments) or len(message.text or "") >= TEXT_LENGTH_MIN
    return conversation.slots.case_no is not None and message.action is None and is_said


def queue_needs(conversation: Conversation, message: InboundMessage) -> Needs:
    """The case that waits for a person, where something may be told of it."""
    return Needs(case_no=conversation.slots.case_no) if may_tell_of_case(conversation, message) else _NOTHING


def kept_for_person(turn: Turn) -> Step:
    """What is told while a person is waited for is kept with the case; nothing is said of it."""
    case, read = turn.facts.case, turn.understanding
    if case is None or case.state not in _HANDLED or not may_tell_of_case(turn.conversation, turn.message):
        return Step(turn.conversation)
    words = plain_words(turn.message.text or "")
    wish = _wish(read, words) if words and case.state in _LOOKED_AT else None
    is_told = read.intent is Intent.GIVE_REASON or wish is not None or adds_facts(words)
    if not turn.message.attachments and (not is_told or is_asking(turn.message.text or "")):
        return Step(turn.conversation)
    change = noted(turn, case, wish)
    return Step(turn.conversation, changes=() if change is None else (change,))


def case_needs(conversation: Conversation, said: TellCase) -> Needs:
    """The case with its order, and the newest orders, of which other goods may be meant."""
    return replace(more_needs(1), order_no=conversation.slots.order_no, case_no=said.case_no)


def tell_case(turn: Turn, said: TellCase) -> Step:
    """Kept with the case where it is still being handled and the words name no other goods; else as without a case."""
    case, facts = turn.facts.case, turn.facts.order
    if said.sum_wished is not None and case is not None and facts is not None and is_open(case, facts):
        return not_on_offer(turn, said, case, facts, noted(turn, case))
    if case is None or case.state not in _HANDLED or _is_of_other_goods(turn, case, facts):
        return _without_case(turn, said)
    if said.wish is not None and case.state not in _LOOKED_AT:
        return tell_status(turn, case.case_no)
    change = noted(turn, case, said.wish)
    if said.wish:
        text = turn.say("case.wish_noted", case_no=case.case_no, wish=wish_words(turn, said.wish))
    else:
        text = turn.say("case.noted", case_no=case.case_no)
    choices = (
        turn.choice("add_evidence", f"evidence:add:{case.case_no}"),
        turn.choice("status", f"status:{case.case_no}"),
        turn.human(),
    )
    reply = Reply(text, choices, card=case_card(case if change is None else change.case))
    return answer(turn, reply, changes=() if change is None else (change,))


def _is_of_other_goods(turn: Turn, case: RefundCase, facts: OrderFacts | None) -> bool:
    """True where the words name goods, and none of those that the case is about."""
    orders = [it for it in (facts, *turn.facts.recent_orders) if it is not None]
    known = [(it.order.order_no, line.line_no) for it in orders for line in it.order.lines]
    titles = [described(it.order, line.line_no) for it in orders for line in it.order.lines]
    places = goods_meant((turn.message.text or "").casefold(), titles).places
    claimed = {(case.order_no, line.line_no) for line in case.claim.lines}
    return bool(places) and not any(known[place] in claimed for place in places)


def _without_case(turn: Turn, said: TellCase) -> Step:
    """A complaint or a wish that is about no case: the way to a new one."""
    if said.reason is None and said.wish is None:
        return tell_status(turn, said.case_no)
    fresh = replace(turn, conversation=replace(turn.conversation, slots=Slots(), asked=None))
    if said.reason is not None:
        return reason_hint(fresh, said.reason)
    return start(replace(fresh, facts=replace(turn.facts, order=None)))
