"""The merchants' accounts at payment gateways, opened when first used."""

from dataclasses import dataclass, field
from urllib.parse import quote

from connectors.payments.gateway import GatewayAccount, PaymentGateway
from connectors.payments.registry import methods, open_gateway

SANDBOX = "sandbox"


@dataclass(slots=True, eq=False)
class Gateways:
    """Gateways by merchant and method; every merchant has an account at the sandbox, where there is a sandbox."""

    callback_base: str
    sandbox_url: str | None = None
    sandbox_secret: bytes = field(default=b"", repr=False)
    timeout_seconds: float = 10.0
    _open: dict[tuple[str, str], PaymentGateway] = field(default_factory=dict)

    @property
    def methods(self) -> frozenset[str]:
        """The methods that are paid back by a gateway here."""
        return frozenset(method for method in methods() if method != SANDBOX or self.sandbox_url is not None)

    def of(self, merchant: str, method: str) -> PaymentGateway | None:
        """The merchant's (its slug's) account for a method; None where that has no gateway."""
        if method not in self.methods:
            return None
        key = (merchant, method)
        if key not in self._open:
            self._open[key] = open_gateway(method, self._account(merchant, method))
        return self._open[key]

    async def close(self) -> None:
        """Close every connection."""
        for gateway in self._open.values():
            await gateway.close()
        self._open.clear()

    def _account(self, merchant: str, method: str) -> GatewayAccount:
        notify_url = f"{self.callback_base.rstrip('/')}/webhooks/{quote(merchant)}/payments/{method}"
        settings = {
            "url": self.sandbox_url or "",
            "secret": self.sandbox_secret.hex(),
            "timeout_seconds": str(self.timeout_seconds),
        }
        return GatewayAccount(merchant, notify_url, settings)
