"""Who calls the chat: opening a session, and the session that each later call carries."""

from uuid import UUID

import msgspec
from aiohttp import web

from bot.api.errors import Problem, invalid, not_found, too_many, unauthorized
from bot.api.http import answer, read_body
from bot.api.services import SERVICES, Services
from bot.merchants import KnownMerchant, UnknownMerchant
from channels.support_chat.web.parse import MessageRefused, parse_session_request
from channels.support_chat.web.signature import (
    Identity,
    IdentityRefused,
    Session,
    SessionRefused,
    issue_session,
    read_identity,
    read_session,
)
from storage.conversation_store import NewConversation, open_conversation

_BEARER = "Bearer "
_IDENTITY_WORDS = {
    "malformed": "The identity is not a JWT.",
    "wrong_algorithm": "The identity must be signed with HS256.",
    "wrong_signature": "The identity's signature does not match this merchant's chat secret.",
    "expired": "The identity has expired.",
    "expires_too_late": "The identity's `exp` must be at most one hour ahead.",
    "not_yet_valid": "The identity is not valid yet.",
    "no_expiry": "The identity needs `exp`, in seconds since 1970.",
    "no_subject": "The identity needs `sub`, the customer's external_id, as a text.",
    "bad_claim": "The identity's `order_no` must be a short text.",
}


class SessionAnswer(msgspec.Struct, frozen=True):
    """A session was opened; customer is null for an anonymous visitor."""

    session: str
    conversation: UUID
    customer: str | None


async def open_session(request: web.Request) -> web.Response:
    """POST …/sessions: from a signed identity, or anonymous."""
    services = request.app[SERVICES]
    now = services.clock.now()
    wait = services.sessions_per_minute.seconds_to_wait(request.remote, now.timestamp())
    if wait:
        raise too_many(wait)
    merchant = await merchant_of(request)
    try:
        wish = parse_session_request(await read_body(request, services.settings.chat.body_bytes_max))
    except MessageRefused as refused:
        raise message_problem(refused) from None
    identity = _identity(wish.identity, merchant, services)
    locale = wish.locale or (identity.locale if identity else None) or "zh-CN"
    conversation_id = await open_conversation(
        services.db,
        merchant.merchant_id,
        NewConversation("web", identity.customer if identity else None, locale),
        now=now,
    )
    session = Session(
        merchant.merchant_id,
        merchant.slug,
        conversation_id,
        int(now.timestamp()) + services.settings.chat.session_seconds,
        identity.customer if identity else None,
        identity.order_no if identity else None,
        wish.locale,
    )
    token = issue_session(session, services.session_key)
    return answer(SessionAnswer(token, conversation_id, session.customer), status=201)


def session_of(request: web.Request, services: Services) -> Session:
    """The session in the Authorization header, of the merchant in the path. Raises Problem 401."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        raise unauthorized("no-session", "Send `Authorization: Bearer SESSION`.")
    return check_session(header[len(_BEARER) :], request.match_info["slug"], services)


def check_session(token: str, slug: str, services: Services) -> Session:
    """The session of a token, if it was issued for that merchant and still holds. Raises Problem 401."""
    try:
        session = read_session(token, services.session_key, now_seconds=services.clock.now().timestamp())
    except SessionRefused as refused:
        raise unauthorized(f"session-{refused.code}".replace("_", "-"), _SESSION_WORDS[refused.code]) from None
    if session.slug != slug:
        raise unauthorized("session-of-another-merchant", _SESSION_WORDS["wrong_signature"])
    return session


async def merchant_of(request: web.Request) -> KnownMerchant:
    """The merchant in the path. Raises Problem 404."""
    try:
        return await request.app[SERVICES].merchants.by_slug(request.match_info["slug"])
    except UnknownMerchant:
        raise not_found("merchant") from None


def message_problem(refused: MessageRefused) -> Problem:
    """What to answer to a body that is no message."""
    match refused.code:
        case "not_json":
            return Problem(400, "not-json", "The body is not JSON.")
        case "too_long":
            return invalid(refused.field, "too_long", f"At most {refused.limit} characters.", limit=refused.limit)
        case "too_many":
            return invalid(refused.field, "too_many", f"At most {refused.limit}.", limit=refused.limit)
        case "empty":
            return invalid(refused.field, "empty", "A message needs a text, an action or attachments.")
        case "two_contents":
            return invalid(refused.field, "two_contents", "A message has a text or an action, not both.")
        case _:
            return invalid(refused.field, "wrong_shape", refused.detail or "It has another shape than is expected.")


_SESSION_WORDS = {
    "malformed": "The session token is not one of ours.",
    "wrong_signature": "The session token is not one of ours.",
    "expired": "The session has expired; open a new one.",
}


def _identity(token: str | None, merchant: KnownMerchant, services: Services) -> Identity | None:
    if token is None:
        return None
    try:
        return read_identity(
            token,
            merchant.chat_secret,
            now=services.clock.now(),
            seconds_max=services.settings.chat.identity_seconds_max,
        )
    except IdentityRefused as refused:
        raise unauthorized(f"identity-{refused.code}".replace("_", "-"), _IDENTITY_WORDS[refused.code]) from None
