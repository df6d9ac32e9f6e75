"""The HTTP application: every route and what it works with."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from bot.api.chat_messages import say
from bot.api.chat_page import (
    FILES,
    ChatFiles,
    serve_loader,
    serve_merchants_loader,
    serve_static,
    show_chat_page,
)
from bot.api.chat_routes import CHAT_OPERATIONS
from bot.api.http import Handler, json_response, problems
from bot.api.merchant_routes import MERCHANT_OPERATIONS
from bot.api.openapi import openapi_document
from bot.api.operations import Operation, add_operations
from bot.api.ops_routes import OPS_OPERATIONS
from bot.api.proxies import behind_proxies
from bot.api.services import SERVICES, Services
from bot.channel_arrivals import Arrivals
from bot.console.deps import Console
from bot.console.routes import add_routes
from bot.picture_links import picture_links
from bot.webhooks.channels import add_channel_webhooks
from bot.webhooks.payments import add_payment_notices
from bot.webhooks.pictures import add_pictures
from bot.work import WorkParts

OPERATIONS: Sequence[Operation] = (*CHAT_OPERATIONS, *MERCHANT_OPERATIONS, *OPS_OPERATIONS)


def make_app(services: Services, parts: WorkParts, arrivals: Arrivals) -> web.Application:
    """The application over open services; starting and stopping them is the caller's."""
    proxies = services.settings.proxies
    middlewares = [problems, behind_proxies(proxies)] if proxies else [problems]
    app = web.Application(middlewares=middlewares, client_max_size=services.settings.api.body_bytes_max)
    app[SERVICES] = services
    app[FILES] = ChatFiles()
    add_operations(app, sorted(OPERATIONS, key=_is_seldom))
    described = msgspec.json.encode(openapi_document(OPERATIONS, url=services.settings.url))
    app.router.add_get("/api/openapi.json", _constant(described))
    app.router.add_get("/chat/loader.js", serve_loader)
    app.router.add_get("/chat/{slug}", show_chat_page)
    app.router.add_get("/chat/{slug}/loader.js", serve_merchants_loader)
    app.router.add_get("/static/chat/{path:.+}", serve_static)
    add_payment_notices(app, parts)
    if parts.channels is not None:
        add_channel_webhooks(app, parts.channels, arrivals)
    links = picture_links(services.vault, services.settings, services.clock)
    add_pictures(app, links, services.evidence, services.merchants)
    add_routes(app, _console(services))
    return app


def _is_seldom(operation: Operation) -> bool:
    """Routes are tried one after the other, and most of all requests say something."""
    return operation.handler is not say


def _console(services: Services) -> Console:
    return Console(
        db=services.db,
        vault=services.vault,
        clock=services.clock,
        merchants=services.merchants,
        live=services.live,
        evidence=services.evidence,
        is_https=services.settings.url.startswith("https://"),
    )


def _constant(raw: bytes) -> Handler:
    async def answer(_request: web.Request) -> web.Response:
        return json_response(raw)

    return answer
