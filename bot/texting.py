"""Sending to phones: the merchants' accounts at the sender, what opens a stored phone, and how much may be sent."""

from dataclasses import dataclass, field

from bot.sms_settings import SmsSettings
from connectors.sms.registry import open_sender
from connectors.sms.sender import SmsAccount, SmsSender
from dialogs.proof import ProofLimits
from storage.codes import Codes
from storage.crypto import Vault

CODES_PURPOSE = "phone-codes"


@dataclass(slots=True, eq=False)
class Texting:
    """Senders by merchant, opened when first used."""

    settings: SmsSettings
    vault: Vault
    codes: Codes
    sandbox_url: str
    sandbox_secret: bytes = field(repr=False)
    timeout_seconds: float = 10.0
    _open: dict[str, SmsSender] = field(default_factory=dict)

    @property
    def proof_limits(self) -> ProofLimits:
        """What the dialog may know of it."""
        given = self.settings
        return ProofLimits(
            code_minutes=given.code_minutes,
            tries_max=given.code_tries_max,
            resend_seconds=given.resend_seconds,
            codes_per_order_max=given.codes_per_order_max,
            codes_per_chat_max=given.codes_per_chat_max,
        )

    def of(self, merchant: str) -> SmsSender:
        """The account of a merchant (its slug)."""
        if merchant not in self._open:
            account = SmsAccount(
                merchant,
                {
                    "url": self.sandbox_url,
                    "secret": self.sandbox_secret.hex(),
                    "timeout_seconds": str(self.timeout_seconds),
                },
            )
            self._open[merchant] = open_sender(self.settings.sender, account)
        return self._open[merchant]

    async def close(self) -> None:
        """Close every connection."""
        for sender in self._open.values():
            await sender.close()
        self._open.clear()


def open_texting(settings: SmsSettings, vault: Vault, *, sandbox_url: str | None, secret: bytes) -> Texting | None:
    """What sends to phones here; None where nothing can: without a sandbox, or switched off."""
    if settings.sender == "none" or sandbox_url is None:
        return None
    return Texting(settings, vault, Codes(vault.derive(CODES_PURPOSE)), sandbox_url, secret)
