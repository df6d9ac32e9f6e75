"""The chat inside a mini-program: from a code of wx.login to a session of the chat API.

The person is the one whom WeChat knows in this mini-program, with the conversation and the customer that they have
there already: by union id, by the shop's signed proof, or by a verified phone, never by what the caller says.
"""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import structlog
from aiohttp import web

from bot.api.errors import Problem, invalid
from bot.api.http import answer, decoded, read_body
from bot.api.services import SERVICES, Services
from bot.channel_accounts import OpenAccount, UnknownAccount
from bot.merchants import KnownMerchant, UnknownMerchant
from channels.abilities import LoggedIn, LoginRefused, LogsIn
from channels.channel import BadSetting
from channels.support_chat.web.signature import Identity, IdentityRefused, Session, issue_session, read_identity
from dialogs.messages import Locale
from dialogs.texts.catalogue import say
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage.app_store import note_visit
from storage.arrival_store import Arriving
from storage.identity_store import NewIdentity, link_customer

CHANNEL = "mini_program"
ORDER_LENGTH_MAX = 128
_RETRY = {"Retry-After": "1"}
_log = structlog.get_logger()


class LoginRequest(msgspec.Struct, frozen=True):
    """A code of wx.login; identity is the merchant's signed JWT, order_no the order that the page is about."""

    code: str
    identity: str | None = None
    order_no: str | None = None
    locale: Locale | None = None


class FileLimits(msgspec.Struct, frozen=True):
    """How many bytes a picture and a video may have."""

    picture: int
    video: int


class LoginAnswer(msgspec.Struct, frozen=True):
    """A session of the chat API; templates are those that wx.requestSubscribeMessage is to ask for.

    utc_offset_minutes is that of the shop's clock now (480 in China), by which days and hours are told.
    """

    session: str
    conversation: UUID
    customer: str | None
    expires: int
    merchant: str
    utc_offset_minutes: int
    templates: tuple[str, ...]
    limits: FileLimits


async def log_in(request: web.Request) -> web.Response:
    """POST …/mini_program/NAME/sessions."""
    services, locale = request.app[SERVICES], _accepted(request)
    wait = services.sessions_per_minute.seconds_to_wait(request.remote, services.clock.now().timestamp())
    if wait:
        raise _too_many(wait, locale)
    merchant = await _merchant(request, services, locale)
    wish = decoded(await read_body(request, services.settings.chat.body_bytes_max), LoginRequest)
    locale = wish.locale or locale
    check_wish(wish)
    account, channel = await _account(request, services, locale)
    identity = _identity(wish.identity, merchant, services, locale)
    person = await _person(channel, wish.code, locale)
    session = await _session(services, account, wish, person, identity)
    limits = services.settings.attachments
    return answer(
        LoginAnswer(
            issue_session(session, services.session_key),
            session.conversation_id,
            session.customer,
            session.expires,
            merchant.row.name,
            _utc_offset_minutes(merchant, services),
            channel.asked_templates,
            FileLimits(limits.image_bytes_max, limits.video_bytes_max),
        ),
        status=201,
    )


def _utc_offset_minutes(merchant: KnownMerchant, services: Services) -> int:
    offset = services.clock.now().astimezone(ZoneInfo(merchant.row.timezone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60


async def _merchant(request: web.Request, services: Services, locale: Locale) -> KnownMerchant:
    try:
        return await services.merchants.by_slug(request.match_info["slug"])
    except UnknownMerchant:
        raise Problem(404, "unknown-merchant", say("login.no_merchant", locale)) from None


def check_wish(wish: LoginRequest) -> None:
    """Raises Problem 422 for what no code and no order number can be."""
    if not wish.code:
        raise invalid("code", "empty", "Expected what wx.login gave.")
    order_no = wish.order_no
    if order_no is not None and not (0 < len(order_no) <= ORDER_LENGTH_MAX and order_no.isprintable()):
        raise invalid("order_no", "wrong_shape", "Expected a short text.", limit=ORDER_LENGTH_MAX)


async def _account(request: web.Request, services: Services, locale: Locale) -> tuple[OpenAccount, LogsIn]:
    slug, name = request.match_info["slug"], request.match_info["account"]
    try:
        account = await services.channels.named(slug, CHANNEL, name)
    except UnknownAccount:
        raise Problem(404, "unknown-mini-program", say("login.no_account", locale)) from None
    except BadSetting as error:
        _log.error("login.account_not_usable", merchant=slug, account=name, setting=str(error))
        raise _not_set_up(locale) from None
    if not isinstance(account.channel, LogsIn):
        raise _not_set_up(locale)
    return account, account.channel


def _identity(token: str | None, merchant: KnownMerchant, services: Services, locale: Locale) -> Identity | None:
    if token is None:
        return None
    now, longest = services.clock.now(), services.settings.chat.identity_seconds_max
    try:
        return read_identity(token, merchant.chat_secret, now=now, seconds_max=longest)
    except IdentityRefused as refused:
        code = f"identity-{refused.code}".replace("_", "-")
        raise Problem(401, code, say("login.identity", locale)) from None


async def _person(channel: LogsIn, code: str, locale: Locale) -> LoggedIn:
    try:
        return await channel.log_in(code)
    except LoginRefused as refused:
        raise _refused(refused.reason, locale) from None
    except (SendLater, SendRefused, AnswerUnknown) as error:
        raise _not_asked(error, locale) from None


def _refused(reason: str, locale: Locale) -> Problem:
    match reason:
        case "used":
            return Problem(401, "login-code-used", say("login.used", locale))
        case "blocked":
            return Problem(403, "login-blocked", say("login.blocked", locale))
        case _:
            return Problem(401, "login-code-bad", say("login.bad", locale))


def _not_asked(error: SendLater | SendRefused | AnswerUnknown, locale: Locale) -> Problem:
    """WeChat did not say who it is: too often, not now, or because the account's own settings are wrong."""
    match error:
        case SendLater(code="45011"):
            return _too_many(int(error.after_seconds), locale)
        case SendRefused():
            _log.error("login.account_refused", code=error.code)
            return _not_set_up(locale)
        case _:
            _log.warning("login.not_asked", code=error.code)
            return Problem(503, "login-busy", say("login.busy", locale), headers=_RETRY)


def _too_many(seconds: int, locale: Locale) -> Problem:
    headers = {"Retry-After": str(seconds)}
    return Problem(429, "too-many-requests", say("login.too_many", locale, seconds=seconds), headers=headers)


def _not_set_up(locale: Locale) -> Problem:
    return Problem(503, "login-not-set-up", say("login.not_set_up", locale))


async def _session(
    services: Services, account: OpenAccount, wish: LoginRequest, person: LoggedIn, identity: Identity | None
) -> Session:
    """The session of the person's one conversation in this mini-program."""
    stored, now = account.stored, services.clock.now()
    locale = wish.locale or (identity.locale if identity else None)
    wanted = NewIdentity(
        stored.merchant_id, stored.account_id, CHANNEL, person.user, person.union_id, locale or "zh-CN"
    )
    known = await services.meeting(Arriving(wanted, None, now))
    if identity is not None:
        known = await link_customer(services.db, known, identity.customer, wanted, now=now)
    await note_visit(services.db, known, person.union_id, now=now)
    return Session(
        stored.merchant_id,
        stored.slug,
        known.conversation_id,
        int(now.timestamp()) + services.settings.chat.session_seconds,
        known.customer,
        identity.order_no if identity is not None and identity.order_no is not None else wish.order_no,
        locale,
    )


def _accepted(request: web.Request) -> Locale:
    """The language of what is said before the request's own is read."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-CN"
