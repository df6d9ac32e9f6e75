"""Word of a case where its chat takes no message any more: by SMS to the phone of its customer."""

from collections.abc import Sequence

from bot.giving_up import Why
from bot.sms_notices import progress_sms
from bot.work import WorkParts
from channels.channel import Spoken
from dialogs.messages import CaseCard, Locale
from storage import outbox
from storage.transaction import Transaction, transact


def has_words(said: Sequence[Spoken]) -> bool:
    """True where a person wrote something of it, which no notice of the case says."""
    return any(each.reply.sender == "agent" for each in said)


async def tell_by_sms(parts: WorkParts, row: outbox.Claimed, said: Sequence[Spoken], locale: Locale) -> bool:
    """Hand the row over to a text that says where its case stands, and finish it; False where it is about no case.

    What a person wrote is not in the text: then the row is on the desk as well.
    """
    cards = [each.reply.card for each in said if isinstance(each.reply.card, CaseCard)]
    if not cards:
        return False
    now, effect = parts.clock.now(), progress_sms(cards[-1].case_no, locale, cause=row.row_id)

    async def work(tx: Transaction) -> None:
        await outbox.add(tx, row.merchant_id, [effect], now=now)
        if has_words(said):
            await outbox.bury(tx, row, error=Why.WORDS_UNSAID, now=now)
        else:
            await outbox.done(tx, row, now=now)

    await transact(parts.db, work, name="by sms")
    return True
