"""Addresses at which a picture of ours can be seen for some days, signed: for front ends that fetch it themselves."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bot.clock import Clock
from bot.settings import Settings
from storage.crypto import Vault

_PURPOSE = "picture-links"
_DAYS = 7
_SIGNED_BYTES = 16


@dataclass(frozen=True, slots=True)
class PictureLinks:
    """Makes the addresses and knows its own again; key is for nothing else."""

    key: bytes = field(repr=False)
    public_url: str
    clock: Clock

    def address(self, slug: str, attachment: str) -> str:
        """Where a merchant's picture can be seen until a week from now."""
        until = int((self.clock.now() + timedelta(days=_DAYS)).timestamp())
        path = "/".join(quote(part, safe="") for part in (slug, attachment))
        sign = self._sign(slug, attachment, until)
        return f"{self.public_url.rstrip('/')}/pictures/{path}?until={until}&sign={sign}"

    def is_ours(self, slug: str, attachment: str, *, until: str, sign: str) -> bool:
        """True for what address() made, until its end (constant time)."""
        if not (until.isascii() and until.isdecimal() and len(until) <= 12):
            return False
        is_signed = hmac.compare_digest(self._sign(slug, attachment, int(until)).encode(), sign.encode())
        return is_signed and self.clock.now() < datetime.fromtimestamp(int(until), UTC)

    def _sign(self, slug: str, attachment: str, until: int) -> str:
        said = f"{slug}\n{attachment}\n{until}".encode()
        return hmac.digest(self.key, said, "sha256")[:_SIGNED_BYTES].hex()


def picture_links(vault: Vault, settings: Settings, clock: Clock) -> PictureLinks:
    """Those of this installation."""
    return PictureLinks(vault.derive(_PURPOSE), settings.url, clock)
