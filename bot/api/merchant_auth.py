"""Who calls the merchants' API: the key in the Authorization header, and a note of whoever asks for others' things."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.api.errors import Problem, not_found, unauthorized
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from storage import merchant_store
from storage.audit_store import AuditEntry, add_audit, is_elsewhere

_BEARER = "Bearer "
_KEY_LENGTH_MAX = 200

MerchantHandler = Callable[[web.Request, KnownMerchant], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def for_merchant(handler: MerchantHandler) -> Handler:
    """Let the owner of a live API key through, with the merchant it belongs to."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        return await handler(request, await merchant_of_key(request))

    return guarded


async def merchant_of_key(request: web.Request) -> KnownMerchant:
    """The merchant whose API key the request bears. Raises Problem 401."""
    services = request.app[SERVICES]
    key = api_key_of(request)
    row = await merchant_store.by_api_key(services.db, key)
    if row is None:
        raise unauthorized("wrong-api-key", "This API key is not one of ours.")
    return await services.merchants.known(row.merchant_id)


def api_key_of(request: web.Request) -> str:
    """The API key in the header. Raises Problem 401."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER) or len(header) > _KEY_LENGTH_MAX:
        raise unauthorized("no-api-key", "Send `Authorization: Bearer API_KEY`.")
    return header[len(_BEARER) :].strip()


async def absent(request: web.Request, merchant: KnownMerchant, kind: str, name: str) -> Problem:
    """The 404 for a thing that this merchant does not have; where another one has it, an audit row tells of it."""
    services = request.app[SERVICES]
    if await is_elsewhere(services.db, merchant.merchant_id, kind, name):
        resource = request.match_info.route.resource
        about = {"route": f"{request.method} {resource.canonical if resource else ''}", "name": name}
        entry = AuditEntry("api", f"asked_for_foreign_{kind}", about)
        await add_audit(services.db, merchant.merchant_id, entry, now=services.clock.now())
    return not_found(kind)
