"""The policy and the offers in the merchants' API: the version in force, and putting a new one in its place."""

from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from bot.api.errors import conflict, invalid, not_found
from bot.api.http import answer, decoded, read_body
from bot.api.merchant_auth import MerchantHandler
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from refund_core.errors import PolicyInvalid
from storage import policy_store
from storage.policy_store import StoredVersion, VersionConflict


class RulesView(msgspec.Struct, frozen=True):
    """One version of the policy or the offers."""

    version: int
    document: dict[str, Any]
    created_at: datetime
    by: str


class RulesRequest(msgspec.Struct, frozen=True):
    """A new version; version is the one in force that it replaces (left out: whichever it is)."""

    document: dict[str, Any]
    version: int | None = None


def get_rules(kind: str) -> MerchantHandler:
    """GET /policy and /offers."""

    async def handler(request: web.Request, merchant: KnownMerchant) -> web.Response:
        stored = await policy_store.current(request.app[SERVICES].db, merchant.merchant_id, kind)
        if stored is None:
            raise not_found(kind)
        return answer(_view(stored))

    return handler


def put_rules(kind: str) -> MerchantHandler:
    """PUT /policy and /offers; a document that is not understood changes nothing and its place is named."""

    async def handler(request: web.Request, merchant: KnownMerchant) -> web.Response:
        services = request.app[SERVICES]
        wanted = decoded(await read_body(request, services.settings.api.body_bytes_max), RulesRequest)
        try:
            stored = await policy_store.add_version(
                services.db,
                merchant.merchant_id,
                kind,
                wanted.document,
                by="api",
                now=services.clock.now(),
                after_version=wanted.version,
            )
        except PolicyInvalid as error:
            raise invalid(f"document.{error.path}".rstrip("."), "not_understood", error.reason) from None
        except VersionConflict as error:
            raise conflict("version-stale", f"Version {error.current} is in force now.") from None
        return answer(_view(stored))

    return handler


def _view(stored: StoredVersion) -> RulesView:
    return RulesView(stored.version, dict(stored.document), stored.created_at, stored.by)
