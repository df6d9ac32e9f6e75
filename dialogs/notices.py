"""What the consumer is told when a case moves outside a turn: a gateway answered, goods came back, staff decided."""

from collections.abc import Mapping

from dialogs.facts import Merchant
from dialogs.messages import CaseCard, Choice, Locale, Reply
from dialogs.texts.catalogue import NO_TEXTS, OwnTexts, say
from dialogs.texts.money import format_money, format_time
from refund_core.case_dates import return_ends
from refund_core.cases import Due, RefundCase
from refund_core.circumstances import SELLERS_FAULT
from refund_core.money import Money


def notice(
    kind: str,
    case: RefundCase,
    locale: Locale,
    merchant: Merchant,
    *,
    amount: Money | None = None,
    tracking_no: str = "",
) -> Reply:
    """The notice for one of the core's NOTES; amount and parcel are those that its effect names, else the whole case's.

    It is said by the system, not by the assistant, so it may also be said while a person holds the conversation.
    """
    total = case.allocation.total
    said = format_money(total if amount is None else amount, locale)
    text = say(kind, locale, merchant.texts, case_no=case.case_no, order_no=case.order_no, amount=said)
    if kind in _SENDS_BACK and case.due is not None and case.due.what == "send_goods":
        text = f"{text}\n{_return_terms(case, case.due, locale, merchant)}"
    if tracking_no:
        text = f"{text}\n{say('note.tracking', locale, merchant.texts, tracking_no=tracking_no)}"
    card = CaseCard(case.case_no, case.order_no, case.state.value, total.minor, total.currency)
    return Reply(text, _choices(kind, case, locale, merchant), card=card, sender="system")


def _return_terms(case: RefundCase, due: Due, locale: Locale, merchant: Merchant) -> str:
    """By when the goods have to be sent, what happens after that, and who pays for sending them."""
    until = format_time(return_ends(due, merchant.policy.limits), locale, merchant.timezone)
    freight = "freight.seller" if case.claim.reason in SELLERS_FAULT else "freight.customer"
    terms = say("status.return_due", locale, merchant.texts, until=until)
    said = f"{terms}{' ' if locale == 'en' else ''}{say(freight, locale, merchant.texts)}"
    return f"{said}\n{return_address(merchant, locale)}"


def return_address(merchant: Merchant, locale: Locale) -> str:
    """Where goods are sent back to, or that the shop will say so."""
    to = merchant.policy.returns
    if to is None:
        return say("freight.no_address", locale, merchant.texts)
    return say("freight.address", locale, merchant.texts, name=to.name, phone=to.phone, address=to.address)


def drafted_reply(key: str, values: Mapping[str, str | int], locale: Locale, own: OwnTexts = NO_TEXTS) -> str:
    """A suggested answer for the desk: amount_minor and currency among its values become {amount}."""
    amount = Money(int(values.get("amount_minor", 0)), str(values.get("currency", "")))
    filled = {name: value for name, value in values.items() if name not in {"amount_minor", "currency"}}
    return say(key, locale, own, **filled, amount=format_money(amount, locale))


_SENDS_BACK = frozenset({"note.approved_after_return", "note.return_reminder"})
_FIRST_CHOICE: Mapping[str, tuple[str, str]] = {
    "note.rejected": ("choice.appeal", "appeal:{case_no}"),
    "note.evidence_asked": ("choice.add_evidence", "evidence:add:{case_no}"),
    "note.offered": ("choice.see_offers", "order:{order_no}"),
    "note.offer_expired": ("choice.start", "start:refund"),
    "note.evidence_expired": ("choice.reopen", "appeal:{case_no}"),
    "note.return_expired": ("choice.reopen", "appeal:{case_no}"),
}


def _choices(kind: str, case: RefundCase, locale: Locale, merchant: Merchant) -> tuple[Choice, ...]:
    key, action = _FIRST_CHOICE.get(kind, ("choice.status", "status:{case_no}"))
    filled = action.format(case_no=case.case_no, order_no=case.order_no)
    human = Choice(say("choice.human", locale, merchant.texts), "human")
    return (Choice(say(key, locale, merchant.texts), filled), human)
