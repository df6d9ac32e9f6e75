"""The chat's own page, the loader for shop pages and their static files, held in memory with their fingerprints."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import msgspec
from aiohttp import web

import channels.support_chat.web
from bot.api.errors import not_found
from bot.api.services import SERVICES
from bot.merchants import UnknownMerchant

_CLIENT = Path(channels.support_chat.web.__file__).parent / "client"
_KINDS = frozenset({".js", ".css", ".svg", ".png", ".woff2", ".ico"})
_FRESH_SECONDS = 300
_CONFIG_MARK = "{{config}}"


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


FILES = web.AppKey("chat_files", ChatFiles)


async def show_chat_page(request: web.Request) -> web.Response:
    """The page of one merchant's chat; its config block is data, written so that no value can end it."""
    services = request.app[SERVICES]
    try:
        merchant = await services.merchants.by_slug(request.match_info["slug"])
    except UnknownMerchant:
        raise not_found("merchant") from None
    config = {
        "slug": merchant.slug,
        "merchant": merchant.row.name,
        "accent": merchant.accent,
        "api": f"/api/chat/{merchant.slug}",
    }
    page = request.app[FILES].page.replace(_CONFIG_MARK, _json_in_html(config))
    return web.Response(text=page, content_type="text/html", headers=_page_headers(merchant.origins))


async def serve_loader(request: web.Request) -> web.Response:
    """The script that a shop page includes."""
    return _file(request, "loader.js", {"Cross-Origin-Resource-Policy": "cross-origin"})


async def serve_static(request: web.Request) -> web.Response:
    """One of the chat page's files."""
    return _file(request, request.match_info["path"], {})


def _file(request: web.Request, name: str, headers: dict[str, str]) -> web.Response:
    file = request.app[FILES].files.get(name)
    if file is None:
        raise not_found("file")
    headers |= {
        "ETag": file.etag,
        "Cache-Control": f"public, max-age={_FRESH_SECONDS}",
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
    return _File(content, media_type or "application/octet-stream", f'"{hashlib.sha256(content).hexdigest()[:24]}"')


def _json_in_html(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _page_headers(origins: tuple[str, ...]) -> dict[str, str]:
    """Nothing but our own files; framed by the merchant's origins (by anybody while none is named)."""
    ancestors = " ".join(("'self'", *origins)) if origins else "*"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
        f" connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    }
