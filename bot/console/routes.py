"""Every address of the desk."""

import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

from bot.console import cases, conversations, deciding, events, login, queue, replying, shop_page, talks, trouble
from bot.console.attachments import send_attachment
from bot.console.deps import CONSOLE, Console
from bot.console.guard import Handler, for_staff
from bot.console.pages import SECURITY, static_folder

_FRESH_SECONDS = 300


def add_routes(app: web.Application, console: Console) -> None:
    """Put the desk under /desk, and let its open pages end when the application does."""
    app[CONSOLE] = console
    events.add_events(app)
    app.router.add_get("/desk/login", login.show_login)
    app.router.add_post("/desk/login", login.log_in)
    app.router.add_post("/desk/language", login.choose_language)
    for file in sorted(static_folder().iterdir()):
        app.router.add_get(f"/desk/static/{file.name}", _static(file))
    for method, path, handler in _STAFF:
        app.router.add_route(method, f"/desk{path}", for_staff(handler))


async def _nothing_here(_: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


_CONVERSATION = "/conversations/{conversation_id}"
_CASE = "/cases/{case_no}"
_STAFF: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/logout", login.log_out),
    ("GET", "", queue.show_queue),
    ("GET", "/queue", queue.show_queue_part),
    ("GET", "/cases", cases.show_cases),
    ("GET", _CASE, cases.show_case),
    ("GET", f"{_CASE}/head", cases.show_head),
    ("GET", f"{_CASE}/decide", cases.show_decide),
    ("POST", f"{_CASE}/decide", deciding.decide),
    ("POST", f"{_CASE}/received", deciding.receive),
    ("POST", f"{_CASE}/replaced", deciding.replaced),
    ("POST", f"{_CASE}/payout", deciding.settle),
    ("POST", f"{_CASE}/phone", deciding.show_phone),
    ("GET", f"{_CASE}/report", cases.show_report),
    ("GET", _CONVERSATION, conversations.show_conversation),
    ("GET", f"{_CONVERSATION}/messages", conversations.show_messages),
    ("GET", f"{_CONVERSATION}/hold", conversations.show_hold),
    ("POST", f"{_CONVERSATION}/take-over", conversations.take_over),
    ("POST", f"{_CONVERSATION}/reply", replying.reply),
    ("POST", f"{_CONVERSATION}/return", conversations.give_back),
    ("GET", "/attachments/{attachment}", send_attachment),
    ("GET", "/events", events.stream_events),
    ("GET", "/talks", talks.show_talks),
    ("GET", "/shop", shop_page.show_shop),
    ("POST", "/shop/look", shop_page.save_look),
    ("POST", "/shop/hours", shop_page.save_hours),
    ("GET", "/trouble", trouble.show_troubles),
    ("GET", "/trouble/list", trouble.show_trouble_list),
    ("POST", "/trouble/{row_id}/again", trouble.try_again),
    ("POST", "/trouble/{row_id}/seen", trouble.put_aside),
    ("GET", "/{tail:.*}", _nothing_here),
)


def _static(path: Path) -> Handler:
    content = path.read_bytes()
    etag = hashlib.sha256(content).hexdigest()[:16]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    async def send(request: web.Request) -> web.StreamResponse:
        headers = SECURITY | {"Cache-Control": f"max-age={_FRESH_SECONDS}", "ETag": f'"{etag}"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=headers)

    return send
