"""Merchants' accounts on chat platforms; their settings are secret and stored encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from storage.crypto import Vault, bind_to, context_of
from storage.ids import new_id
from storage.reading import CanFetch

_COLUMNS = "a.id, a.merchant_id, m.slug, a.channel, a.name, a.settings, a.version, a.created_at"
_FROM = "FROM channel_account a JOIN merchant m ON m.id = a.merchant_id WHERE a.removed_at IS NULL"
_IN_USE = f"SELECT DISTINCT a.channel {_FROM} ORDER BY a.channel"  # a constant
# Of whom the platform told nobody under the old settings it is asked again.
_ADD = """
WITH kept AS (
    INSERT INTO channel_account (id, merchant_id, channel, name, settings, created_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (merchant_id, channel, name) DO UPDATE
    SET settings = excluded.settings, version = channel_account.version + 1, removed_at = NULL, asking_from = NULL
    RETURNING id, version = 1 AS is_new
), asked_again AS (
    UPDATE union_question q SET due_at = $6 FROM kept
    WHERE q.merchant_id = $2 AND q.account_id = kept.id AND q.due_at IS NULL
)
SELECT id, is_new FROM kept
"""
_REMOVE = """
UPDATE channel_account SET removed_at = $4, version = version + 1
WHERE merchant_id = $1 AND channel = $2 AND name = $3 AND removed_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as stored, its settings decrypted; version counts their changes."""

    account_id: UUID
    merchant_id: UUID
    slug: str
    channel: str
    name: str
    settings: Mapping[str, str] = field(repr=False)
    version: int
    created_at: datetime


async def add_account(
    db: CanFetch,
    vault: Vault,
    merchant_id: UUID,
    channel: str,
    name: str,
    settings: Mapping[str, str],
    *,
    now: datetime,
) -> bool:
    """Keep an account, or give the one of that name these settings; True for a new one."""
    sealed = vault.encrypt(msgspec.json.encode(settings).decode(), context=_context(merchant_id, channel, name))
    (row,) = await db.fetch(_ADD, new_id(), merchant_id, channel, name, sealed, now)
    return bool(row["is_new"])


async def remove_account(db: CanFetch, merchant_id: UUID, channel: str, name: str, *, now: datetime) -> bool:
    """Take an account out of use; who wrote to it stays known. False where there is no such account."""
    return bool(await db.fetch(_REMOVE, merchant_id, channel, name, now))


async def accounts_of(db: CanFetch, vault: Vault, merchant_id: UUID) -> list[StoredAccount]:
    """A merchant's accounts in use. Raises CannotDecrypt."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} {_FROM} AND a.merchant_id = $1 ORDER BY a.channel, a.name",  # constants
        merchant_id,
    )
    return [_account(row, vault) for row in rows]


async def all_accounts(db: CanFetch, vault: Vault) -> list[StoredAccount]:
    """Every account in use of every merchant. Raises CannotDecrypt."""
    return [_account(row, vault) for row in await db.fetch(f"SELECT {_COLUMNS} {_FROM}")]  # constants


async def channels_in_use(db: CanFetch) -> list[str]:
    """On which channels any merchant has an account, sorted."""
    return [row["channel"] for row in await db.fetch(_IN_USE)]


async def find_account(db: CanFetch, vault: Vault, slug: str, channel: str, name: str) -> StoredAccount | None:
    """The account in use that an address names. Raises CannotDecrypt."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} {_FROM} AND m.slug = $1 AND a.channel = $2 AND a.name = $3",  # constants
        slug,
        channel,
        name,
    )
    return _account(rows[0], vault) if rows else None


async def account_of_id(db: CanFetch, vault: Vault, merchant_id: UUID, account_id: UUID) -> StoredAccount | None:
    """The merchant's account of that id, if it is in use. Raises CannotDecrypt."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} {_FROM} AND a.merchant_id = $1 AND a.id = $2",  # constants
        merchant_id,
        account_id,
    )
    return _account(rows[0], vault) if rows else None


def _account(row: Any, vault: Vault) -> StoredAccount:
    context = _context(row["merchant_id"], row["channel"], row["name"])
    settings = msgspec.json.decode(vault.decrypt(row["settings"], context=context), type=dict[str, str])
    return StoredAccount(
        row["id"],
        row["merchant_id"],
        row["slug"],
        row["channel"],
        row["name"],
        settings,
        row["version"],
        row["created_at"],
    )


def _context(merchant_id: UUID, channel: str, name: str) -> str:
    return bind_to(context_of(merchant_id, "channel_account", "settings"), f"{channel}/{name}")
