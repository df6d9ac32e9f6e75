"""What the routes work with, as one record on the application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.api.limits import MinuteLimit
from bot.api.streams import StreamHub
from bot.channel_accounts import ChannelAccounts
from bot.clock import Clock
from bot.evidence import Evidence
from bot.merchants import MerchantCache
from bot.settings import Settings
from bot.turns import TurnLoop
from channels.support_chat.web.parse import Limits
from storage.arrival_store import Meeting
from storage.crypto import Vault
from storage.database import Database
from storage.live import Live


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """The open application's parts."""

    settings: Settings
    clock: Clock
    db: Database
    live: Live
    vault: Vault
    merchants: MerchantCache
    turns: TurnLoop
    streams: StreamHub
    channels: ChannelAccounts
    meeting: Meeting
    evidence: Evidence
    session_key: bytes
    message_limits: Limits
    sessions_per_minute: MinuteLimit
    is_ready: Callable[[], Awaitable[dict[str, str]]]


SERVICES = web.AppKey("services", Services)
