"""The analysis report as the case page shows it: drafted replies, words for codes, what each suggestion fills in."""

from dataclasses import dataclass

import msgspec

from bot.console.decide_form import decimals_of, with_reason
from bot.console.texts import CATALOGUES, console_text
from dialogs.facts import Merchant
from dialogs.messages import Locale
from dialogs.notices import drafted_reply
from dialogs.texts.catalogue import has_text, say
from dialogs.texts.money import format_money
from refund_core.case_staff import StaffAction
from refund_core.cases import CaseState, RefundCase
from refund_core.orders import ShipmentStatus
from refund_core.outcomes import Outcome
from refund_core.report import Suggestion, TimelineEntry


@dataclass(frozen=True, slots=True)
class Way:
    """One suggested way out: what it does and costs, the drafted reply, and the form's values as JSON."""

    action: str
    cost: str
    reply: str
    is_recommended: bool
    fill: str


def way_of(suggestion: Suggestion, case: RefundCase, merchant: Merchant, *, desk: Locale, customer: Locale) -> Way:
    """The suggestion with its reply in the customer's language and its cost in the desk's."""
    values = dict(suggestion.reply_values)
    reply = drafted_reply(suggestion.reply_key, values, customer, merchant.texts)
    code = _reject_code(case)
    if suggestion.action is StaffAction.REJECT:
        reply = _with_reason(reply, case, code, customer)
    fill = {"action": suggestion.action.value, "reply": reply, "amount": "", "shipping": "", "compensation": ""}
    if suggestion.amount_minor is not None:
        fill["amount"] = plain_amount(suggestion.amount_minor, suggestion.cost.currency)
    if suggestion.action is StaffAction.REJECT:
        fill["reason_code"] = code
    return Way(
        suggestion.action.value,
        format_money(suggestion.cost, desk),
        reply,
        suggestion.is_recommended,
        msgspec.json.encode(fill).decode(),
    )


@dataclass(frozen=True, slots=True)
class AskedWay:
    """What somebody decided above the limit, with the form's values as JSON."""

    by: str
    action: str
    amount_minor: int
    currency: str
    fill: str


def second_of(case: RefundCase) -> AskedWay | None:
    """The decision that waits for a second person, if one does."""
    asked = case.second
    if asked is None:
        return None
    fill = {"action": asked.action, "reply": asked.reply or ""}
    if asked.action == StaffAction.PARTIAL:
        fill["amount"] = plain_amount(asked.amount.minor, asked.amount.currency)
    by, amount = asked.by, asked.amount
    return AskedWay(by, asked.action, amount.minor, amount.currency, msgspec.json.encode(fill).decode())


def plain_amount(minor: int, currency: str) -> str:
    """An amount as the form takes it: 12.50, or 1200 where the currency has no decimals."""
    decimals = decimals_of(currency)
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)


def code_words(locale: Locale, kind: str, code: str | None) -> str:
    """The desk's words for a code, else the chat's, else the code itself: a new code is shown, never an error."""
    if code is None:
        return "–"
    key = f"{kind}.{code}"
    if key in CATALOGUES[locale]:
        return console_text(locale, key)
    return say(key, locale) if has_text(key) else code


def entry_words(locale: Locale, entry: TimelineEntry) -> str:
    """What happened, in words: a case's state, a parcel's scan, or something about the order."""
    if entry.kind in set(CaseState):
        return console_text(locale, "event.case", state=console_text(locale, f"state.{entry.kind}"))
    kind = "event"
    if entry.kind in set(ShipmentStatus):
        return say(f"{kind}.{entry.kind}", locale)
    return code_words(locale, kind, entry.kind)


def by_words(locale: Locale, by: str) -> str:
    """Who moved a case: the name of a member of staff, or the word for who else it was."""
    if by.startswith("staff:"):
        return by.removeprefix("staff:")
    return code_words(locale, "by", by)


def _reject_code(case: RefundCase) -> str:
    if case.decision.outcome is Outcome.REJECT:
        return "outside_rules"
    return "evidence_unclear" if case.claim.evidence else "no_evidence"


def _with_reason(reply: str, case: RefundCase, code: str, customer: Locale) -> str:
    """The draft with its reason filled in: the rule's own explanation where the rules reject, else the likely one."""
    own = case.decision.reasons.get(customer) if case.decision.outcome is Outcome.REJECT else None
    reason = own or CATALOGUES[customer][f"reject.{code}"]
    return with_reason(reply, reason)
