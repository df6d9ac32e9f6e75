"""Cards in words, for platforms that show none; pure."""

from dialogs.messages import Card, CaseCard, Locale, OfferCard, OrderCard, RefundCard
from dialogs.texts.catalogue import code_text, say
from dialogs.texts.money import format_money
from refund_core.money import Money


def card_text(card: Card, locale: Locale) -> str:
    """The card in two or three short lines."""
    amount = format_money(Money(card.amount, card.currency), locale)
    match card:
        case OrderCard():
            state = code_text("order_state", card.status, locale)
            return f"{card.title}\n{say('card.order', locale, order_no=card.order_no, amount=amount, state=state)}"
        case CaseCard():
            state = code_text("state", card.state, locale)
            return say("card.case", locale, case_no=card.case_no, order_no=card.order_no, amount=amount, state=state)
        case OfferCard():
            resolution = code_text("resolution", card.resolution, locale)
            return f"{say('card.offer', locale, resolution=resolution, amount=amount)}\n{card.text}".rstrip()
        case RefundCard():
            state, where = code_text("payout", card.state, locale), card.destination
            return say("card.refund", locale, refund_no=card.refund_no, amount=amount, state=state, destination=where)
