"""The chat's own page, the loader for shop pages and their static files, held in memory with their fingerprints."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

import channels.support_chat.web
from bot.api.errors import Problem, not_found
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant, UnknownMerchant
from channels.support_chat.web.page import filled_loader, filled_page, hours_config, style_source

_CLIENT = Path(channels.support_chat.web.__file__).parent / "client"
_KINDS = frozenset({".js", ".css", ".svg", ".png", ".woff2", ".ico"})
_FRESH_SECONDS = 300
_LOADER_FRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    media_type: str
    etag: str


class ChatFiles:
    """The client's files, read once."""

    def __init__(self, folder: Path = _CLIENT) -> None:
        found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in _KINDS)
        self.files = {path.relative_to(folder).as_posix(): _read(path) for path in found}
        self.page = (folder / "chat.html").read_text(encoding="utf-8")
        self.missing = (folder / "missing.html").read_text(encoding="utf-8")
        self.loader = (folder / "loader.js").read_text(encoding="utf-8")


FILES = web.AppKey("chat_files", ChatFiles)


async def show_chat_page(request: web.Request) -> web.Response:
    """The page of one merchant's chat; its config block is data, written so that no value can end it."""
    services = request.app[SERVICES]
    try:
        merchant = await _merchant_of(request)
    except Problem:
        if not _is_browser(request):
            raise
        headers = _page_headers((), "")
        return web.Response(text=request.app[FILES].missing, status=404, content_type="text/html", headers=headers)
    limits = services.settings.attachments
    config = {
        "slug": merchant.slug,
        "merchant": merchant.row.name,
        "timezone": merchant.row.timezone,
        "api": f"/api/chat/{merchant.slug}",
        "hours": hours_config(merchant.facts.hours, services.clock.now()),
        "resendSeconds": services.settings.sms.resend_seconds,
        "limits": {"picture": limits.image_bytes_max, "video": limits.video_bytes_max},
    }
    filled = filled_page(request.app[FILES].page, config, merchant.theme)
    return web.Response(
        text=filled.text, content_type="text/html", headers=_page_headers(merchant.origins, filled.style)
    )


def _is_browser(request: web.Request) -> bool:
    """True for whoever asks for a page to read; a program that takes anything gets the problem's details."""
    return "text/html" in request.headers.get("Accept", "")


async def serve_loader(request: web.Request) -> web.Response:
    """The script that a shop page includes, of no merchant yet: it fetches the one of the merchant that it is told."""
    return _file(request, "loader.js", {"Cross-Origin-Resource-Policy": "cross-origin"})


async def serve_merchants_loader(request: web.Request) -> web.Response:
    """The same script with the merchant's look in it, so that the button is painted without asking again."""
    merchant = await _merchant_of(request)
    content = filled_loader(request.app[FILES].loader, merchant.slug, merchant.theme).encode()
    file = _File(content, "text/javascript", _etag_of(content))
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return _answer(request, file, headers, fresh_seconds=_LOADER_FRESH_SECONDS)


async def serve_static(request: web.Request) -> web.Response:
    """One of the chat page's files."""
    return _file(request, request.match_info["path"], {})


def _file(request: web.Request, name: str, headers: dict[str, str]) -> web.Response:
    file = request.app[FILES].files.get(name)
    if file is None:
        raise not_found("file")
    return _answer(request, file, headers, fresh_seconds=_FRESH_SECONDS)


def _answer(request: web.Request, file: _File, headers: dict[str, str], *, fresh_seconds: int) -> web.Response:
    headers |= {
        "ETag": file.etag,
        "Cache-Control": f"public, max-age={fresh_seconds}",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("If-None-Match") == file.etag:
        return web.Response(status=304, headers=headers)
    answer = web.Response(body=file.content, content_type=file.media_type, charset="utf-8", headers=headers)
    answer.enable_compression()
    return answer


def _read(path: Path) -> _File:
    content = path.read_bytes()
    media_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return _File(content, media_type or "application/octet-stream", _etag_of(content))


def _etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'


async def _merchant_of(request: web.Request) -> KnownMerchant:
    try:
        return await request.app[SERVICES].merchants.by_slug(request.match_info["slug"])
    except UnknownMerchant:
        raise not_found("merchant") from None


def _page_headers(origins: tuple[str, ...], style: str) -> dict[str, str]:
    """Nothing but our own files and this style; framed by the merchant's origins (by anybody while none is named)."""
    ancestors = " ".join(("'self'", *origins)) if origins else "*"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' {style_source(style)}; img-src 'self' data: blob:;"
        f" media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    }
