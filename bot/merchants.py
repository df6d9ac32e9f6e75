"""Merchants as this process knows them: a bounded cache that looks for changes every few seconds."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from time import monotonic
from uuid import UUID

from channels.support_chat.web.theme import Theme, read_theme
from dialogs.facts import Merchant
from dialogs.proof import ProofLimits
from storage import merchant_store, policy_store
from storage.crypto import Vault
from storage.database import Database
from storage.merchant_store import MerchantRow

_FRESH_SECONDS = 3.0
_KEPT_MAX = 1_000


class UnknownMerchant(KeyError):
    """There is no such merchant."""


@dataclass(frozen=True, slots=True)
class KnownMerchant:
    """A merchant with what the chat and the API need of it; origins are the shop pages that may embed its chat."""

    row: MerchantRow
    facts: Merchant
    chat_secret: str = field(repr=False)
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def merchant_id(self) -> UUID:
        """Its id in the database."""
        return self.row.merchant_id

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.row.slug

    @property
    def origins(self) -> tuple[str, ...]:
        """Web origins of its shop, as browsers write them; none named means that any page may embed the chat."""
        named = self.row.settings.get("origins")
        return tuple(str(origin) for origin in named) if isinstance(named, list) else ()

    @property
    def theme(self) -> Theme:
        """How its chat looks."""
        stored = self.row.settings.get("widget")
        return read_theme(stored) if isinstance(stored, dict) else Theme()


@dataclass(slots=True)
class _Kept:
    merchant: KnownMerchant
    looked_at: float


class MerchantCache:
    """Merchants by id and slug, at most a few seconds behind the database; gateways: the methods paid back by one.

    proof: within which limits codes can be sent to phones; None where they cannot.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        *,
        gateways: frozenset[str] | None = None,
        proof: ProofLimits | None = None,
    ) -> None:
        self._db = db
        self._vault = vault
        self._gateways = gateways
        self._proof = proof
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()
        self._ids: dict[str, UUID] = {}
        self._lock = asyncio.Lock()

    async def by_slug(self, slug: str) -> KnownMerchant:
        """The merchant of that slug. Raises UnknownMerchant."""
        merchant_id = self._ids.get(slug)
        if merchant_id is None:
            row = await merchant_store.by_slug(self._db, slug)
            if row is None:
                raise UnknownMerchant(slug)
            merchant_id = row.merchant_id
        return await self.known(merchant_id)

    async def known(self, merchant_id: UUID) -> KnownMerchant:
        """The merchant of that id. Raises UnknownMerchant."""
        kept = self._kept.get(merchant_id)
        if kept is None or monotonic() - kept.looked_at > _FRESH_SECONDS:
            async with self._lock:
                kept = await self._look(merchant_id)
        return kept.merchant

    async def by_id(self, merchant_id: UUID) -> Merchant:
        """What the dialog may know of the merchant of that id. Raises UnknownMerchant."""
        return (await self.known(merchant_id)).facts

    def forget(self, merchant_id: UUID) -> None:
        """Look anew at the next asking: this process has just changed that merchant."""
        self._kept.pop(merchant_id, None)

    async def _look(self, merchant_id: UUID) -> _Kept:
        kept = self._kept.get(merchant_id)
        if kept is not None and monotonic() - kept.looked_at <= _FRESH_SECONDS:
            return kept
        merchant = await self._read(merchant_id, kept.merchant if kept else None)
        kept = _Kept(merchant, monotonic())
        self._kept[merchant_id] = kept
        self._kept.move_to_end(merchant_id)
        self._ids[merchant.slug] = merchant_id
        while len(self._kept) > _KEPT_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._ids.pop(oldest.merchant.slug, None)
        return kept

    async def _read(self, merchant_id: UUID, last: KnownMerchant | None) -> KnownMerchant:
        row = await merchant_store.by_id(self._db, merchant_id)
        if row is None:
            raise UnknownMerchant(merchant_id)
        versions = await policy_store.current_versions(self._db, merchant_id)
        if last is not None and last.row == row and last.versions == versions:
            return last
        secret = await merchant_store.chat_secret(self._db, self._vault, merchant_id)
        if secret is None:
            raise UnknownMerchant(merchant_id)
        facts = await merchant_store.facts_of(self._db, row)
        if self._gateways is not None:
            facts = replace(facts, gateways=self._gateways)
        if self._proof is not None:
            facts = replace(facts, proof=self._proof)
        return KnownMerchant(row, facts, secret, versions)


async def find_chat_secret(db: Database, vault: Vault, slug: str) -> str | None:
    """The secret that signs a merchant's customers' identities, for commands; None for no such merchant."""
    row = await merchant_store.by_slug(db, slug)
    return await merchant_store.chat_secret(db, vault, row.merchant_id) if row else None
