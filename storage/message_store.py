"""What was said: reading it in order, and adding to it under the conversation's lock.

A message's body is stored as the JSON of a Reply; with its seq and time in front it is a REPLY of the chat's contract,
so what is answered, streamed and read again are the same bytes, encoded once.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from dialogs.messages import Choice, InboundMessage, Locale, Reply, Sender
from dialogs.texts.catalogue import say
from refund_core.values import value
from storage.database import Database
from storage.ids import new_id
from storage.send_store import SendNote, add_send
from storage.transaction import Transaction

HISTORY_LIMIT = 200
_FIELDS = "seq, at, body, client_id"
_AFTER = f"""
SELECT {_FIELDS} FROM message
WHERE merchant_id = $1 AND conversation_id = $2 AND seq > $3 ORDER BY seq LIMIT $4
"""  # noqa: S608  # a constant
_LOCK = """
SELECT last_seq, epoch, holder, account_id FROM conversation WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE
"""
_ACTION = """
SELECT body->'choices'->$4::int->>'action' AS action FROM message
WHERE merchant_id = $1 AND conversation_id = $2 AND seq = $3 AND sender <> 'customer'
"""
_APPEND = """
INSERT INTO message (id, merchant_id, conversation_id, seq, sender, agent, at, body)
SELECT t.id, $1, $2, t.seq, t.sender, t.agent, $3, t.body
FROM unnest($4::uuid[], $5::int[], $6::text[], $7::text[], $8::jsonb[]) AS t(id, seq, sender, agent, body)
"""
_MOVE_ON = """
UPDATE conversation SET last_seq = $3, version = version + 1, updated_at = $4 WHERE merchant_id = $1 AND id = $2
"""


class NotAppended(Exception):
    """The conversation changed hands since the caller looked (or is not there), so nothing was said in it."""


_FIXED: Mapping[str, str] = {
    "start:refund": "choice.start",
    "human": "choice.human",
    "back": "choice.back",
    "cancel": "choice.cancel",
    "lines:all": "choice.all_lines",
    "evidence:skip": "choice.skip",
    "ask:status": "choice.ask_status",
    "ask:delivery": "choice.ask_delivery",
    "ask:policy": "choice.ask_policy",
    "ask:withdraw": "choice.ask_withdraw",
    "locale:zh-CN": "language.zh-CN",
    "locale:en": "language.en",
}


@value(frozen=True, slots=True)
class InboundBody:
    """What a customer said, in a Reply's shape; text is the button's label where a button was pressed."""

    text: str
    sender: Sender = "customer"
    agent: None = None
    choices: tuple[Choice, ...] = ()
    select: None = None
    card: None = None
    attachments: tuple[str, ...] = ()
    action: str | None = None


@value(frozen=True, slots=True)
class SaidMessage:
    """One thing that was said, at its place; body is the JSON of a Reply."""

    seq: int
    at: datetime
    body: bytes
    client_id: str | None = None

    def as_reply(self) -> bytes:
        """The contract's REPLY as JSON; a customer's own message bears the id they gave it."""
        if self.client_id is None:
            return reply_json(self.seq, stamp(self.at), self.body)
        return b'{"client_id":%b,%b' % (
            msgspec.json.encode(self.client_id),
            reply_json(self.seq, stamp(self.at), self.body)[1:],
        )


def stamp(at: datetime) -> bytes:
    """A time as it stands in every REPLY, quotes included."""
    return msgspec.json.encode(at.astimezone(UTC))


def reply_json(seq: int, at: bytes, body: bytes) -> bytes:
    """A stored body as the contract's REPLY; `at` comes from stamp()."""
    return b'{"seq":%d,"at":%b,%b' % (seq, at, body[1:])


def inbound_body(message: InboundMessage, choices: Sequence[Choice] = (), locale: Locale = "zh-CN") -> bytes:
    """What is stored of a customer's message; choices: the buttons they had before them; locale: their language."""
    text = message.text
    if text is None:
        text = _label(message.action, choices) or _fixed_label(message.action, locale) if message.action else ""
    return msgspec.json.encode(InboundBody(text, attachments=message.attachments, action=message.action))


async def read_messages(
    db: Database, merchant_id: UUID, conversation_id: UUID, *, after: int, limit: int = HISTORY_LIMIT
) -> list[SaidMessage]:
    """What was said after a place, oldest first; ask for one more than is shown to know whether there is more."""
    rows = await db.fetch(_AFTER, merchant_id, conversation_id, after, limit)
    return [SaidMessage(*row) for row in rows]


async def action_at(db: Database, merchant_id: UUID, conversation_id: UUID, seq: int, place: int) -> str | None:
    """What a button of something we said does; None where there is no such button."""
    rows = await db.fetch(_ACTION, merchant_id, conversation_id, seq, place)
    action: str | None = rows[0]["action"] if rows else None
    return action


async def append_messages(
    tx: Transaction,
    merchant_id: UUID,
    conversation_id: UUID,
    replies: Sequence[Reply],
    *,
    now: datetime,
    expected_epoch: int | None = None,
    only_while_bot_holds: bool = False,
) -> int:
    """Say these things after everything said so far, and return the last place.

    On a platform they are sent once this has committed. Takes the conversation's lock, so it comes first in its
    transaction. Raises NotAppended where the conversation is not there, changed hands since expected_epoch, or is a
    person's while only the bot's time was meant.
    """
    row = await tx.fetch_one(_LOCK, merchant_id, conversation_id)
    if row is None or (expected_epoch is not None and row["epoch"] != expected_epoch):
        raise NotAppended(conversation_id)
    if only_while_bot_holds and row["holder"] != "bot":
        raise NotAppended(conversation_id)
    first, last = row["last_seq"] + 1, row["last_seq"] + len(replies)
    await tx.execute(_APPEND, merchant_id, conversation_id, now, *_columns(replies, first))
    await tx.execute(_MOVE_ON, merchant_id, conversation_id, last, now)
    if row["account_id"] is not None:
        note = SendNote(str(conversation_id), first - 1, last, is_outcome=1)
        await add_send(tx, merchant_id, note, now=now)
    return int(last)


def _columns(replies: Sequence[Reply], first: int) -> tuple[list[object], ...]:
    return (
        [new_id() for _ in replies],
        list(range(first, first + len(replies))),
        [reply.sender for reply in replies],
        [reply.agent for reply in replies],
        [msgspec.json.encode(reply) for reply in replies],
    )


def _label(action: str, choices: Sequence[Choice]) -> str:
    labels = {choice.action: choice.label for choice in choices}
    if action in labels:
        return labels[action]
    names = {shown.rpartition("*")[0]: label.rpartition(" × ")[0] for shown, label in labels.items() if "*" in shown}
    return "、".join(labels.get(part) or _fewer(part, names) for part in _parts(action)).strip("、")


def _fixed_label(action: str, locale: Locale) -> str:
    """The words on a button that is there before anything was said, and on one that was shown long ago."""
    key = _FIXED.get(action)
    return say(key, locale) if key else ""


def _fewer(part: str, names: Mapping[str, str]) -> str:
    """So many of a line that was shown with all its pieces."""
    line, _, quantity = part.rpartition("*")
    return f"{names[line]} × {quantity}" if names.get(line) else ""


def _parts(action: str) -> list[str]:
    first, *others = action.split("+line:")
    return [first, *(f"line:{other}" for other in others)]
