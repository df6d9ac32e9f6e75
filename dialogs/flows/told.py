"""What a message tells about the refund by the way, and the slots filled with it, so that none of it is asked again."""

from collections.abc import Iterable

from dialogs.commands import (
    SetGoods,
    SetLines,
    SetOrder,
    SetQuantity,
    SetReason,
    SetRemedy,
    SetResolution,
    Setting,
)
from dialogs.conversation import Conversation, Slots
from dialogs.messages import InboundMessage
from dialogs.nlu.answers import plain_words
from dialogs.nlu.asides import is_bare_wish
from dialogs.nlu.second_reading import SURE_FROM
from dialogs.nlu.wishes import asks_for_other_goods, may_wish_goods
from dialogs.understanding import Intent, Understanding
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.replacing import replace

GOODS_LENGTH_MAX = 120
_REASONS = frozenset(reason.value for reason in Reason)
_REPLACING = frozenset({Remedy.EXCHANGE, Remedy.RESHIP})
_UNSAID = frozenset({Intent.OTHER, Intent.CHOOSE, Intent.GIVE_REASON, Intent.REFUND_REQUEST})
_WAYS = frozenset({Resolution.ORIGINAL_ROUTE, Resolution.BALANCE, Resolution.COUPON, Resolution.KEEP_ITEM_PARTIAL})
_POINTING = ("product", "except", "quantity")


def told(text: str, understanding: Understanding, *, is_opening: bool = False) -> tuple[Setting, ...]:
    """The settings that a text holds; an opening may name its goods in any words, later ones must point at some."""
    settings: list[Setting] = []
    reason = told_reason(understanding)
    may_name = is_opening and (reason is not None or not is_bare_wish(plain_words(text)))
    if may_name or any(understanding.entity(name) is not None for name in _POINTING):
        settings.append(SetGoods(text[:GOODS_LENGTH_MAX]))
    if reason is not None:
        settings.append(SetReason(reason))
    remedy = _wished_remedy(understanding, text)
    if remedy is not None:
        settings.append(SetRemedy(remedy))
    resolution = understanding.entity("resolution")
    if resolution in _WAYS:
        settings.append(SetResolution(str(resolution)))
    return tuple(settings)


def told_reason(understanding: Understanding) -> str | None:
    """The reason that was named, if it is one of the contract's."""
    reason = understanding.entity("reason")
    return reason if reason in _REASONS else None


def _wished_remedy(understanding: Understanding, text: str) -> str | None:
    """What the consumer said should happen to the goods, where that is not for the rules to say."""
    named = understanding.entity("remedy")
    if understanding.intent is Intent.EXCHANGE_REQUEST:
        return named if named in _REPLACING else Remedy.EXCHANGE.value
    is_unsure = understanding.intent in _UNSAID or understanding.confidence < SURE_FROM
    is_free = is_unsure or asks_for_other_goods(text.lower())
    is_exchange = is_free and understanding.entity("resolution") == Resolution.EXCHANGE
    if is_exchange and may_wish_goods(text.lower()):
        return Remedy.EXCHANGE.value
    if understanding.intent is Intent.DELIVERY_HURRY or named is None:
        return None
    is_refund = understanding.intent is Intent.REFUND_REQUEST
    return named if is_refund and named in {Remedy.REFUND_ONLY, Remedy.PRICE_ADJUST} else None


def news(conversation: Conversation, settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings that are not what is known already."""
    slots = conversation.slots
    return tuple([setting for setting in settings if not _is_known(slots, setting)])


def with_goods(
    conversation: Conversation, message: InboundMessage, understanding: Understanding
) -> tuple[Setting, ...]:
    """What is told while the goods are asked for: whatever else it says, it may name them in any words."""
    text = message.text or ""
    others = [it for it in news(conversation, told(text, understanding)) if not isinstance(it, SetGoods)]
    return (*others, SetGoods(text))


def _is_known(slots: Slots, setting: Setting) -> bool:
    match setting:
        case SetReason(reason):
            return reason == slots.reason and not slots.reason_guessed
        case SetRemedy(remedy):
            return (remedy or None) == slots.remedy
        case SetResolution(resolution):
            return resolution == slots.resolution
        case _:
            return False


def filled(slots: Slots, settings: Iterable[Setting]) -> Slots:
    """The slots with these settings; goods and counts wait there as words until their order is known."""
    for setting in settings:
        match setting:
            case SetOrder(order_no):
                slots = replace(slots, order_no=order_no)
            case SetGoods(words):
                slots = replace(slots, goods=words)
            case SetReason(reason):
                slots = replace(slots, reason=reason, reason_guessed=False)
            case SetRemedy(remedy):
                slots = replace(slots, remedy=remedy or None)
            case SetResolution(resolution):
                slots = replace(slots, resolution=resolution)
            case SetLines() | SetQuantity():
                continue
    return slots


def order_shown(conversation: Conversation) -> str | None:
    """The one order that the last buttons are about; None where there are several, or none."""
    asked = conversation.asked
    if asked is None:
        return None
    numbers = {it.action.removeprefix("order:") for it in asked.choices if it.action.startswith("order:")}
    return next(iter(numbers)) if len(numbers) == 1 else None


def is_late_known(conversation: Conversation) -> bool:
    """True right after a late order was shown with what can be done about it."""
    return not conversation.stack and conversation.asked is not None and conversation.asked.kind == "late"


def is_hinted(conversation: Conversation) -> bool:
    """True right after something was told or shown that a refund would begin with."""
    asked = conversation.asked
    return not conversation.stack and asked is not None and asked.kind in {"hint", "late", "pictures"}


def is_reason_told(slots: Slots) -> bool:
    """True where the consumer said why, so that the rules may decide without asking."""
    return slots.reason is not None and not slots.reason_guessed
