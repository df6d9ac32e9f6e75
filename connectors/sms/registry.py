"""The only list of SMS senders; one is imported when it is configured."""

from importlib import import_module
from typing import Protocol, cast

from connectors.sms.sender import SmsAccount, SmsSender

_MODULES = {"sandbox": "connectors.sms.sandbox.sender"}


class _SenderModule(Protocol):
    def open_sender(self, account: SmsAccount) -> SmsSender: ...


def senders() -> tuple[str, ...]:
    """The names of all senders."""
    return tuple(_MODULES)


def open_sender(name: str, account: SmsAccount) -> SmsSender:
    """A merchant's account at the sender of that name; KeyError for one that is not listed."""
    module = cast(_SenderModule, import_module(_MODULES[name]))
    return module.open_sender(account)
