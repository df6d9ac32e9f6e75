"""People on chat platforms: which conversation is theirs, which customer they are, and how much they may be sent.

Two identities are one customer only by what a platform or the merchant vouches for (a union id, a signed token) or by a
verified phone, never by a name or a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from dialogs.conversation import Conversation
from dialogs.messages import Locale
from storage.customer_store import ensure_customer
from storage.database import Database
from storage.ids import new_id
from storage.reading import CanFetch
from storage.transaction import Transaction, transact

IDENTITY_COLUMNS = """
i.id AS identity_id, i.merchant_id AS of_merchant_id, i.account_id AS of_account_id, i.user_id AS user_name,
i.union_id AS known_union_id, i.conversation_id, customer.external_id, i.left_at
"""
# The windows of a person `i` once the end of a row's call was heard: the one that no end is known of yet.
ENDED = """
i.windows || jsonb_build_object('calls', (
    SELECT coalesce(jsonb_agg(CASE WHEN it ->> 'by' = {row}::text AND NOT it ? 'to'
        THEN it || jsonb_build_object('to', {now}) ELSE it END ORDER BY place), '[]')
    FROM jsonb_array_elements(i.windows -> 'calls') WITH ORDINALITY each(it, place)))
"""
_FROM = """
FROM channel_identity i
LEFT JOIN customer ON customer.merchant_id = i.merchant_id AND customer.id = i.customer_id
"""
_FIND = f"SELECT {IDENTITY_COLUMNS} {_FROM} WHERE i.merchant_id = $1 AND i.account_id = $2 AND i.user_id = $3"
_OF_CONVERSATION = f"SELECT {IDENTITY_COLUMNS} {_FROM} WHERE i.merchant_id = $1 AND i.conversation_id = $2"
# Another process may be faster; then its conversation is the person's.
_ADD = """
WITH added AS (
    INSERT INTO channel_identity (id, merchant_id, account_id, user_id, union_id, conversation_id, seen_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $9, $9) ON CONFLICT (merchant_id, account_id, user_id) DO NOTHING
    RETURNING conversation_id
), asked AS (
    INSERT INTO union_question (identity_id, merchant_id, account_id, due_at)
    SELECT $1, $2, $3, $9 FROM added WHERE $10 AND $5 IS NULL
)
INSERT INTO conversation (id, merchant_id, channel, account_id, state, updated_at, created_at)
SELECT conversation_id, $2, $7, $3, $8, $9, $9 FROM added
"""
_ADD_CONVERSATION = """
INSERT INTO conversation (id, merchant_id, channel, account_id, customer_id, state, updated_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
"""
_HOLD = "SELECT 1 FROM channel_identity WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE"
_LINK = """
WITH linked AS (
    UPDATE channel_identity SET customer_id = $3 WHERE merchant_id = $1 AND id = $2 RETURNING conversation_id
)
UPDATE conversation c SET customer_id = $3, state = jsonb_set(c.state, '{customer}', to_jsonb($4::text)),
    version = c.version + 1
FROM linked WHERE c.merchant_id = $1 AND c.id = linked.conversation_id
"""
_MOVE = "UPDATE channel_identity SET customer_id = $3, conversation_id = $4 WHERE merchant_id = $1 AND id = $2"
_CLOSE = "UPDATE conversation SET is_open = false WHERE merchant_id = $1 AND id = $2"
_LEFT = "UPDATE channel_identity SET left_at = $3 WHERE merchant_id = $1 AND id = $2"
_WINDOWS = "SELECT windows FROM channel_identity WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE"
_SET_WINDOWS = "UPDATE channel_identity SET windows = $3 WHERE merchant_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person in an account of a merchant; customer is the merchant's external_id, None while unknown."""

    identity_id: UUID
    merchant_id: UUID
    account_id: UUID
    user: str
    union_id: str | None
    conversation_id: UUID
    customer: str | None
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """Who wrote first: where, as whom, and in which language as far as the platform says.

    can_be_asked tells that the platform says who they are across accounts when it is asked.
    """

    merchant_id: UUID
    account_id: UUID
    channel: str
    user: str
    union_id: str | None = None
    locale: Locale = "zh-CN"
    can_be_asked: bool = False


class StoredWindow(msgspec.Struct, frozen=True):
    """A reply window as stored: when the platform says that it was opened, and by which message."""

    at: datetime
    by: str


class StoredCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message on its way, as stored: when it was counted, for which row of the outbox, when its end was heard."""

    at: datetime
    by: str
    to: datetime | None = None


class StoredWindows(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person's reply windows by name, and the messages that may count in one of them."""

    opened: Mapping[str, StoredWindow] = {}
    calls: tuple[StoredCall, ...] = ()


_DECODER = msgspec.json.Decoder(StoredWindows)


async def add_identity(db: CanFetch, wanted: NewIdentity, *, now: datetime) -> None:
    """Know the person from now on, with a conversation of their own; one who is known stays as they are."""
    conversation_id = new_id()
    await db.fetch(
        _ADD,
        new_id(),
        wanted.merchant_id,
        wanted.account_id,
        wanted.user,
        wanted.union_id,
        conversation_id,
        wanted.channel,
        _state(wanted, conversation_id),
        now,
        wanted.can_be_asked,
    )


async def link_customer(
    db: Database, identity: Identity, external_id: str, wanted: NewIdentity, *, now: datetime, is_theirs: bool = True
) -> Identity:
    """Make the identity that customer's; one that was somebody else's begins a new conversation, empty of the other.

    Without is_theirs one that is somebody's already stays so.
    """
    if identity.customer == external_id:
        return identity
    customer_id = await ensure_customer(db, identity.merchant_id, external_id, now=now)

    async def work(tx: Transaction) -> None:
        key = (identity.merchant_id, identity.identity_id)
        await tx.fetch(_HOLD, *key)
        held = await _found(tx, identity)  # somebody may have linked them since the caller looked
        if held.customer == external_id or (held.customer is not None and not is_theirs):
            return
        if held.customer is None:
            await tx.execute(_LINK, *key, customer_id, external_id)
            return
        conversation_id = await _add_conversation(tx, wanted, now, customer_id, external_id)
        await tx.execute(_CLOSE, identity.merchant_id, held.conversation_id)
        await tx.execute(_MOVE, *key, customer_id, conversation_id)

    await transact(db, work, name="link")
    return await _found(db, identity)


async def identity_of(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> Identity | None:
    """Whose conversation on a platform it is; None on our own chat."""
    rows = await db.fetch(_OF_CONVERSATION, merchant_id, conversation_id)
    return identity_of_row(rows[0]) if rows else None


async def note_leaving(db: CanFetch, identity: Identity, *, now: datetime) -> None:
    """The person blocked the bot or unfollowed; nothing is sent until they write again."""
    await db.fetch(_LEFT, identity.merchant_id, identity.identity_id, now)


async def read_windows(db: CanFetch, identity: Identity) -> bytes:
    """The JSON of the person's reply windows, in a transaction locked for it."""
    rows = await db.fetch(_WINDOWS, identity.merchant_id, identity.identity_id)
    return bytes(rows[0]["windows"]) if rows else b"{}"


def decode_windows(raw: bytes) -> StoredWindows:
    """Reply windows from their JSON."""
    return _DECODER.decode(raw)


async def write_windows(tx: Transaction, identity: Identity, raw: bytes) -> None:
    """What read_windows gave, changed."""
    await tx.execute(_SET_WINDOWS, identity.merchant_id, identity.identity_id, raw)


async def _found(db: CanFetch, identity: Identity) -> Identity:
    """The person as they are now."""
    rows = await db.fetch(_FIND, identity.merchant_id, identity.account_id, identity.user)
    return identity_of_row(rows[0])


async def _add_conversation(
    tx: Transaction, wanted: NewIdentity, now: datetime, customer_id: UUID, customer: str
) -> UUID:
    conversation_id = new_id()
    await tx.execute(
        _ADD_CONVERSATION,
        conversation_id,
        wanted.merchant_id,
        wanted.channel,
        wanted.account_id,
        customer_id,
        _state(wanted, conversation_id, customer),
        now,
    )
    return conversation_id


def _state(wanted: NewIdentity, conversation_id: UUID, customer: str | None = None) -> bytes:
    return msgspec.json.encode(
        Conversation(
            locale=wanted.locale, customer=customer, conversation_id=str(conversation_id), channel=wanted.channel
        )
    )


def identity_of_row(row: Any) -> Identity:
    """What IDENTITY_COLUMNS give."""
    return Identity(
        row["identity_id"],
        row["of_merchant_id"],
        row["of_account_id"],
        row["user_name"],
        row["known_union_id"],
        row["conversation_id"],
        row["external_id"],
        row["left_at"] is not None,
    )
