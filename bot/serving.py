"""The server: everything open, the HTTP application listening, the background work going on; and its orderly end."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

import msgspec
import structlog
from aiohttp import web

from bot.api.limits import MinuteLimit
from bot.api.services import Services
from bot.api.streams import StreamHub
from bot.app import make_app
from bot.background import Work, working
from bot.channel_accounts import ChannelAccounts
from bot.channel_arrivals import Arrivals
from bot.channel_media import MediaWorker
from bot.channel_polling import Polling
from bot.evidence import Evidence, open_evidence
from bot.listening import listen, told_port
from bot.llm_reading import open_llm
from bot.rasa_reading import open_rasa_reading
from bot.readiness import readiness
from bot.settings import Settings
from bot.thinking import embedded_dialog
from bot.turn_batch import Dialog
from bot.turn_opening import open_turns, spare_the_collector
from bot.turn_parts import Proving
from bot.turns import TurnLimits, TurnLoop, TurnParts
from bot.wiring import Base, open_base
from bot.work import WorkParts
from bot.working import background_works, noted_sandbox, open_sandbox, open_work_parts
from channels.support_chat.web.parse import Limits
from dialogs.understanding import Nlu
from storage.arrival_store import Meeting
from storage.database import Database
from storage.leases import open_leases
from storage.live import open_live

CHAT_SESSION_PURPOSE = "chat-session"
_BURIED_CONTEXT = "buried"
_log = structlog.get_logger()

Prepare = Callable[[Base], Awaitable[None]]
AddPages = Callable[[web.Application], None]


async def serve(
    settings: Settings,
    *,
    ready: Callable[[str], None],
    prepare: Prepare | None = None,
    add_pages: AddPages | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; then no new connections, the turns that were taken are finished, all is closed.

    prepare is awaited once the database is open; add_pages may add routes; ready is told the address.
    """
    stop = stop_at_signals()
    async with AsyncExitStack() as stack:
        listening = listen(settings.host, settings.port, is_shared=settings.port_shared)
        stack.callback(listening.close)
        settings = msgspec.structs.replace(settings, port=listening.getsockname()[1])
        base = await stack.enter_async_context(open_base(settings, application="serve"))
        if prepare is not None:
            await prepare(base)
        live = await stack.enter_async_context(open_live(base.addresses.redis_url))
        sandbox_url = await stack.enter_async_context(open_sandbox(settings))
        parts = await stack.enter_async_context(open_work_parts(base, live, sandbox_url=sandbox_url))
        await stack.enter_async_context(running_app(base, parts, listening, add_pages=add_pages))
        _log.info("serve.ready", url=settings.url)
        ready(settings.url)
        await stop.wait()
        _log.info("serve.stopping")


async def work(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Do the background work alone until SIGTERM or SIGINT."""
    stop = stop_at_signals()
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(open_base(settings, application="work"))
        live = await stack.enter_async_context(open_live(base.addresses.redis_url))
        parts = await stack.enter_async_context(open_work_parts(base, live, sandbox_url=noted_sandbox(settings)))
        works = background_works(settings, parts)
        await stack.enter_async_context(working(works, stop_seconds=settings.work.stop_seconds))
        ready(", ".join(works))
        await stop.wait()


def stop_at_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def running_app(
    base: Base, parts: WorkParts, listening: socket.socket, *, add_pages: AddPages | None = None
) -> AsyncIterator[Services]:
    """The application on an open socket, with its turn loop and background work."""
    async with AsyncExitStack() as stack:
        rasa = await stack.enter_async_context(open_rasa_reading(base.settings.rasa))
        nlu = await stack.enter_async_context(open_llm(base, first=rasa))
        turns = await stack.enter_async_context(open_turn_loop(base, parts, embedded_dialog(), nlu))
        evidence = await stack.enter_async_context(open_evidence(base))
        services = _services(base, parts, turns, evidence)
        arrivals = Arrivals(base.db, parts.keyed or base.db, parts.merchants, turns, base.clock, base.vault)
        stack.push_async_callback(arrivals.close)
        leases = await stack.enter_async_context(open_leases(base.addresses.redis_url))
        await _channels_of(parts).load()
        polling = Polling(_channels_of(parts), arrivals, leases)
        works: dict[str, Work] = {"streams": services.streams.run, "polling": polling.run}
        works["media"] = MediaWorker(parts, evidence, turns).run
        if base.settings.work.is_on:
            works |= background_works(base.settings, parts)
        await stack.enter_async_context(working(works, stop_seconds=base.settings.work.stop_seconds))
        app = make_app(services, parts, arrivals)
        if add_pages is not None:
            add_pages(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0, handler_cancellation=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.callback(services.streams.close)
        host, port = listening.getsockname()[:2]
        with told_port(host, port):  # another starter may have bound the same port and listened first
            await web.SockSite(runner, listening, backlog=1_024).start()
        spare_the_collector()
        yield services


def _channels_of(parts: WorkParts) -> ChannelAccounts:
    if parts.channels is None:
        raise ValueError("the server needs the channel accounts")
    return parts.channels


def open_turn_loop(
    base: Base, parts: WorkParts, dialog: Dialog, nlu: Nlu | None = None
) -> AbstractAsyncContextManager[TurnLoop]:
    """A turn loop that thinks with this dialog (and a remote reading), within the settings' limits."""

    def seal(raw: bytes) -> bytes:
        return base.vault.encrypt(raw.decode("utf-8", "replace"), context=_BURIED_CONTEXT)

    texting = parts.texting
    proving = None if texting is None else Proving(texting.codes, texting.settings.texts_per_merchant_max)

    def turn_parts(db: Database) -> TurnParts:
        return TurnParts(
            db=db,
            dialog=dialog,
            merchant=parts.merchants.by_id,
            clock=base.clock,
            live=parts.live,
            nlu=nlu,
            seal=seal,
            proving=proving,
        )

    usual, settings = TurnLimits(), base.settings
    rasa_seconds = settings.rasa.seconds if settings.rasa.url is not None else 0
    limits = replace(
        usual,
        messages_per_minute=settings.chat.messages_per_minute,
        understanding_seconds_max=max(
            usual.understanding_seconds_max, rasa_seconds + settings.llm.deadline_seconds + 1
        ),
    )
    return open_turns(base.addresses.database_url, turn_parts, limits)


def _services(base: Base, parts: WorkParts, turns: TurnLoop, evidence: Evidence) -> Services:
    settings, live = base.settings, parts.live
    if live is None:
        raise ValueError("the server needs the live bus")
    return Services(
        settings=settings,
        clock=base.clock,
        db=base.db,
        live=live,
        vault=base.vault,
        merchants=parts.merchants,
        turns=turns,
        streams=StreamHub(live, per_conversation_max=settings.chat.streams_per_conversation_max),
        channels=_channels_of(parts),
        meeting=Meeting(base.db, parts.keyed or base.db),
        evidence=evidence,
        session_key=base.vault.derive(CHAT_SESSION_PURPOSE),
        message_limits=Limits(settings.chat.text_length_max, settings.chat.attachments_max),
        sessions_per_minute=MinuteLimit(settings.chat.sessions_per_minute),
        is_ready=lambda: readiness(base.db, live, base.clock),
    )
