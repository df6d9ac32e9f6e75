"""The made-up shop of the measurements: customers with orders of 1 to 20 lines, delivered a few days ago."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

LINES_MAX = 20
TITLES = (
    "白瓷茶杯 4 只装",
    "纯棉盖毯 150 × 200 cm",
    "护眼台灯 10 W",
    "帆布鞋 42 码",
    "亚麻衬衫 M 码",
    "恒温电热水壶 1.5 L",
)


def customer_name(number: int) -> str:
    return f"bench-{number}"


def write_orders(path: Path, *, customers: int, orders_each: int, now: datetime) -> int:
    """An import file of the shop's orders; how many lines of goods they have in all."""
    dice, lines = random.Random(7), 0
    with path.open("wb") as file:
        for customer in range(customers):
            for number in range(orders_each):
                order = make_order(customer, number, dice, now=now)
                lines += len(order["lines"])
                file.write(msgspec.json.encode(order) + b"\n")
    return lines


def make_order(customer: int, number: int, dice: random.Random, *, now: datetime) -> dict[str, Any]:
    placed = now - timedelta(days=5, minutes=dice.randrange(1_000))
    lines = list(_lines(dice))
    amount = sum(line["quantity"] * line["unit_price"] for line in lines) + 800
    delivered = placed + timedelta(days=2)
    return {
        "order_no": f"B{customer:06}-{number}",
        "customer": {
            "external_id": customer_name(customer),
            "name": "张三",
            "phone": f"+86138{customer:08}",
            "email": None,
            "address": "杭州市西湖区文三路 1 号",
        },
        "status": "delivered",
        "currency": "CNY",
        "placed_at": placed.isoformat(),
        "promised_delivery_at": (placed + timedelta(days=4)).isoformat(),
        "lines": lines,
        "shipping_fee": 800,
        "payments": [
            {
                "payment_no": f"p-{customer}-{number}",
                "method": "sandbox",
                "amount": amount,
                "paid_at": placed.isoformat(),
                "label": "沙箱",
            }
        ],
        "shipments": [
            {
                "tracking_no": f"SF{customer:08}{number:03}",
                "carrier": "sf",
                "line_nos": [],
                "shipped_at": (placed + timedelta(hours=9)).isoformat(),
                "delivered_at": delivered.isoformat(),
                "events": [{"at": delivered.isoformat(), "status": "delivered", "text": "已签收"}],
            }
        ],
    }


def _lines(dice: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, dice.randint(1, LINES_MAX) + 1):
        yield {
            "line_no": str(number),
            "sku": f"S-{dice.randrange(900)}",
            "title": dice.choice(TITLES),
            "category": "家居",
            "quantity": dice.randint(1, 3),
            "unit_price": dice.randrange(900, 30_000),
            "discount": 0,
        }
