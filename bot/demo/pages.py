"""The demo shop's own page: who wants to try the chat picks a customer, whose identity is signed as a shop would."""

import html
from pathlib import Path

from aiohttp import web

from bot.api.errors import not_found
from bot.api.http import Handler
from bot.api.services import SERVICES
from bot.demo.orders import SHOPPERS, Shopper
from bot.demo.phones import show_phones
from bot.demo.shop import NAME, SLUG
from channels.support_chat.web.signature import sign_identity

_HERE = Path(__file__).parent
_IDENTITY_SECONDS = 3_600


def add_demo_pages(app: web.Application) -> None:
    """/demo, /demo/sms and, for each customer, /demo/EXTERNAL_ID."""
    app.router.add_get("/", _go_to("/demo"))
    app.router.add_get("/demo", show_shop)
    app.router.add_get("/demo/page.css", _style)
    app.router.add_get("/demo/sms", show_phones)
    app.router.add_get("/demo/{customer}", open_chat)


async def show_shop(request: web.Request) -> web.Response:
    """The shop's page, with the chat on it as the first customer."""
    items = "".join(_item(shopper) for shopper in SHOPPERS)
    page = (_HERE / "page.html").read_text(encoding="utf-8")
    values = {"name": NAME, "slug": SLUG, "customers": items, "identity": await _identity(request, SHOPPERS[0])}
    for name, value in values.items():
        page = page.replace("{{" + name + "}}", value)
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


async def open_chat(request: web.Request) -> web.Response:
    """The chat's own page as one of the customers, with a fresh identity behind the # (it reaches no server log)."""
    shopper = next((one for one in SHOPPERS if one.external_id == request.match_info["customer"]), None)
    if shopper is None:
        raise not_found("customer")
    place = f"/chat/{SLUG}#identity={await _identity(request, shopper)}"
    return web.Response(status=303, headers={"Location": place, "Cache-Control": "no-store"})


async def _identity(request: web.Request, shopper: Shopper) -> str:
    services = request.app[SERVICES]
    merchant = await services.merchants.by_slug(SLUG)
    return sign_identity(
        shopper.external_id,
        merchant.chat_secret,
        now=services.clock.now(),
        seconds=_IDENTITY_SECONDS,
        locale=shopper.locale,
    )


async def _style(_request: web.Request) -> web.Response:
    return web.Response(text=(_HERE / "page.css").read_text(encoding="utf-8"), content_type="text/css")


def _go_to(place: str) -> Handler:
    async def go(_request: web.Request) -> web.Response:
        return web.Response(status=303, headers={"Location": place})

    return go


def _item(shopper: Shopper) -> str:
    return (
        f'<li><a href="/demo/{shopper.external_id}">{html.escape(shopper.name)}</a> – {html.escape(shopper.about)}</li>'
    )
