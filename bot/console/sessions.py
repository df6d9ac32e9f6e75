"""Who is at the desk: the session cookie, the forms' CSRF token and the chosen language.

The cookie holds a random token; the database holds its hash, so a copied table opens no session. Sessions end on
log-out, on a password change and after twelve hours.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.console.deps import CONSOLE
from dialogs.messages import Locale
from storage.staff_store import StaffSession, find_session

SESSION_COOKIE = "refundbot_desk"
CSRF_HEADER = "X-Csrf"
FORM_COOKIE = "refundbot_desk_form"
LOCALE_COOKIE = "refundbot_desk_locale"
SESSION_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a logged-in member of staff."""

    session: StaffSession
    locale: Locale


VISIT = web.RequestKey("desk_visit", Visit)


def hash_token(token: str) -> bytes:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """A token of 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def locale_of(request: web.Request) -> Locale:
    """The language chosen on the desk, else the browser's first of the two that the desk speaks."""
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen is None:
        chosen = "zh-CN" if request.headers.get("Accept-Language", "").lower().startswith("zh") else "en"
    return "zh-CN" if chosen == "zh-CN" else "en"


async def is_form_ours(request: web.Request, wanted: str) -> bool:
    """Whether the form, or where it has a file a header of the script's, carries the page's token (constant time)."""
    given = request.headers.get(CSRF_HEADER) or (await request.post()).get("csrf", "")
    return isinstance(given, str) and bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def set_cookie(response: web.StreamResponse, request: web.Request, name: str, value: str) -> None:
    """A cookie that scripts can not read and other sites can not send along with a POST."""
    response.set_cookie(
        name, value, max_age=int(SESSION_LIFETIME.total_seconds()), path="/desk", httponly=True, samesite="Lax",
        secure=request.secure or request.app[CONSOLE].is_https,
    )  # fmt: skip


async def session_of(request: web.Request) -> StaffSession | None:
    """The live session that the cookie stands for, if it is one."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    console = request.app[CONSOLE]
    return await find_session(console.db, hash_token(token), now=console.clock.now())
