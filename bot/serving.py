"""The server: everything open, the HTTP application listening, the background work going on; and its orderly end."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import msgspec
import structlog
from aiohttp import web

from bot.api.limits import MinuteLimit
from bot.api.services import Services
from bot.api.streams import StreamHub
from bot.app import make_app
from bot.background import Work, working
from bot.clock import Clock
from bot.merchants import MerchantCache
from bot.pictures import picture_pool
from bot.readiness import readiness
from bot.settings import Settings
from bot.thinking import embedded_dialog
from bot.turns import TurnLimits, TurnLoop, TurnParts
from bot.wiring import Base, open_base
from channels.support_chat.web.parse import Limits
from storage.live import Live, open_live

CHAT_SESSION_PURPOSE = "chat-session"
_BURIED_CONTEXT = "buried"
_log = structlog.get_logger()


async def serve(settings: Settings, *, ready: Callable[[str], None], clock: Clock | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then no new connections, the turns that were taken are finished, all is closed."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        listening = listen(settings)
        stack.callback(listening.close)
        settings = msgspec.structs.replace(settings, port=listening.getsockname()[1])
        base = await stack.enter_async_context(open_base(settings, application="serve", clock=clock))
        live = await stack.enter_async_context(open_live(base.addresses.redis_url))
        await stack.enter_async_context(running_app(base, live, listening))
        _log.info("serve.ready", url=settings.url)
        ready(settings.url)
        await stop.wait()
        _log.info("serve.stopping")


@asynccontextmanager
async def running_app(base: Base, live: Live, listening: socket.socket) -> AsyncIterator[Services]:
    """The application on an open socket, with its turn loop and background work."""
    merchants = MerchantCache(base.db, base.vault)
    async with AsyncExitStack() as stack:
        turns = await stack.enter_async_context(_turn_loop(base, live, merchants).running())
        services = _services(base, live, merchants, turns)
        stack.callback(services.pictures.shutdown, wait=False)
        works: dict[str, Work] = {"streams": services.streams.run}
        await stack.enter_async_context(working(works, stop_seconds=base.settings.work.stop_seconds))
        runner = web.AppRunner(make_app(services), access_log=None, shutdown_timeout=5.0, handler_cancellation=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.callback(services.streams.close)
        await web.SockSite(runner, listening, backlog=1_024).start()
        yield services


def listen(settings: Settings) -> socket.socket:
    """Take the port before anything is started, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _turn_loop(base: Base, live: Live, merchants: MerchantCache) -> TurnLoop:
    def seal(raw: bytes) -> bytes:
        return base.vault.encrypt(raw.decode("utf-8", "replace"), context=_BURIED_CONTEXT)

    parts = TurnParts(
        db=base.db,
        dialog=embedded_dialog(),
        merchant=merchants.by_id,
        clock=base.clock,
        live=live,
        seal=seal,
    )
    limits = replace(TurnLimits(), messages_per_minute=base.settings.chat.messages_per_minute)
    return TurnLoop(parts, limits)


def _services(base: Base, live: Live, merchants: MerchantCache, turns: TurnLoop) -> Services:
    settings = base.settings
    return Services(
        settings=settings,
        clock=base.clock,
        db=base.db,
        live=live,
        vault=base.vault,
        merchants=merchants,
        turns=turns,
        streams=StreamHub(live, per_conversation_max=settings.chat.streams_per_conversation_max),
        pictures=picture_pool(settings.attachments),
        attachments_folder=settings.data_dir / "attachments",
        session_key=base.vault.derive(CHAT_SESSION_PURPOSE),
        message_limits=Limits(settings.chat.text_length_max, settings.chat.attachments_max),
        sessions_per_minute=MinuteLimit(settings.chat.sessions_per_minute),
        is_ready=lambda: readiness(base.db, live, base.clock),
    )
