"""A merchant on a running server, seen from outside: its orders, its consumers' chats, its API."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
import msgspec

from tests.acceptance.running import Server, until

Reply = dict[str, Any]
ENDED = {"refunded", "compensated", "rejected", "withdrawn", "failed"}


@dataclass(slots=True)
class Chat:
    """A consumer's session; `choices` are the actions that may be tapped now."""

    shop: "Shop"
    token: str
    choices: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        return await self.shop.call("POST", f"/api/chat/{self.shop.slug}{path}", body, token=self.token)

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.shop.call("GET", f"/api/chat/{self.shop.slug}{path}", token=self.token)

    async def say(self, text: str | None = None, *, action: str | None = None, **more: Any) -> list[Reply]:
        """Say something and return the replies."""
        said = {"client_id": str(uuid4())} | ({"text": text} if action is None else {"action": action}) | more
        status, answer = await self.post("/messages?wait=10", said)
        assert status == 200, answer
        self.replies = answer["replies"]
        self.choices = [choice["action"] for reply in self.replies for choice in reply["choices"]] or self.choices
        return self.replies

    async def tap(self, *wanted: str) -> list[Reply]:
        """Tap the first choice that begins with the first of these beginnings that is offered."""
        for beginning in wanted:
            for action in self.choices:
                if action.startswith(beginning):
                    return await self.say(action=action)
        raise AssertionError(f"none of {wanted} in {self.choices}: {self.text}")

    async def claim(self, order_no: str, reason: str, *, lines: str = "lines:all") -> list[Reply]:
        """Ask for a refund of an order up to where the consumer has to choose or is told the decision."""
        await self.say(action="start:refund")
        await self.say(action=f"order:{order_no}")
        if any(choice.startswith("line") for choice in self.choices):
            await self.say(action=lines)
        if any(choice.startswith("reason:") for choice in self.choices):
            await self.say(action=f"reason:{reason}")
        for _ in range(3):
            if "evidence:skip" in self.choices:
                await self.say(action="evidence:skip")
        return self.replies

    async def choose(self, resolution: str) -> list[Reply]:
        """Take the offer of that kind."""
        for reply in self.replies:
            card = reply["card"]
            if card and card["kind"] == "offer" and card["resolution"] == resolution:
                return await self.say(action=f"offer:{card['offer_id']}:accept")
        return await self.tap(f"resolution:{resolution}")

    @property
    def text(self) -> str:
        """All that the last answer says."""
        return "\n".join(reply["text"] for reply in self.replies)


@dataclass(slots=True)
class Shop:
    """One merchant; customers is put before every customer's name, so that each test has people of its own."""

    server: Server
    http: aiohttp.ClientSession
    slug: str
    api_key: str
    chat_secret: str
    customers: str = ""

    def identity(self, customer: str, **claims: Any) -> str:
        now = int(datetime.now(UTC).timestamp())
        return jwt.encode(
            {"sub": self.customers + customer, "exp": now + 600} | claims, self.chat_secret, algorithm="HS256"
        )

    async def chat(self, customer: str, *, locale: str = "en", **claims: Any) -> Chat:
        body = {"identity": self.identity(customer, **claims), "locale": locale}
        status, answer = await self.call("POST", f"/api/chat/{self.slug}/sessions", body)
        assert status == 201, answer
        return Chat(self, answer["session"])

    async def push(self, *orders: dict[str, Any]) -> None:
        named = [one | {"customer": one["customer"] | {"external_id": self._named(one)}} for one in orders]
        status, answer = await self.api("POST", "/orders", named)
        assert status == 200, answer

    def _named(self, document: dict[str, Any]) -> str:
        return self.customers + str(document["customer"]["external_id"])

    async def api(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return await self.call(method, f"/api/v1{path}", body, token=self.api_key)

    async def call(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if method == "POST" and path.startswith("/api/v1"):
            headers["Idempotency-Key"] = str(uuid4())
        data = None if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        async with self.http.request(method, self.server.url + path, data=data, headers=headers) as response:
            raw = await response.read()
            return response.status, msgspec.json.decode(raw) if "json" in response.headers["Content-Type"] else raw

    async def cases(self, order_no: str) -> list[dict[str, Any]]:
        status, answer = await self.api("GET", f"/cases?order_no={order_no}")
        assert status == 200, answer
        items: list[dict[str, Any]] = answer["items"]
        return items

    async def case_in(self, order_no: str, *states: str) -> dict[str, Any]:
        """The order's newest case once it is in one of the states."""

        async def looked() -> dict[str, Any] | None:
            cases = await self.cases(order_no)
            return cases[0] if cases and cases[0]["state"] in states else None

        found: dict[str, Any] = await until(looked)
        return found

    async def refunded_in_all(self, order_no: str, amount: int) -> None:
        """Wait until that much of the order is refunded, over all its cases."""

        async def looked() -> bool:
            cases = await self.cases(order_no)
            done = [refund for case in cases for refund in case["refunds"] if refund["state"] == "succeeded"]
            return bool(sum(refund["amount"] for refund in done) == amount)

        await until(looked)

    async def movements(self, payment_no: str) -> list[int]:
        """What the gateway paid back over a payment, one amount a payout."""
        return [one["amount"] for one in await self.server.movements(self.slug) if one["payment_no"] == payment_no]

    async def confirm_receipt(self, case_no: str) -> None:
        """A person at the desk confirms that the goods are back."""
        desk = await Desk.log_in(self)
        await desk.confirm_receipt(case_no)

    def verify_books(self) -> str:
        """`refundbot books verify`; its words. Fails when it finds something."""
        done = self.server.command("books", "verify", self.slug, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass(slots=True)
class Desk:
    """A person at the desk, in a browser of their own."""

    shop: Shop
    http: aiohttp.ClientSession

    @classmethod
    async def log_in(cls, shop: Shop) -> "Desk":
        """With a log-in made for this moment."""
        login = f"p-{uuid4().hex[:8]}"
        made = shop.server.command("staff", "create", shop.slug, login, "--name", "Anna", "--role", "lead", "--json")
        password = msgspec.json.decode(made.stdout)["password"]
        desk = cls(shop, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        page = await desk._get("/desk/login")
        form = {"csrf": desk._csrf(page), "shop": shop.slug, "login": login, "password": password}
        async with desk.http.post(shop.server.url + "/desk/login", data=form, allow_redirects=False) as response:
            assert response.status == 303, await response.text()
        return desk

    async def confirm_receipt(self, case_no: str) -> None:
        page = await self._get(f"/desk/cases/{case_no}")
        _, case = await self.shop.api("GET", f"/cases/{case_no}")
        form = {"csrf": self._csrf(page), "version": str(case["version"])}
        async with self.http.post(f"{self.shop.server.url}/desk/cases/{case_no}/received", data=form) as response:
            assert response.status in {200, 204}, await response.text()
        await self.http.close()

    async def _get(self, path: str) -> str:
        async with self.http.get(self.shop.server.url + path) as response:
            assert response.status == 200, response.status
            return await response.text()

    @staticmethod
    def _csrf(page: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', page) or re.search(r'data-csrf="([^"]+)"', page)
        assert found, page[:500]
        return found[1]


def order(
    order_no: str,
    customer: str,
    *,
    status: str = "delivered",
    prices: Sequence[int] = (5_900,),
    placed: float = 5,
    shipped: float | None = 4,
    delivered: float | None = 2,
    change: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """An order of so many lines of one piece each; placed, shipped and delivered are days ago."""
    document: dict[str, Any] = {
        "order_no": order_no,
        "customer": {"external_id": customer, "name": "Lin Xiao", "phone": "+8613800000000"},
        "status": status,
        "currency": "CNY",
        "placed_at": ago(placed),
        "promised_delivery_at": ago(placed - 5),
        "lines": [
            {"line_no": str(number), "title": f"Thing {number}", "quantity": 1, "unit_price": price}
            for number, price in enumerate(prices, start=1)
        ],
        "payments": [{"payment_no": f"pay-{order_no}", "method": "sandbox", "amount": sum(prices)}],
        "shipments": [],
    }
    if shipped is not None:
        document["shipments"] = [_shipment(order_no, shipped, delivered)]
    change(document)
    return document


def _shipment(order_no: str, shipped: float, delivered: float | None) -> dict[str, Any]:
    delivered_at = None if delivered is None else ago(delivered)
    events = [{"at": ago(shipped), "status": "picked_up"}]
    events += [{"at": delivered_at, "status": "delivered"}] if delivered_at else []
    return {
        "tracking_no": f"SF{order_no}",
        "carrier": "sf",
        "line_nos": [],
        "shipped_at": ago(shipped),
        "delivered_at": delivered_at,
        "events": events,
    }


def ago(days: float) -> str:
    """That many days before now."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()
