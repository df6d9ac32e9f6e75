"""A message that fails even alone: kept sealed for an operator, its consumer told, and then it counts as handled."""

import msgspec

from bot.lanes import Answer, Waiting
from bot.turn_batch import Turn, think_failed
from bot.turn_errors import Conflict, NoSuchConversation, TooBusy
from bot.turn_parts import TurnParts
from storage.buried_store import bury_message
from storage.transaction import Transaction, transact
from storage.turn_store import SavedAs, load_answers, load_conversations, save_turns


async def bury(parts: TurnParts, waiting: Waiting, error: Exception) -> Answer:
    """Commit the message, the words for the consumer and what is kept for the operator, all or nothing.

    Raises TooBusy where the conversation is held or changing just now, and whatever the database refuses.
    """
    now = parts.clock.now()
    raw = _raw(waiting)
    turn = await _turn(parts, waiting)
    think_failed(parts.dialog, turn, now=now)

    async def work(tx: Transaction) -> SavedAs:
        (saved,) = await save_turns(tx, [turn.saved()], now=now)
        if saved is SavedAs.SAVED:
            merchant_id, text = turn.before.merchant_id, repr(error)
            await bury_message(
                tx, merchant_id, waiting.turn_id, source="turn", raw=parts.seal(raw), error=text, now=now
            )
        return saved

    match await transact(parts.db, work, name="bury"):
        case SavedAs.SAVED:
            return Answer(turn.saved().after.last_seq, turn.answer_parts)
        case SavedAs.KNOWN:
            return await _answered_before(parts, turn)
        case SavedAs.PASSED_OVER:
            raise TooBusy


async def _turn(parts: TurnParts, waiting: Waiting) -> Turn:
    before = (await load_conversations(parts.db, [waiting.conversation_id])).get(waiting.conversation_id)
    if before is None:
        raise NoSuchConversation
    return Turn(waiting, before, before.state)


async def _answered_before(parts: TurnParts, turn: Turn) -> Answer:
    (stored,) = await load_answers(parts.db, [turn.saved()])
    if stored is None or stored.body_hash != turn.waiting.body_hash:
        raise Conflict
    return Answer(stored.seq, stored.replies)


def _raw(waiting: Waiting) -> bytes:
    """The message as JSON, or as Python shows it where it is not even text."""
    try:
        return msgspec.json.encode(waiting.message)
    except (UnicodeEncodeError, msgspec.MsgspecError, TypeError):
        return repr(waiting.message).encode("utf-8", "backslashreplace")
