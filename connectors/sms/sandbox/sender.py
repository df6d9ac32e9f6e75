"""The sandbox as an SMS sender: joins calls and wire."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from connectors.sandbox_calls import TIMEOUT_SECONDS, SandboxCalls
from connectors.sms.sandbox.calls import merchant_calls
from connectors.sms.sandbox.wire import SmsRequest, account_key, read_taken
from connectors.sms.sender import Receipt, SmsAccount, SmsSender, SmsTemplate

MESSAGES = "/sms/v1/messages"


@dataclass(frozen=True, slots=True)
class SandboxSender:
    """One merchant's account at the sandbox."""

    calls: SandboxCalls

    async def send(self, phone: str, template: SmsTemplate, values: Mapping[str, str], key: str) -> Receipt:
        """Hand the text over; the sandbox keeps it where it can be read."""
        text = template.text(values)
        request = SmsRequest(key, phone, template.signature, template.name, template.locale, text)
        answer = await self.calls.call("POST", MESSAGES, msgspec.json.encode(request))
        return read_taken(answer.status, answer.retry_after, answer.raw)

    async def close(self) -> None:
        """Close its connections."""
        await self.calls.close()


def open_sender(account: SmsAccount) -> SmsSender:
    """The account's sender; settings: url, secret (hexadecimal), and timeout_seconds if other than usual."""
    key = account_key(bytes.fromhex(account.settings["secret"]), account.merchant)
    timeout = float(account.settings.get("timeout_seconds", TIMEOUT_SECONDS))
    return SandboxSender(merchant_calls(account.settings["url"], account.merchant, key, timeout_seconds=timeout))
