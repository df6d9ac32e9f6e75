"""What the background work shares: its parts, its limits, and loops that outlive whatever goes wrong in one round."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from bot.channel_accounts import ChannelAccounts
from bot.clock import Clock
from bot.gateways import Gateways
from bot.merchants import MerchantCache
from bot.picture_sends import PictureSends
from bot.texting import Texting
from bot.work_settings import WorkSettings
from refund_core.case_money import Rails
from storage.database import Database
from storage.live import Live

_log = structlog.get_logger()
_MINUTES = 60.0
# Of a lease: a refund is at most three calls (look up, refund, look up), and the database needs time too.
_CALL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """How much is done at once, how long and how often it is tried, and how often each loop looks for work.

    media_tries_max: how often a platform's picture or video is fetched before its customer is told that it is missing.
    sends_gather_seconds: how long what is to be sent on platforms gathers while there is little of it.
    asks_at_once: for how many accounts platforms are asked at once who people are; people of one account wait in line.
    look_seconds: when a refund without an answer is looked up, each time since the last; the last one repeats.
    sending_hours_max: how long a refund whose gateway is away is sent again, after tries_max before a person's eyes.
    """

    effects_at_once: int = 8
    sends_at_once: int = 32
    sends_gather_seconds: float = 0.03
    media_at_once: int = 16
    media_tries_max: int = 8
    lease_seconds: float = 40.0
    call_seconds: float = 12.0
    tries_max: int = 12
    sending_hours_max: int = 168
    retry_seconds: float = 2.0
    retry_seconds_max: float = 600.0
    conflicts_max: int = 20
    agent_pause_seconds: float = 20.0
    looks_at_once: int = 8
    asks_at_once: int = 8
    look_seconds: tuple[float, ...] = (60.0,) * 5 + tuple(minutes * _MINUTES for minutes in (5, 10, 20, 30))
    cases_at_once: int = 50
    effects_pause_seconds: float = 0.25
    looks_pause_seconds: float = 1.0
    timers_pause_seconds: float = 5.0
    trouble_pause_seconds: float = 2.0
    done_rows_kept_hours: int = 72


def work_limits(settings: WorkSettings) -> WorkLimits:
    """The limits that the settings say, and the usual ones for the rest."""
    return WorkLimits(
        effects_at_once=settings.effects_at_once,
        lease_seconds=settings.lease_seconds,
        tries_max=settings.tries_max,
        retry_seconds=settings.retry_seconds,
        call_seconds=settings.lease_seconds * _CALL_SHARE,
        look_seconds=(settings.look_seconds,) * 5 + WorkLimits().look_seconds[5:],
    )


@dataclass(frozen=True, slots=True, eq=False)
class WorkParts:
    """What the background work works with; without texting nothing can be sent to phones.

    keyed has connections for statements that look everything up by key (TURN_SESSION), None where db is to do them.
    """

    db: Database
    merchants: MerchantCache
    gateways: Gateways
    clock: Clock
    live: Live | None = None
    channels: ChannelAccounts | None = None
    limits: WorkLimits = field(default_factory=WorkLimits)
    texting: Texting | None = None
    keyed: Database | None = None
    pictures: PictureSends | None = None

    async def rails(self, merchant_id: UUID) -> Rails:
        """What the merchant pays with, and within which times."""
        merchant = await self.merchants.by_id(merchant_id)
        return Rails(self.gateways.methods, merchant.policy.limits)


async def forever(name: str, turn: Callable[[], Awaitable[bool]], *, pause: float, trouble_pause: float) -> None:
    """Take turns until cancelled: at once again while a turn found work, after a pause when not.

    An error ends its turn, not the loop: it is logged, and the next turn waits a little.
    """
    while True:
        try:
            found = await turn()
        except Exception:  # noqa: BLE001 - this loop must outlive everything
            _log.exception("work.failed", loop=name)
            await asyncio.sleep(trouble_pause)
            continue
        if not found:
            await asyncio.sleep(pause)
