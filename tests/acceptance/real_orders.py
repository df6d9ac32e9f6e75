"""A real shop's orders, and its customers asking for refunds in the chat until money has arrived or a person has it.

By hand: `python -m tests.acceptance.real_orders --customers 300`. It starts a server of its own, imports the orders
with --rebase-to now, lets the customers talk, has a person approve what must come back first, and verifies the books.
"""

import argparse
import asyncio
import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp

from tests.acceptance.running import Server, running_server, until
from tests.acceptance.shop import Chat, Shop

ORDERS = Path(__file__).resolve().parents[3] / "shared/data/online-retail-orders.jsonl.gz"
AT_ONCE = 8
STEPS_MAX = 14
WISHES = ("original_route", "balance", "coupon", "original_route", "human")
REASONS = ("no_longer_wanted", "late_shipping", "missing_item", "damaged", "ordered_by_mistake", "not_received")
WITH_A_PERSON = {"under_review", "awaiting_customer", "awaiting_finance", "failed"}


@dataclass(slots=True)
class Outcome:
    """Where all customers ended."""

    ends: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    seconds: float = 0.0
    stuck: list[str] = field(default_factory=list)
    settled_minor: int = 0
    gateway_minor: int = 0
    payouts_twice: int = 0
    books: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, the newest of their orders, what they want and why they ask."""

    name: str
    order_no: str
    wish: str
    reason: str


def customers_of(path: Path, limit: int) -> list[Customer]:
    """So many customers of the file, each with their newest order."""
    newest: dict[str, tuple[str, str]] = {}
    for document in _documents(path):
        name, placed = document["customer"]["external_id"], document["placed_at"]
        if name not in newest or newest[name][0] < placed:
            newest[name] = (placed, document["order_no"])
    wishes, reasons = cycle(WISHES), cycle(REASONS)
    chosen = islice(sorted(newest.items(), key=lambda one: one[1], reverse=True), limit)
    return [Customer(name, order_no, next(wishes), next(reasons)) for name, (_, order_no) in chosen]


async def drive(shop: Shop, customers: list[Customer]) -> Outcome:
    """Let all of them talk, some at a time."""
    outcome = Outcome(asked=len(customers))
    started = time.monotonic()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(customer: Customer) -> None:
        async with room:
            outcome.ends[await _talk(shop, customer, outcome)] += 1

    await asyncio.gather(*(one(customer) for customer in customers))
    outcome.seconds = time.monotonic() - started
    await _count_money(shop, outcome)
    return outcome


async def _talk(shop: Shop, customer: Customer, outcome: Outcome) -> str:
    chat = await shop.chat(customer.name)
    await chat.say(action="start:refund")
    for _ in range(STEPS_MAX):
        action = _next_action(chat, customer)
        if action is None:
            break
        await chat.say(action=action)
        if action in {"human", "confirm:yes"}:
            break
    return await _end(shop, customer, outcome)


def _next_action(chat: Chat, customer: Customer) -> str | None:
    """What this customer taps among the buttons of the last answer."""
    offered: list[str] = [choice["action"] for reply in chat.replies for choice in reply["choices"]]
    if customer.wish == "human" and any(action.startswith("reason:") for action in offered):
        return "human"
    wanted = _offer(chat, customer.wish) or _offer(chat, "original_route")
    first = ("confirm:yes", wanted, f"order:{customer.order_no}", "line:", "lines:all", f"reason:{customer.reason}")
    for beginning in (*first, "reason:other", "reason:", "evidence:skip", "appeal:", "order:", "human"):
        for action in offered:
            if beginning and action.startswith(beginning):
                return action
    return None


def _offer(chat: Chat, resolution: str) -> str | None:
    for reply in chat.replies:
        card = reply["card"]
        if card and card["kind"] == "offer" and card["resolution"] == resolution:
            return f"offer:{card['offer_id']}:accept"
    return None


async def _end(shop: Shop, customer: Customer, outcome: Outcome) -> str:
    """How it ended for the customer, once it did; goods that must come back are taken in by a person's approval."""
    _, answer = await shop.api("GET", f"/cases?customer={customer.name}")
    if not answer["items"]:
        return "a person, before a case" if customer.wish == "human" else _stuck(outcome, customer, "no case")
    case = answer["items"][0]
    if case["state"] == "awaiting_return":
        decision = {"version": case["version"], "action": "approve", "resolution": case["resolution"]}
        status, answer = await shop.api("POST", f"/cases/{case['case_no']}/decision", decision)
        if status != 200:
            return _stuck(outcome, customer, str(answer))
    case = await _settled(shop, case["case_no"])
    if case["state"] in WITH_A_PERSON:
        return "a person"
    if case["state"] in {"refunded", "compensated"}:
        return "balance" if case["balance"] else "coupon" if case["coupon"] else "refund settled"
    return _stuck(outcome, customer, case["state"])


def _stuck(outcome: Outcome, customer: Customer, why: str) -> str:
    outcome.stuck.append(f"{customer.order_no} ({customer.reason}, {customer.wish}): {why}")
    return "stuck"


async def _settled(shop: Shop, case_no: str) -> dict[str, Any]:
    async def looked() -> dict[str, Any] | None:
        _, case = await shop.api("GET", f"/cases/{case_no}")
        return None if case["state"] in {"refunding", "collecting"} else case

    found: dict[str, Any] = await until(looked, seconds=120, pause=0.3)
    return found


async def _count_money(shop: Shop, outcome: Outcome) -> None:
    cursor, per_payment = "", Counter[str]()
    while True:
        _, page = await shop.api("GET", f"/cases?limit=100{cursor}")
        refunds = [refund for case in page["items"] for refund in case["refunds"] if refund["state"] == "succeeded"]
        outcome.settled_minor += sum(refund["amount"] for refund in refunds if refund["method"] == "sandbox")
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    moved = await shop.server.movements(shop.slug)
    outcome.gateway_minor = sum(one["amount"] for one in moved)
    per_payment.update(one["refund_no"] for one in moved)
    outcome.payouts_twice = sum(1 for times in per_payment.values() if times > 1)


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def import_orders(server: Server, slug: str, path: Path) -> str:
    """`refundbot orders import … --rebase-to now`; its words."""
    done = server.command(
        "orders", "import", slug, str(path), "--rebase-to", datetime.now(UTC).isoformat(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


async def run(folder: Path, path: Path, customers: int) -> Outcome:
    """The whole run on a server of its own."""
    with running_server(folder, {"REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0"}) as server:
        created = server.create_merchant("retail", currency="GBP")
        print(import_orders(server, "retail", path))
        async with aiohttp.ClientSession() as http:
            shop = Shop(server, http, "retail", created["api_key"], created["chat_secret"])
            outcome = await drive(shop, customers_of(path, customers))
        outcome.books = shop.verify_books().strip()
        return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--file", type=Path, default=ORDERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rbr-", dir="/tmp") as folder:
        outcome = asyncio.run(run(Path(folder), given.file, given.customers))
    print(f"{outcome.asked} customers in {outcome.seconds:.0f} s: {dict(outcome.ends)}")
    print(f"settled in the books {outcome.settled_minor}, paid by the gateway {outcome.gateway_minor} (minor units)")
    print(f"refunds paid twice: {outcome.payouts_twice}; {outcome.books}")
    for line in outcome.stuck[:20]:
        print("stuck:", line)
    is_right = not outcome.stuck and outcome.settled_minor == outcome.gateway_minor and not outcome.payouts_twice
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
