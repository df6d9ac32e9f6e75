"""Merchants: made with an API key and a chat secret that are shown once, found by slug or key."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from dialogs.facts import Merchant
from dialogs.hours import read_hours
from dialogs.texts.catalogue import NO_TEXTS
from dialogs.texts.own import stored_texts
from storage import policy_store
from storage.crypto import Vault, bind_to, context_of
from storage.database import Database
from storage.ids import new_id
from storage.text import is_storable
from storage.transaction import Transaction, transact

API_KEY_PREFIX = "rbk_"
_SECRET_BYTES = 32
_COLUMNS = "id, slug, name, currency, timezone, settings, created_at"


class SlugTaken(Exception):
    """A merchant of that slug exists."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """What a merchant is made from; policy and offers are the documents of its first versions."""

    slug: str
    name: str
    currency: str
    policy: Mapping[str, object]
    offers: Mapping[str, object]
    timezone: str = "Asia/Shanghai"
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreatedMerchant:
    """The new merchant with its secrets, which can never be read again in this form."""

    merchant_id: UUID
    slug: str
    api_key: str = field(repr=False)
    chat_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MerchantRow:
    """A merchant as stored; its secrets are not here."""

    merchant_id: UUID
    slug: str
    name: str
    currency: str
    timezone: str
    settings: Mapping[str, object]
    created_at: datetime


async def create_merchant(db: Database, vault: Vault, wanted: NewMerchant, *, now: datetime) -> CreatedMerchant:
    """Make a merchant with the first versions of its policy and offers. Raises SlugTaken and PolicyInvalid."""
    created = CreatedMerchant(
        new_id(),
        wanted.slug,
        API_KEY_PREFIX + secrets.token_urlsafe(_SECRET_BYTES),
        secrets.token_urlsafe(_SECRET_BYTES),
    )

    async def work(tx: Transaction) -> None:
        await _insert(tx, vault, wanted, created, now)
        for kind, document in (("policy", wanted.policy), ("offers", wanted.offers)):
            await policy_store.insert_version(tx, created.merchant_id, kind, document, by="system", now=now)

    try:
        await transact(db, work, name="merchant.create")
    except asyncpg.UniqueViolationError as error:
        raise SlugTaken(wanted.slug) from error
    return created


async def by_slug(db: Database, slug: str) -> MerchantRow | None:
    """The merchant of that slug."""
    return await _one(db, "slug = $1", slug) if is_storable(slug) else None


async def the_only_one(db: Database) -> str | None:
    """The slug of the merchant where there is just one; None for none and for several."""
    rows = await db.fetch("SELECT slug FROM merchant LIMIT 2")
    return str(rows[0]["slug"]) if len(rows) == 1 else None


async def every_merchant(db: Database) -> list[MerchantRow]:
    """All merchants, by their slugs."""
    return [_merchant(row) for row in await db.fetch(f"SELECT {_COLUMNS} FROM merchant ORDER BY slug")]  # noqa: S608  # constants


async def by_id(db: Database, merchant_id: UUID) -> MerchantRow | None:
    """The merchant of that id."""
    return await _one(db, "id = $1", merchant_id)


async def by_api_key(db: Database, api_key: str) -> MerchantRow | None:
    """The merchant whose key this is; an unknown key costs the same as a known one."""
    return await by_api_key_hash(db, api_key_hash(api_key))


async def by_api_key_hash(db: Database, key_hash: bytes) -> MerchantRow | None:
    """The merchant of a key's hash, see api_key_hash."""
    return await _one(db, "api_key_hash = $1", key_hash)


def api_key_hash(api_key: str) -> bytes:
    """How a key is stored: keys are 256 random bits, so one round of SHA-256 keeps them."""
    return hashlib.sha256(api_key.encode("utf-8", "surrogatepass")).digest()


async def chat_secret(db: Database, vault: Vault, merchant_id: UUID) -> str | None:
    """The secret with which the merchant signs its customers' identities. Raises CannotDecrypt."""
    rows = await db.fetch("SELECT slug, chat_secret FROM merchant WHERE id = $1", merchant_id)
    if not rows:
        return None
    return vault.decrypt(rows[0]["chat_secret"], context=_secret_context(merchant_id, rows[0]["slug"]))


async def renew_api_key(db: Database, merchant_id: UUID) -> str:
    """Give the merchant a new API key; the old one ends with this commit."""
    api_key = API_KEY_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    await db.execute("UPDATE merchant SET api_key_hash = $2 WHERE id = $1", merchant_id, api_key_hash(api_key))
    return api_key


async def facts_of(db: Database, row: MerchantRow) -> Merchant:
    """What the dialog may know of the merchant, with the policy and offers in force."""
    rules = await policy_store.current_rules(db, row.merchant_id)
    settings = row.settings
    texts = settings.get("texts")
    hours = settings.get("hours")
    return Merchant(
        slug=row.slug,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        policy=rules.policy,
        offer_rules=rules.offers,
        texts=stored_texts(texts) if isinstance(texts, dict) else NO_TEXTS,
        hours=read_hours(hours, row.timezone) if isinstance(hours, dict) else None,
    )


async def save_setting(db: Database, merchant_id: UUID, name: str, value: object) -> None:
    """Replace one of the settings: texts ({language: {key: text}}), hours, widget, origins; the others stay."""
    await db.execute(
        "UPDATE merchant SET settings = settings || jsonb_build_object($2::text, $3::jsonb) WHERE id = $1",
        merchant_id,
        name,
        msgspec.json.encode(value),
    )


async def _insert(tx: Transaction, vault: Vault, wanted: NewMerchant, created: CreatedMerchant, now: datetime) -> None:
    secret = vault.encrypt(created.chat_secret, context=_secret_context(created.merchant_id, wanted.slug))
    await tx.execute(
        "INSERT INTO merchant (id, slug, name, currency, timezone, api_key_hash, chat_secret, settings, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        created.merchant_id,
        wanted.slug,
        wanted.name,
        wanted.currency,
        wanted.timezone,
        api_key_hash(created.api_key),
        secret,
        msgspec.json.encode(wanted.settings),
        now,
    )


def _secret_context(merchant_id: UUID, slug: str) -> str:
    return bind_to(context_of(merchant_id, "merchant", "chat_secret"), slug)


async def _one(db: Database, condition: str, value: object) -> MerchantRow | None:
    rows = await db.fetch(f"SELECT {_COLUMNS} FROM merchant WHERE {condition}", value)  # noqa: S608  # constants
    return _merchant(rows[0]) if rows else None


def _merchant(row: Any) -> MerchantRow:
    return MerchantRow(
        merchant_id=row["id"],
        slug=row["slug"],
        name=row["name"],
        currency=row["currency"],
        timezone=row["timezone"],
        settings=msgspec.json.decode(row["settings"], type=dict[str, object]),
        created_at=row["created_at"],
    )
