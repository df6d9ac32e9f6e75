"""The demo's phones: what the sandbox sender was given to send, the newest first."""

import html
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.api.services import SERVICES
from bot.demo.shop import SLUG
from bot.wiring import SANDBOX_SECRET
from bot.working import noted_sandbox
from connectors.sms.sandbox.admin import read_sms
from connectors.sms.sandbox.wire import SmsSent
from storage.crypto import mask_phone

_PAGE = Path(__file__).parent / "phones.html"
_SHOWN_MAX = 50


async def show_phones(request: web.Request) -> web.Response:
    """Every text with the last digits of its phone; the page looks again by itself."""
    services = request.app[SERVICES]
    url = noted_sandbox(services.settings)
    sent = [] if url is None else await read_sms(url, services.vault.derive(SANDBOX_SECRET), SLUG)
    page = _PAGE.read_text(encoding="utf-8").replace("{{texts}}", "".join(map(_item, sent[:_SHOWN_MAX])))
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _item(sent: SmsSent) -> str:
    at = datetime.fromtimestamp(sent.at, UTC).strftime("%H:%M:%S")
    text, phone = html.escape(sent.text), html.escape(mask_phone(sent.phone))
    return f'<li lang="{html.escape(sent.locale)}"><p>{text}</p><small>{phone} · {at} UTC</small></li>'
