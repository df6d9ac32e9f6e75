"""A change of mind between money and other goods: each stays what was wished for until plain words say otherwise."""

from dialogs.commands import AskAgain, Command, Correct, SetGoods, SetRemedy, SetResolution, StartRefund
from dialogs.conversation import Conversation
from dialogs.flows.correct import WAYS, place_of
from dialogs.flows.repairs import is_in_refund
from dialogs.flows.told import told
from dialogs.messages import InboundMessage
from dialogs.nlu.second_reading import SURE_FROM
from dialogs.nlu.wishes import asks_for_other_goods, may_wish_goods, wishes_money
from dialogs.understanding import Intent, Understanding
from refund_core.claims import Remedy, Resolution

REPLACING = frozenset({Remedy.EXCHANGE.value, Remedy.RESHIP.value})
_NO_WISH = frozenset({
    Intent.POLICY_QUESTION, Intent.REFUND_STATUS, Intent.WANT_HUMAN, Intent.DELIVERY_HURRY, Intent.GREETING,
    Intent.THANKS, Intent.INFORM_DONE,
})  # fmt: skip
Commands = tuple[Command, ...]


def changed_wish(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, words: str
) -> Commands | None:
    """The commands of words that wish for the other of the two; None where they change nothing."""
    has_goods_wish = conversation.slots.remedy in REPLACING
    if not is_in_refund(conversation):
        return None
    is_other = understanding.intent in _NO_WISH and understanding.confidence >= SURE_FROM
    if is_other and not asks_for_other_goods(words):
        return None
    if wishes_money(words):
        if has_goods_wish:
            return _instead(conversation, message, understanding, "")
        return (AskAgain(),) if understanding.intent is Intent.WITHDRAW_REQUEST else None
    wish = _goods_wished(understanding)
    if has_goods_wish or wish is None or not may_wish_goods(words):
        return None
    return _instead(conversation, message, understanding, wish)


def _goods_wished(understanding: Understanding) -> str | None:
    remedy = understanding.entity("remedy")
    if remedy in REPLACING:
        return remedy
    return Remedy.EXCHANGE.value if understanding.entity("resolution") == Resolution.EXCHANGE else None


def _instead(
    conversation: Conversation, message: InboundMessage, understanding: Understanding, wish: str
) -> Commands | None:
    """The new wish with what else is told, so that what is open is asked in its words."""
    asking = conversation.stack[-1].asking
    is_question = understanding.entity("act") == "question"
    others = [it for it in told(message.text or "", understanding) if not _is_of_wish(it)]
    if asking == "order":
        return (*others, SetRemedy(wish), StartRefund())
    if asking in {"lines", "reason"}:
        return (*(it for it in others if not isinstance(it, SetGoods) or asking == "reason"), Correct(SetRemedy(wish)))
    if asking == "evidence":
        return (*others, SetRemedy(wish))
    return (SetRemedy(wish),) if wish and place_of(asking) == WAYS and not is_question else None


def _is_of_wish(setting: Command) -> bool:
    is_usual = isinstance(setting, SetResolution) and setting.resolution == Resolution.ORIGINAL_ROUTE
    return is_usual or isinstance(setting, SetRemedy)
