"""Sending one text to one phone, once: a text of which nobody knows whether it went out is not sent again.

Before the sender is called the row bears a mark, in the commit that counts the text. Who finds the mark there is a
second try after a first that nobody heard the end of: it is buried, for a person to look at. Only an answer that says
that surely nothing went out takes the mark away. Nothing here logs a phone, a code or a text.
"""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from bot.giving_up import GivenUp, Why
from bot.texting import Texting
from bot.work import WorkParts
from connectors.sms.phones import dialable
from connectors.sms.sender import SmsSender, SmsTemplate
from dialogs.messages import Locale
from dialogs.texts.catalogue import code_text, wording
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage import outbox
from storage.case_reads import load_case
from storage.crypto import bind_to, context_of
from storage.customer_store import sealed_phone
from storage.proof_store import code_handed_over, code_to_send
from storage.sms_store import SHOP, ScopeLimit, count_text, phone_scope
from storage.transaction import Transaction, transact

_log = structlog.get_logger()
_MARK = "handed_over"
_COUNTED = "counted"


class NoWayThere(GivenUp):
    """The phone cannot be dialled, or it or the shop has had as many texts today as are allowed."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to send: to whose phone (sealed, and as a hash), in which words; proof_id where it brings a code."""

    customer_id: UUID
    customer: str
    phone: bytes
    phone_hash: bytes
    key: str
    values: dict[str, str]
    limit: ScopeLimit
    proof_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as it will be made."""

    sender: SmsSender
    phone: str = field(repr=False)
    template: SmsTemplate
    values: dict[str, str] = field(repr=False)


async def send_sms(parts: WorkParts, row: outbox.Claimed) -> None:
    """Send the row's text.

    Raises SendLater where surely nothing went out, GivenUp where it must not be tried again.
    """
    texting = parts.texting
    if texting is None:
        raise GivenUp(Why.NO_SMS_SENDER)
    if row.payload.get(_MARK):
        raise GivenUp(Why.SMS_UNKNOWN)
    text = await (_code(parts, texting, row) if "proof_id" in row.payload else _notice(parts, texting, row))
    if text is None:
        await outbox.done(parts.db, row, now=parts.clock.now())
        return
    try:
        call = await _prepared(parts, texting, row, text)
        await _hand_over(parts, texting, row, text)
    except NoWayThere as error:
        if text.proof_id is None:
            raise
        _log.warning("sms.code_not_sent", merchant_id=str(row.merchant_id), why=str(error))
        await outbox.done(parts.db, row, now=parts.clock.now())
        return
    await _call(parts, row, call)
    _log.info("sms.sent", merchant_id=str(row.merchant_id), text=text.key, row_id=str(row.row_id))
    await outbox.done(parts.db, row, now=parts.clock.now())


async def _code(parts: WorkParts, texting: Texting, row: outbox.Claimed) -> _Text | None:
    """The text with a code; None where there is no such order, no phone, or the code is of no use any more."""
    proof_id = UUID(str(row.payload["proof_id"]))
    to = await code_to_send(parts.db, row.merchant_id, proof_id)
    if to is None or to.expires_at <= parts.clock.now():
        return None
    limits = texting.settings
    values = {"code": texting.codes.code_of(proof_id), "minutes": str(limits.code_minutes)}
    limit = ScopeLimit(phone_scope("code", to.phone_hash), limits.codes_per_phone_max)
    return _Text(to.customer_id, to.customer, to.phone, to.phone_hash, "sms.code", values, limit, proof_id)


async def _notice(parts: WorkParts, texting: Texting, row: outbox.Claimed) -> _Text | None:
    """The text with a case's state; None where its customer has no phone."""
    case_no = str(row.payload["case_no"])
    case = await load_case(parts.db, row.merchant_id, case_no)
    if case is None:
        raise GivenUp(Why.NO_CASE, case_no)
    to = await sealed_phone(parts.db, row.merchant_id, case.customer)
    if to is None:
        raise GivenUp(Why.NO_PHONE)
    merchant = await parts.merchants.by_id(row.merchant_id)
    state = code_text("state", case.state.value, _locale(row), merchant.texts)
    limit = ScopeLimit(phone_scope("notice", to.phone_hash), texting.settings.notices_per_phone_max)
    values = {"case_no": case_no, "state": state}
    return _Text(to.customer_id, case.customer, to.phone, to.phone_hash, "sms.progress", values, limit)


async def _hand_over(parts: WorkParts, texting: Texting, row: outbox.Claimed, text: _Text) -> None:
    """Mark the row, count the text once, and let the code count from now on. Raises NoWayThere and LeaseLost."""
    now = parts.clock.now()
    limits = (text.limit, ScopeLimit(SHOP, texting.settings.texts_per_merchant_max))

    async def work(tx: Transaction) -> None:
        for limit in () if row.payload.get(_COUNTED) else limits:
            if not await count_text(tx, row.merchant_id, limit, now=now):
                raise NoWayThere(Why.SMS_LIMIT)
        if text.proof_id is not None:
            await code_handed_over(tx, row.merchant_id, text.proof_id, text.customer_id)
        await outbox.mark(tx, row, {_MARK: 1, _COUNTED: 1})

    await transact(parts.db, work, name="sms")


async def _prepared(parts: WorkParts, texting: Texting, row: outbox.Claimed, text: _Text) -> _Call:
    """Everything that may go wrong without a call, done before the mark. Raises NoWayThere."""
    merchant = await parts.merchants.known(row.merchant_id)
    place = bind_to(context_of(row.merchant_id, "customer", "phone"), text.customer)
    phone = dialable(texting.vault.decrypt(text.phone, context=place))
    if phone is None:
        raise NoWayThere(Why.BAD_PHONE)
    locale = _locale(row)
    words = wording(text.key, locale, merchant.facts.texts, text.values)
    template = SmsTemplate(text.key, locale, merchant.row.name, words)
    return _Call(texting.of(merchant.slug), phone, template, text.values)


async def _call(parts: WorkParts, row: outbox.Claimed, call: _Call) -> None:
    try:
        async with asyncio.timeout(parts.limits.call_seconds):
            await call.sender.send(call.phone, call.template, call.values, str(row.row_id))
    except SendLater:
        await outbox.mark(parts.db, row, {_MARK: 0})
        raise
    except SendRefused as refused:
        raise GivenUp(Why.REFUSED, refused.code) from None
    except (AnswerUnknown, TimeoutError) as unclear:
        raise GivenUp(Why.SMS_UNKNOWN, unclear.code if isinstance(unclear, AnswerUnknown) else "TIMEOUT") from None


def _locale(row: outbox.Claimed) -> Locale:
    return "en" if row.payload.get("locale") == "en" else "zh-CN"
