"""Versions of a merchant's policy and offer rules; the highest number is in force, none is ever changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from refund_core.offers import OfferRules, parse_offer_rules
from refund_core.policy import Policy
from refund_core.policy_file import parse_policy
from storage.database import Database
from storage.ids import new_id
from storage.transaction import Transaction, transact


class VersionConflict(Exception):
    """Somebody else stored a version meanwhile; current is the number in force now."""

    def __init__(self, current: int) -> None:
        super().__init__(current)
        self.current = current


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of a policy or offers document."""

    kind: str
    version: int
    document: Mapping[str, object]
    created_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy and offer rules in force."""

    policy: Policy
    offers: OfferRules


async def add_version(
    db: Database,
    merchant_id: UUID,
    kind: str,
    document: Mapping[str, object],
    *,
    by: str,
    now: datetime,
    after_version: int | None = None,
) -> StoredVersion:
    """Store a new version and put it in force.

    Raises PolicyInvalid for a document that cannot be used; VersionConflict where after_version, or another writer,
    is not the last word.
    """

    async def work(tx: Transaction) -> StoredVersion:
        return await insert_version(tx, merchant_id, kind, document, by=by, now=now, after_version=after_version)

    try:
        return await transact(db, work, name="policy.add")
    except asyncpg.UniqueViolationError as error:
        raise VersionConflict((await current_versions(db, merchant_id)).get(kind, 0)) from error


async def insert_version(
    tx: Transaction,
    merchant_id: UUID,
    kind: str,
    document: Mapping[str, object],
    *,
    by: str,
    now: datetime,
    after_version: int | None = None,
) -> StoredVersion:
    """The same inside a transaction of the caller's."""
    last = await tx.fetch_one(
        "SELECT coalesce(max(version), 0) AS version FROM policy_version WHERE merchant_id = $1 AND kind = $2",
        merchant_id,
        kind,
    )
    current = 0 if last is None else int(last["version"])
    if after_version is not None and after_version != current:
        raise VersionConflict(current)
    _check(kind, document, current + 1)
    await tx.execute(
        "INSERT INTO policy_version (id, merchant_id, kind, version, document, created_at, by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        merchant_id,
        kind,
        current + 1,
        msgspec.json.encode(document),
        now,
        by,
    )
    return StoredVersion(kind, current + 1, document, now, by)


async def current_versions(db: Database, merchant_id: UUID) -> dict[str, int]:
    """The number in force of each kind: cheap, so that a cache can ask whether it is stale."""
    rows = await db.fetch(
        "SELECT kind, max(version) AS version FROM policy_version WHERE merchant_id = $1 GROUP BY kind", merchant_id
    )
    return {row["kind"]: row["version"] for row in rows}


async def current(db: Database, merchant_id: UUID, kind: str) -> StoredVersion | None:
    """The version in force."""
    return await _one(db, merchant_id, kind, "ORDER BY version DESC LIMIT 1")


async def version(db: Database, merchant_id: UUID, kind: str, number: int) -> StoredVersion | None:
    """One version, for the trace of an old decision."""
    return await _one(db, merchant_id, kind, "AND version = $3", number)


async def current_rules(db: Database, merchant_id: UUID) -> Rules:
    """Both documents in force, read; a merchant always has them. Raises LookupError where one is missing."""
    policy = await current(db, merchant_id, "policy")
    offers = await current(db, merchant_id, "offers")
    if policy is None or offers is None:
        raise LookupError("policy" if policy is None else "offers")
    return Rules(
        parse_policy(policy.document, version=policy.version),
        parse_offer_rules(offers.document, version=offers.version),
    )


def _check(kind: str, document: Mapping[str, object], number: int) -> None:
    if kind == "policy":
        parse_policy(document, version=number)
        return
    parse_offer_rules(document, version=number)


async def _one(db: Database, merchant_id: UUID, kind: str, end: str, *args: object) -> StoredVersion | None:
    rows = await db.fetch(
        "SELECT kind, version, document, created_at, by FROM policy_version"  # noqa: S608  # end is a constant
        f" WHERE merchant_id = $1 AND kind = $2 {end}",
        merchant_id,
        kind,
        *args,
    )
    return _stored(rows[0]) if rows else None


def _stored(row: Any) -> StoredVersion:
    document = msgspec.json.decode(row["document"], type=dict[str, object])
    return StoredVersion(row["kind"], row["version"], document, row["created_at"], row["by"])
