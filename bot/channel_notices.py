"""Word of a case where its chat takes no message any more: by SMS to the phone of its customer."""

from collections.abc import Sequence

from bot.sms_notices import progress_sms
from bot.work import WorkParts
from channels.channel import Spoken
from dialogs.messages import CaseCard, Locale
from storage import outbox
from storage.transaction import Transaction, transact


async def tell_by_sms(parts: WorkParts, row: outbox.Claimed, said: Sequence[Spoken], locale: Locale) -> bool:
    """Hand the row over to a text that says where its case stands, and finish it; False where it is about no case."""
    cards = [each.reply.card for each in said if isinstance(each.reply.card, CaseCard)]
    if not cards:
        return False
    now, effect = parts.clock.now(), progress_sms(cards[-1].case_no, locale, cause=row.row_id)

    async def work(tx: Transaction) -> None:
        await outbox.add(tx, row.merchant_id, [effect], now=now)
        await outbox.done(tx, row, now=now)

    await transact(parts.db, work, name="by sms")
    return True
