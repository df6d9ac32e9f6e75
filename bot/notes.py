"""Notices outside a turn: one sentence into the consumer's conversation, once, and never while a person holds it."""

from datetime import timedelta
from uuid import UUID

from bot.work import WorkParts
from dialogs.messages import Reply
from dialogs.texts.catalogue import has_text, say
from dialogs.texts.money import format_money
from refund_core.money import Money
from storage import outbox
from storage.message_store import NotAppended, append_messages
from storage.notice_store import Listener, listener_of
from storage.transaction import Transaction, transact


class NobodyListens(Exception):
    """There is no such conversation, or no such sentence; trying again would not help."""


async def tell(parts: WorkParts, row: outbox.Claimed) -> None:
    """Say the row's sentence and finish the row in the same commit. Raises NobodyListens and LeaseLost."""
    conversation_id = UUID(str(row.payload["conversation_id"]))
    listener = await listener_of(parts.db, row.merchant_id, conversation_id)
    if listener is None or not has_text(str(row.payload["text_key"])):
        raise NobodyListens(row.payload["text_key"])
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
    merchant = await parts.merchants.by_id(row.merchant_id)
    amount = Money(int(row.payload["amount_minor"]), str(row.payload["currency"]))
    text = say(
        str(row.payload["text_key"]),
        listener.locale,
        merchant.texts,
        case_no=str(row.payload["case_no"]),
        amount=format_money(amount, listener.locale),
    )
    return Reply(text, sender="system")
