"""What the desk's pages need from the application around them."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from aiohttp import web

from bot.clock import Clock
from bot.evidence import Evidence
from dialogs.facts import Merchant
from storage.crypto import Vault
from storage.database import Database
from storage.live import Live


class Merchants(Protocol):
    """Merchants with their live policy, from a bounded cache."""

    async def by_id(self, merchant_id: UUID) -> Merchant:
        """The merchant of that id; raises KeyError when there is none."""

    def forget(self, merchant_id: UUID) -> None:
        """Look anew at the next asking."""


@dataclass(frozen=True, slots=True, eq=False)
class Console:
    """The desk's surroundings; is_https says that browsers reach it over TLS, so cookies are for TLS alone."""

    db: Database
    vault: Vault
    clock: Clock
    merchants: Merchants
    live: Live
    evidence: Evidence
    is_https: bool = False


CONSOLE = web.AppKey("console", Console)
