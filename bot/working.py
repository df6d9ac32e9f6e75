"""The background work and what it works with: shared by `serve`, which has it beside the requests, and `work`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.background import Work
from bot.channel_accounts import ChannelAccounts
from bot.effects import EffectsWorker
from bot.gateways import Gateways
from bot.merchants import MerchantCache
from bot.picture_sends import open_picture_sends
from bot.sandbox_child import sandbox_child
from bot.settings import Settings
from bot.settlement import Poller
from bot.texting import open_texting
from bot.timers import Timers
from bot.union_asks import UnionAsks
from bot.wiring import SANDBOX_SECRET, Base
from bot.work import WorkParts, forever, work_limits
from storage.database import open_database
from storage.idempotency_store import forget_keys
from storage.live import Live
from storage.proof_store import forget_codes
from storage.shared_tokens import open_tokens
from storage.turn_store import TURN_SESSION

_KEYED_POOL = 5
_SWEEP_SECONDS = 300.0
_CODES_KEPT_DAYS = 3
_TROUBLE_SECONDS = 10.0
_ADDRESS_FILE = "url"


@asynccontextmanager
async def open_sandbox(settings: Settings) -> AsyncIterator[str | None]:
    """The sandbox gateway's address: the one that is set; with the embedded database else a child's; else none."""
    if settings.sandbox.url is not None or not settings.is_embedded:
        yield settings.sandbox.url
        return
    async with sandbox_child(settings) as url:
        note = sandbox_folder(settings) / _ADDRESS_FILE
        note.write_text(url, encoding="ascii")
        yield url


def noted_sandbox(settings: Settings) -> str | None:
    """The address that is set, or that the `serve` on this data directory has noted."""
    note = sandbox_folder(settings) / _ADDRESS_FILE
    if settings.sandbox.url is not None or not settings.is_embedded or not note.is_file():
        return settings.sandbox.url
    return note.read_text(encoding="ascii")


def sandbox_folder(settings: Settings) -> Path:
    """Where the sandbox keeps its ledger, apart from everything of ours."""
    return settings.data_dir / "sandbox"


@asynccontextmanager
async def open_work_parts(base: Base, live: Live, *, sandbox_url: str | None) -> AsyncIterator[WorkParts]:
    """The gateways and all that the background work shares."""
    settings = base.settings
    gateways = Gateways(
        callback_base=settings.sandbox.callback_url or settings.url,
        sandbox_url=sandbox_url,
        sandbox_secret=base.vault.derive(SANDBOX_SECRET),
    )
    texting = open_texting(settings.sms, base.vault, sandbox_url=sandbox_url, secret=base.vault.derive(SANDBOX_SECRET))
    proof = None if texting is None else texting.proof_limits
    merchants = MerchantCache(base.db, base.vault, gateways=gateways.methods, proof=proof)
    limits = work_limits(settings.work)
    async with (
        open_tokens(base.addresses.redis_url, base.vault) as tokens,
        open_database(
            base.addresses.database_url, pool_size=_KEYED_POOL, application="refundbot channels", session=TURN_SESSION
        ) as keyed,
        open_picture_sends(settings, base.db) as pictures,
    ):
        channels = ChannelAccounts(base, tokens)
        try:
            yield WorkParts(base.db, merchants, gateways, base.clock, live, channels, limits, texting, keyed, pictures)
        finally:
            await channels.close()
            if texting is not None:
                await texting.close()
            await gateways.close()


def background_works(settings: Settings, parts: WorkParts) -> dict[str, Work]:
    """Every piece of background work by name."""

    async def sweep() -> bool:
        before = parts.clock.now() - timedelta(hours=settings.api.idempotency_hours)
        await forget_keys(parts.db, before=before)
        await forget_codes(parts.db, before=parts.clock.now() - timedelta(days=_CODES_KEPT_DAYS))
        return False

    async def sweeping() -> None:
        await forever("sweep", sweep, pause=_SWEEP_SECONDS, trouble_pause=_TROUBLE_SECONDS)

    return {
        "effects": EffectsWorker(parts).run,
        "poller": Poller(parts).run,
        "timers": Timers(parts).run,
        "sweep": sweeping,
    } | ({} if parts.channels is None else {"unions": UnionAsks(parts, parts.channels).run})
