"""Log-in, log-out and the language switch."""

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.pages import open_page
from bot.console.sessions import (
    FORM_COOKIE,
    LOCALE_COOKIE,
    SESSION_COOKIE,
    SESSION_LIFETIME,
    VISIT,
    hash_token,
    is_form_ours,
    locale_of,
    new_token,
    set_cookie,
)
from bot.console.texts import console_text
from bot.passwords import PASSWORD_LENGTH_MAX, is_password_right
from storage import staff_store
from storage.ids import new_id

_ATTEMPTS_OF_LOGIN_MAX = 5
_ATTEMPTS_OF_ADDRESS_MAX = 30
_FIELD_LENGTH_MAX = 256


async def show_login(request: web.Request) -> web.Response:
    """The log-in form; the shop is filled in from the address (?shop=SLUG)."""
    return login_form(request, shop=request.query.get("shop", ""), login="", error=None, status=200)


async def log_in(request: web.Request) -> web.Response:
    """Check shop, log-in and password; every failure counts in the database, five within 15 minutes close the door."""
    form = await request.post()
    shop, login, password = (_typed(form.get(name)) for name in ("shop", "login", "password"))
    refuse = _Refusal(request, shop, login)
    if not await is_form_ours(request, request.cookies.get(FORM_COOKIE, "")):
        return refuse("login.form_expired", status=403)
    console = request.app[CONSOLE]
    now = console.clock.now()
    attempts = await staff_store.add_attempt(console.db, shop, login, address=request.remote or "", now=now)
    if attempts.of_login > _ATTEMPTS_OF_LOGIN_MAX or attempts.of_address > _ATTEMPTS_OF_ADDRESS_MAX:
        return refuse("login.too_many", status=429)
    found = await staff_store.find_login(console.db, shop, login)
    is_right = await is_password_right(password[:PASSWORD_LENGTH_MAX], found.password_hash if found else None)
    if not is_right or found is None:
        return refuse("login.wrong", status=401)
    await staff_store.forget_attempts(console.db, found, login)
    token = new_token()
    session = staff_store.NewSession(new_id(), found, hash_token(token), new_token())
    await staff_store.add_session(console.db, session, now=now, expires_at=now + SESSION_LIFETIME)
    response = _go_to("/desk")
    set_cookie(response, request, SESSION_COOKIE, token)
    return response


async def log_out(request: web.Request) -> web.StreamResponse:
    """End this session in the database and forget the cookie."""
    await staff_store.end_session(request.app[CONSOLE].db, request[VISIT].session)
    response = _go_to("/desk/login")
    response.del_cookie(SESSION_COOKIE, path="/desk")
    return response


async def choose_language(request: web.Request) -> web.StreamResponse:
    """Remember the language in a cookie; it needs no session, and changes nothing but words."""
    locale = "zh-CN" if (await request.post()).get("locale") == "zh-CN" else "en"
    response = _go_to(_page_before(request))
    set_cookie(response, request, LOCALE_COOKIE, locale)
    return response


def _go_to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _page_before(request: web.Request) -> str:
    """The page of the desk on which the language was chosen."""
    before = urlsplit(request.headers.get("Referer", ""))
    is_ours = before.netloc == request.host and before.path.startswith("/desk/")
    if not is_ours:
        return "/desk"
    return f"{before.path}?{before.query}" if before.query else before.path


def _typed(field: object) -> str:
    return field.replace("\x00", "")[:_FIELD_LENGTH_MAX] if isinstance(field, str) else ""


class _Refusal:
    """The form again, with what was typed (but the password) and why it was refused."""

    def __init__(self, request: web.Request, shop: str, login: str) -> None:
        self._request, self._shop, self._login = request, shop, login

    def __call__(self, key: str, *, status: int) -> web.Response:
        error = console_text(locale_of(self._request), key)
        return login_form(self._request, shop=self._shop, login=self._login, error=error, status=status)


def login_form(request: web.Request, *, shop: str, login: str, error: str | None, status: int) -> web.Response:
    """The log-in page, with what was typed (but the password) and what was wrong with it."""
    csrf = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response = open_page(request, "login.html", status=status, csrf=csrf, shop=shop, login=login, error=error)
    set_cookie(response, request, FORM_COOKIE, csrf)
    return response
