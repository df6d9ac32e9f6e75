"""The only list of payment gateways; one is imported when a merchant uses it."""

from importlib import import_module
from typing import Protocol, cast

from connectors.payments.gateway import GatewayAccount, PaymentGateway

_MODULES = {"sandbox": "connectors.payments.sandbox.gateway"}


class _GatewayModule(Protocol):
    def open_gateway(self, account: GatewayAccount) -> PaymentGateway: ...


def methods() -> tuple[str, ...]:
    """The payment methods that a gateway settles; any other is paid back by hand."""
    return tuple(_MODULES)


def open_gateway(method: str, account: GatewayAccount) -> PaymentGateway:
    """A merchant's account at the gateway of a method; KeyError for a method without one."""
    module = cast(_GatewayModule, import_module(_MODULES[method]))
    return module.open_gateway(account)
