"""Idempotency-Key: a POST that is sent twice is carried out once and answered the same both times."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from aiohttp import web

from bot.api.errors import PROBLEM_TYPE, Problem, invalid
from bot.api.http import JSON_TYPE, Handler, read_body
from bot.api.merchant_auth import api_key_of, merchant_of_key
from bot.api.services import SERVICES, Services
from bot.merchants import KnownMerchant
from storage.idempotency_store import GivenAnswer, Held, KeyedCall, answer_key, claim_key, release_key
from storage.merchant_store import api_key_hash

KEY_HEADER = "Idempotency-Key"
CLAIM = web.RequestKey("claim", UUID)
_KEY_LENGTH_MAX = 255

PostHandler = Callable[[web.Request, KnownMerchant, bytes], Awaitable[GivenAnswer]]


def keyed(handler: PostHandler) -> Handler:
    """A POST of the merchants' API, with its key; refusals are kept like answers, but for what may pass by itself.

    A handler whose effect a second call would repeat keeps its answer in the effect's own commit, by request[CLAIM].
    """

    async def guarded(request: web.Request) -> web.StreamResponse:
        services = request.app[SERVICES]
        merchant = await merchant_of_key(request)
        key = _key(request)
        raw = await read_body(request, services.settings.api.body_bytes_max)
        call = KeyedCall(merchant.merchant_id, api_key_hash(api_key_of(request)), _hash(key), _body_hash(request, raw))
        claimed = await _claim(services, call)
        if isinstance(claimed, GivenAnswer):
            return _response(claimed, is_repeat=True)
        request[CLAIM] = claimed
        try:
            given = await _carried_out(handler, request, merchant, raw)
        except BaseException:
            await release_key(services.db, merchant.merchant_id, claimed)
            raise
        await answer_key(services.db, merchant.merchant_id, claimed, given)
        return _response(given, is_repeat=False)

    return guarded


async def _carried_out(handler: PostHandler, request: web.Request, merchant: KnownMerchant, raw: bytes) -> GivenAnswer:
    try:
        return await handler(request, merchant, raw)
    except Problem as problem:
        if problem.status in {429, 500, 503}:
            raise
        return GivenAnswer(problem.status, problem.body())


async def _claim(services: Services, call: KeyedCall) -> "UUID | GivenAnswer":
    now = services.clock.now()
    abandoned_before = now - timedelta(seconds=services.settings.api.in_flight_seconds)
    match await claim_key(services.db, call, now=now, abandoned_before=abandoned_before):
        case Held.OTHER_BODY:
            raise invalid(KEY_HEADER, "used_before", "This key was used for another call.", status=409)
        case Held.IN_FLIGHT:
            raise invalid(KEY_HEADER, "in_flight", "The first call with this key is not done yet.", status=409)
        case claimed:
            return claimed


def _key(request: web.Request) -> str:
    key = request.headers.get(KEY_HEADER, "").strip()
    if not key:
        raise invalid(KEY_HEADER, "missing", "Every POST needs this header.", status=400)
    if len(key) > _KEY_LENGTH_MAX or not key.isprintable():
        raise invalid(
            KEY_HEADER, "too_long", f"At most {_KEY_LENGTH_MAX} characters.", limit=_KEY_LENGTH_MAX, status=400
        )
    return key


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _body_hash(request: web.Request, raw: bytes) -> bytes:
    """The call's method, address and body: the same key elsewhere is another call."""
    return hashlib.sha256(f"{request.method} {request.path_qs}\n".encode() + raw).digest()


def _response(given: GivenAnswer, *, is_repeat: bool) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if is_repeat:
        headers["Idempotent-Replayed"] = "true"
    kind = JSON_TYPE if given.status < 400 else PROBLEM_TYPE
    return web.Response(status=given.status, body=given.answer, content_type=kind, headers=headers)
