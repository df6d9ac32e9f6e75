"""A running shop, the SMS sandbox as everybody's phones, and visitors who are not signed in."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.effects import EffectsWorker
from bot.wiring import SANDBOX_SECRET
from bot.work import WorkParts
from bot.working import open_work_parts
from connectors.payments.sandbox.server import SandboxServer, running_sandbox
from connectors.sms.sandbox.admin import read_sms, set_sms_faults
from connectors.sms.sandbox.faults import SmsFault
from connectors.sms.sandbox.server import PREFIX, sms_sandbox_app
from connectors.sms.sandbox.wire import SmsSent
from storage.crypto import Vault
from storage.database import Database
from tests.integration.api.shop import SECRET_KEY, Chat, Shop, open_shop

SECRET = Vault(SECRET_KEY).derive(SANDBOX_SECRET)
PHONE, OTHER_PHONE = "+8613800000000", "+8613900000000"
_CODE = re.compile(r"[0-9]{6}")


@dataclass(slots=True)
class Visitor:
    """Somebody who is not signed in."""

    rig: "Rig"
    chat: Chat
    replies: list[dict[str, Any]]

    async def say(self, text: str) -> str:
        """All that is answered."""
        return self._heard(await self.chat.say(text))

    async def tap(self, action: str) -> str:
        """All that is answered."""
        return self._heard(await self.chat.say(action=action))

    async def ask(self, order_no: str) -> str:
        """Ask for a refund of that order; the answer to its number."""
        await self.tap("start:refund")
        return await self.say(order_no)

    @property
    def actions(self) -> list[str]:
        """What may be tapped."""
        return [choice["action"] for reply in self.replies for choice in reply["choices"]]

    @property
    def cards(self) -> list[Any]:
        """What was shown of orders and cases."""
        return [reply["card"] for reply in self.replies if reply["card"]]

    def _heard(self, answer: tuple[int, Any]) -> str:
        status, body = answer
        assert status == 200, body
        self.replies = body["replies"]
        return "\n".join(reply["text"] for reply in self.replies)


@dataclass(slots=True)
class Rig:
    """Everything together."""

    shop: Shop
    parts: WorkParts
    sandbox_url: str

    async def visitor(self, slug: str = "shop") -> Visitor:
        """A new session without an identity."""
        return Visitor(self, await self.shop.session(None, slug=slug), [])

    async def stock(self, order_no: str, *, phone: str | None = PHONE, customer: str = "c-1", **more: Any) -> None:
        """Push an order."""
        body = {
            "order_no": order_no,
            "customer": {"external_id": customer, "name": "林晓", "phone": phone},
            "status": "paid",
            "currency": "CNY",
            "placed_at": "2026-11-18T10:00:00+08:00",
            "lines": [{"line_no": "1", "title": "台灯", "quantity": 1, "unit_price": 5900}],
            "payments": [{"payment_no": f"pay-{order_no}", "method": "sandbox", "amount": 5900}],
            **more,
        }
        status, answer = await self.shop.api("POST", "/orders", [body])
        assert status == 200, answer

    async def work(self) -> None:
        """Do everything that is due."""
        await EffectsWorker(self.parts).drain()

    async def phones(self, slug: str = "shop") -> list[SmsSent]:
        """What came to phones, oldest first."""
        return list(reversed(await read_sms(self.sandbox_url, SECRET, slug)))

    async def code(self, phone: str = PHONE) -> str:
        """The code that came to a phone last, once what is due was done."""
        await self.work()
        text = next(one.text for one in reversed(await self.phones()) if one.phone == phone)
        found = _CODE.search(text)
        assert found, text
        return found.group()

    async def faults(self, *faults: SmsFault) -> None:
        """What the SMS sandbox does wrong from now on."""
        await set_sms_faults(self.sandbox_url, SECRET, faults)

    async def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        """Rows of the database."""
        return [dict(row) for row in await self.shop.base.db.fetch(sql, *args)]

    async def outbox(self) -> list[dict[str, Any]]:
        """The texts in the outbox."""
        return await self.rows("SELECT * FROM outbox WHERE kind = 'sms.send' ORDER BY place")


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


@asynccontextmanager
async def open_rig(
    database: Database, redis_url: str, folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Rig]:
    """The shop with its phones; environment is what else would be set."""
    server = SandboxServer(SECRET, folder / "sandbox", settle_seconds=0)
    async with running_sandbox(server, {PREFIX: sms_sandbox_app(SECRET, folder / "sandbox")}) as url:
        settings = {"REFUNDBOT_SANDBOX__URL": url, "REFUNDBOT_WORK__IS_ON": "false", **(environment or {})}
        async with (
            open_shop(database, redis_url, folder, settings) as shop,
            open_work_parts(shop.base, shop.services.live, sandbox_url=url) as parts,
        ):
            yield Rig(shop, parts, url)
