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

_COLUMNS = (
    "i.id, i.merchant_id, i.account_id, i.user_id, i.union_id, i.conversation_id, customer.external_id, i.left_at"
)
_FROM = """
FROM channel_identity i
LEFT JOIN customer ON customer.merchant_id = i.merchant_id AND customer.id = i.customer_id
"""
_FIND = f"SELECT {_COLUMNS} {_FROM} WHERE i.merchant_id = $1 AND i.account_id = $2 AND i.user_id = $3"
_OF_CONVERSATION = f"SELECT {_COLUMNS} {_FROM} WHERE i.merchant_id = $1 AND i.conversation_id = $2"
_OF_UNION = f"""
SELECT customer.external_id {_FROM}
WHERE i.merchant_id = $1 AND i.union_id = $2 AND i.customer_id IS NOT NULL ORDER BY i.seen_at DESC LIMIT 1
"""
_ADD = """
INSERT INTO channel_identity (id, merchant_id, account_id, user_id, union_id, conversation_id, seen_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (merchant_id, account_id, user_id) DO NOTHING RETURNING id
"""
_ADD_CONVERSATION = """
INSERT INTO conversation (id, merchant_id, channel, account_id, customer_id, state, updated_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
"""
_DROP_CONVERSATION = "DELETE FROM conversation WHERE merchant_id = $1 AND id = $2"
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
# What was sent after the deed, and what is on its way while it is noted, the platform counts in the new window. Deeds
# are told to the second, so more than two that went out in that moment were sent before it.
_SEEN = """
UPDATE channel_identity i SET seen_at = $3, left_at = NULL, union_id = coalesce($4, union_id),
    windows = CASE WHEN $5::text IS NULL OR windows -> $5 ->> 'by' = $6 THEN windows
        ELSE windows || jsonb_build_object($5::text, jsonb_build_object('at', $7::text, 'by', $6::text, 'sent',
            (SELECT coalesce(jsonb_agg(it ORDER BY place), '[]') FROM (
                SELECT it, place FROM jsonb_array_elements_text(windows -> $5 -> 'sent') WITH ORDINALITY each(it, place)
                WHERE it::timestamptz >= $8 OR (place = jsonb_array_length(windows -> $5 -> 'sent') AND EXISTS (
                    SELECT 1 FROM outbox WHERE merchant_id = $1 AND lane = 'chat:' || i.conversation_id
                      AND kind = 'channel.send' AND done_at IS NULL AND buried_at IS NULL AND leased_until > $3
                      AND payload ->> 'unclear' > '0'))
                ORDER BY place DESC LIMIT 2) late))) END
WHERE merchant_id = $1 AND id = $2
"""
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
    """Who wrote first: where, as whom, and in which language as far as the platform says."""

    merchant_id: UUID
    account_id: UUID
    channel: str
    user: str
    union_id: str | None = None
    locale: Locale = "zh-CN"


class StoredWindow(msgspec.Struct, frozen=True):
    """A reply window as stored: when it was opened, by which message, and when each message was sent in it."""

    at: datetime
    by: str
    sent: tuple[datetime, ...] = ()


_DECODER = msgspec.json.Decoder(dict[str, StoredWindow])


async def ensure_identity(db: Database, wanted: NewIdentity, *, now: datetime) -> Identity:
    """The person, known or new; a new one has a conversation, and the customer whom their union id tells."""
    key = (wanted.merchant_id, wanted.account_id, wanted.user)
    rows = await db.fetch(_FIND, *key)
    if not rows:
        await transact(db, lambda tx: _add(tx, wanted, now), name="identity")
        rows = await db.fetch(_FIND, *key)
    identity = _identity(rows[0])
    if identity.customer is None and wanted.union_id is not None:
        known = await db.fetch(_OF_UNION, wanted.merchant_id, wanted.union_id)
        if known:
            return await link_customer(db, identity, known[0]["external_id"], wanted, now=now)
    return identity


async def link_customer(
    db: Database, identity: Identity, external_id: str, wanted: NewIdentity, *, now: datetime
) -> Identity:
    """Make the identity that customer's; one that was somebody else's begins a new conversation, empty of the other."""
    if identity.customer == external_id:
        return identity
    customer_id = await ensure_customer(db, identity.merchant_id, external_id, now=now)

    async def work(tx: Transaction) -> None:
        key = (identity.merchant_id, identity.identity_id)
        if identity.customer is None:
            await tx.execute(_LINK, *key, customer_id, external_id)
            return
        conversation_id = await _add_conversation(tx, wanted, now, customer_id, external_id)
        await tx.execute(_CLOSE, identity.merchant_id, identity.conversation_id)
        await tx.execute(_MOVE, *key, customer_id, conversation_id)

    await transact(db, work, name="link")
    rows = await db.fetch(_FIND, identity.merchant_id, identity.account_id, identity.user)
    return _identity(rows[0])


async def identity_of(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> Identity | None:
    """Whose conversation on a platform it is; None on our own chat."""
    rows = await db.fetch(_OF_CONVERSATION, merchant_id, conversation_id)
    return _identity(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person did, for what it opens: the window (None for none), by which message, when the platform saw it."""

    window: str | None
    message_id: str
    at: datetime
    union_id: str | None = None


async def note_arrival(db: CanFetch, identity: Identity, deed: Deed, *, now: datetime) -> None:
    """The person wrote: they are reachable, and a reply window is open anew; the same message opens it once."""
    key = (identity.merchant_id, identity.identity_id)
    await db.fetch(_SEEN, *key, now, deed.union_id, deed.window, deed.message_id, deed.at.isoformat(), deed.at)


async def note_leaving(db: CanFetch, identity: Identity, *, now: datetime) -> None:
    """The person blocked the bot or unfollowed; nothing is sent until they write again."""
    await db.fetch(_LEFT, identity.merchant_id, identity.identity_id, now)


async def read_windows(tx: Transaction, identity: Identity) -> Mapping[str, StoredWindow]:
    """The person's reply windows, locked for this transaction."""
    row = await tx.fetch_one(_WINDOWS, identity.merchant_id, identity.identity_id)
    return _DECODER.decode(row["windows"]) if row is not None else {}


async def write_windows(tx: Transaction, identity: Identity, windows: Mapping[str, StoredWindow]) -> None:
    """What read_windows gave, changed."""
    await tx.execute(_SET_WINDOWS, identity.merchant_id, identity.identity_id, msgspec.json.encode(windows))


async def _add(tx: Transaction, wanted: NewIdentity, now: datetime) -> None:
    conversation_id = await _add_conversation(tx, wanted, now)
    added = await tx.fetch(
        _ADD, new_id(), wanted.merchant_id, wanted.account_id, wanted.user, wanted.union_id, conversation_id, now
    )
    if not added:  # another process was faster; its conversation is the person's
        await tx.execute(
            "DELETE FROM conversation WHERE merchant_id = $1 AND id = $2", wanted.merchant_id, conversation_id
        )


async def _add_conversation(
    tx: Transaction,
    wanted: NewIdentity,
    now: datetime,
    customer_id: UUID | None = None,
    customer: str | None = None,
) -> UUID:
    conversation_id = new_id()
    state = Conversation(
        locale=wanted.locale, customer=customer, conversation_id=str(conversation_id), channel=wanted.channel
    )
    await tx.execute(
        _ADD_CONVERSATION,
        conversation_id,
        wanted.merchant_id,
        wanted.channel,
        wanted.account_id,
        customer_id,
        msgspec.json.encode(state),
        now,
    )
    return conversation_id


def _identity(row: Any) -> Identity:
    return Identity(
        row["id"],
        row["merchant_id"],
        row["account_id"],
        row["user_id"],
        row["union_id"],
        row["conversation_id"],
        row["external_id"],
        row["left_at"] is not None,
    )
