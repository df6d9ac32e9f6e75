"""Words that may be an order's number: they count as one where the customer has an order of just that number."""

from dialogs.conversation import Conversation
from dialogs.flows.repairs import is_in_refund
from dialogs.understanding import Understanding
from refund_core.replacing import replace


def order_guess(conversation: Conversation, understanding: Understanding) -> str | None:
    """The number to look for; within a refund, or in small letters, a plain number is as uncertain as any."""
    if understanding.action is not None or understanding.commands or _is_known(understanding):
        return None
    guess = understanding.entity("maybe_order_no")
    if guess is None:
        named = understanding.entity("order_no")
        is_plain = named is None or (named == named.upper() and not is_in_refund(conversation))
        guess = None if is_plain else named
    return None if guess == conversation.slots.order_no else guess


def with_order(understanding: Understanding, order_no: str) -> Understanding:
    """The reading in which the words do name that order."""
    others = [it for it in understanding.entities if it[0] not in {"order_no", "maybe_order_no", "tracking_no"}]
    return replace(understanding, entities=(("order_no", order_no), ("known_order", "yes"), *others))


def _is_known(understanding: Understanding) -> bool:
    return understanding.entity("known_order") is not None
