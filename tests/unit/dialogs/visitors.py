"""A visitor who is not signed in, in a shop that can send codes."""

from dataclasses import replace

from dialogs.conversation import Conversation
from dialogs.messages import Locale, OrderCard
from dialogs.proof import ProofLimits
from refund_core.orders import Order
from tests.unit.core.shop import line, order
from tests.unit.dialogs.talk import MERCHANT, Talk, talk

ORDER_NO, OTHER_NO = "DEMO-1003", "DEMO-1004"
LIMITS = ProofLimits()
SHOP = replace(MERCHANT, proof=LIMITS)
LAMP = order(line("1", 1, 5900), order_no=ORDER_NO)
OTHER = order(line("1", 1, 100), order_no=OTHER_NO)


def visitor(*orders: Order, locale: Locale = "zh-CN", channel: str = "web") -> Talk:
    """Nobody, in a shop that can send codes."""
    talked = talk(*(orders or (LAMP,)), merchant=SHOP)
    talked.state = Conversation(locale, conversation_id="0193-visit", is_greeted=True, channel=channel)
    return talked


def asked_for_code(*orders: Order, channel: str = "web") -> Talk:
    """Asked for the code of ORDER_NO, after a wish for a refund."""
    talked = visitor(*orders, channel=channel)
    talked.tap("start:refund")
    talked.say(ORDER_NO)
    return talked


def shows_an_order(talked: Talk) -> bool:
    return any(isinstance(reply.card, OrderCard) for reply in talked.replies())


def asking(talked: Talk) -> str | None:
    return talked.state.stack[-1].asking if talked.state.stack else None


def say_or_tap(talked: Talk, said: str) -> None:
    if said.startswith(("verify:", "order:", "start:")):
        talked.tap(said)
    else:
        talked.say(said)
