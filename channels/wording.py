"""What a reply says in text alone, where a platform shows no cards; pure."""

from channels.cards import card_text
from dialogs.messages import Card, CaseCard, Locale, OfferCard, OrderCard, RefundCard, Reply


def said(reply: Reply, locale: Locale) -> str:
    """The reply's text, with what its card shows beyond it."""
    if reply.card is None or _is_said(reply.card, reply):
        return reply.text
    shown = card_text(reply.card, locale)
    return f"{reply.text}\n{shown}" if reply.text else shown


def case_no_of(reply: Reply) -> str | None:
    """The case that the reply is about, as far as its card tells."""
    return reply.card.case_no if isinstance(reply.card, CaseCard | RefundCard) else None


def _is_said(card: Card, reply: Reply) -> bool:
    """True when the reply's words and buttons name already what the card is about."""
    match card:
        case OrderCard(title=title):
            return title in reply.text or any(title in choice.label for choice in reply.choices)
        case CaseCard(case_no=case_no):
            return case_no in reply.text
        case OfferCard() | RefundCard():
            return bool(reply.text)
