"""Notices outside a turn: one sentence into the consumer's conversation, once, and never while a person holds it."""

from datetime import timedelta
from uuid import UUID

from bot.giving_up import GivenUp, Why
from bot.work import WorkParts
from dialogs.messages import Reply
from dialogs.notices import notice
from dialogs.texts.catalogue import has_text
from refund_core.money import Money
from storage import outbox
from storage.case_reads import load_case
from storage.message_store import NotAppended, append_messages
from storage.notice_store import Listener, last_used, listener_of
from storage.transaction import Transaction, transact


async def tell(parts: WorkParts, row: outbox.Claimed) -> None:
    """Say the row's sentence where the customer spoke last, and finish the row in the same commit.

    Raises GivenUp where there is no such conversation, case or sentence, and LeaseLost.
    """
    conversation_id = await last_used(parts.db, row.merchant_id, UUID(str(row.payload["conversation_id"])))
    listener = await listener_of(parts.db, row.merchant_id, conversation_id)
    if listener is None:
        raise GivenUp(Why.NO_CONVERSATION)
    if not has_text(str(row.payload["text_key"])):
        raise GivenUp(Why.NO_TEXT, str(row.payload["text_key"]))
    now = parts.clock.now()
    reply = await _reply(parts, row, listener)

    async def work(tx: Transaction) -> None:
        await append_messages(tx, row.merchant_id, conversation_id, [reply], now=now, only_while_bot_holds=True)
        await outbox.done(tx, row, now=now)

    try:
        await transact(parts.db, work, name="note")
    except NotAppended:
        at = now + timedelta(seconds=parts.limits.agent_pause_seconds)
        await outbox.later(parts.db, row, at=at, error="a person holds the conversation", is_counted=False)
        return
    if parts.live is not None:
        await parts.live.wake(row.merchant_id, [conversation_id])


async def _reply(parts: WorkParts, row: outbox.Claimed, listener: Listener) -> Reply:
    """The sentence with the case as it is now and the buttons that fit it."""
    case_no = str(row.payload["case_no"])
    case = await load_case(parts.db, row.merchant_id, case_no)
    if case is None:
        raise GivenUp(Why.NO_CASE, case_no)
    merchant = await parts.merchants.by_id(row.merchant_id)
    amount = Money(int(row.payload["amount_minor"]), str(row.payload["currency"]))
    parcel = str(row.payload.get("tracking_no", ""))
    return notice(str(row.payload["text_key"]), case, listener.locale, merchant, amount=amount, tracking_no=parcel)
