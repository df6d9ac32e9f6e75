"""About forty made-up orders of three customers, as the orders API takes them; every time is relative to now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.demo.goods import (
    BLANKET,
    COASTER,
    COAT,
    CUPS,
    KETTLE,
    LAMP,
    PILLOW,
    SEAL,
    SHIRT,
    SHOES,
    SPEAKER,
    TEA,
    TEAPOT,
    TOWEL,
    TRAY,
    Good,
)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shopper:
    """One customer of the demo shop; all of it is made up."""

    external_id: str
    name: str
    phone: str
    address: str
    locale: str
    about: str


LIN = Shopper("c-1001", "林晓", "+8613800000001", "浙江省杭州市西湖区文三路 1 号", "zh-CN", "ordinary orders")
CHEN = Shopper("c-1002", "陈默", "+8613800000002", "江苏省苏州市姑苏区平江路 2 号", "zh-CN", "returns often")
AMY = Shopper("c-1003", "Amy Walker", "+8613800000003", "上海市徐汇区淮海中路 3 号", "en", "speaks English")
SHOPPERS = (LIN, CHEN, AMY)


@dataclass(frozen=True, slots=True)
class Bought:
    """One line: so many of a good, less a discount; as a gift of another line or a part of a bundle."""

    good: Good
    quantity: int = 1
    discount: int = 0
    gift_of: str | None = None
    gift_value: int | None = None
    bundle_no: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up order: what was bought when, and how far it has come (days before now; None means not yet)."""

    shopper: Shopper
    lines: Sequence[Bought]
    placed: float
    shipped: float | None = None
    delivered: float | None = None
    status: str = ""
    scans: Sequence[str] = ()
    late: float | None = None
    shipping: int = 0
    methods: Sequence[tuple[str, int]] = (("sandbox", 100),)
    more: Mapping[str, Any] = field(default_factory=dict)


def demo_orders(now: datetime) -> Iterator[Document]:
    """Every made-up order as a document of the orders API."""
    for number, made in enumerate(_ALL, start=1):
        yield _document(made, f"DEMO-{number:04}", now)


def _document(made: Made, order_no: str, now: datetime) -> Document:
    lines = [_line(str(number), bought) for number, bought in enumerate(made.lines, start=1)]
    total = sum(line["quantity"] * line["unit_price"] - line["discount"] for line in lines) + made.shipping
    document = {
        "order_no": order_no,
        "customer": _customer(made.shopper),
        "status": made.status or _status(made),
        "currency": "CNY",
        "placed_at": _before(now, made.placed),
        "promised_ship_at": _before(now, made.placed - 2),
        "promised_delivery_at": _before(now, made.late if made.late is not None else made.placed - 5),
        "lines": lines,
        "shipping_fee": made.shipping,
        "payments": [] if made.status == "unpaid" else list(_payments(made, order_no, total, now)),
        "shipments": [_shipment(made, order_no, now)] if made.shipped is not None else [],
    }
    return document | {key: value(document, now) if callable(value) else value for key, value in made.more.items()}


def _line(line_no: str, bought: Bought) -> Document:
    good = bought.good
    excluded = {"eligible": good.exclusion is None, "exclusion": good.exclusion, "confirmed_at": None}
    return {
        "line_no": line_no,
        "sku": good.sku,
        "title": good.title,
        "category": good.category,
        "quantity": bought.quantity,
        "unit_price": good.price,
        "discount": bought.discount,
        "gift_of": bought.gift_of,
        "gift_value": bought.gift_value,
        "bundle_no": bought.bundle_no,
        "no_reason": excluded,
    }


def _customer(shopper: Shopper) -> Document:
    return {
        "external_id": shopper.external_id,
        "name": shopper.name,
        "phone": shopper.phone,
        "email": None,
        "address": shopper.address,
    }


def _status(made: Made) -> str:
    if made.delivered is not None:
        return "delivered" if made.delivered < 15 else "completed"
    return "paid" if made.shipped is None else "shipped"


def _payments(made: Made, order_no: str, total: int, now: datetime) -> Iterator[Document]:
    left = total
    for index, (method, percent) in enumerate(made.methods, start=1):
        amount = left if index == len(made.methods) else total * percent // 100
        left -= amount
        yield {
            "payment_no": f"pay-{order_no}-{index}",
            "method": method,
            "amount": amount,
            "payer_amount": amount,
            "kind": "full" if len(made.methods) == 1 else ("deposit" if index == 1 else "final"),
            "paid_at": _before(now, made.placed - 0.01),
            "label": {"sandbox": "沙箱支付", "other": "线下转账"}.get(method),
        }


def _shipment(made: Made, order_no: str, now: datetime) -> Document:
    assert made.shipped is not None  # noqa: S101 - the caller has looked
    end = made.delivered if made.delivered is not None else max(0.1, made.shipped - 3)
    scans = list(made.scans or ("picked_up", "in_transit"))
    if made.delivered is not None and not made.scans:
        scans += ["out_for_delivery", "delivered"]
    step = (made.shipped - end) / max(1, len(scans) - 1)
    events = [
        {"at": _before(now, made.shipped - step * place), "status": scan, "text": _SCAN_WORDS[scan]}
        for place, scan in enumerate(scans)
    ]
    return {
        "tracking_no": f"SF{order_no.replace('-', '')}",
        "carrier": "sf",
        "line_nos": [],
        "shipped_at": _before(now, made.shipped),
        "delivered_at": None if made.delivered is None else _before(now, made.delivered),
        "events": events,
    }


def _before(now: datetime, days: float) -> str:
    return (now - timedelta(days=days)).replace(microsecond=0).isoformat()


def _part_refunded(document: Document, now: datetime) -> list[Document]:
    """One piece of the first line went back three days ago."""
    line, payment = document["lines"][0], document["payments"][0]
    return [
        {
            "refund_no": f"old-{document['order_no']}",
            "payment_no": payment["payment_no"],
            "lines": [{"line_no": line["line_no"], "quantity": 1}],
            "amount": line["unit_price"],
            "at": _before(now, 3),
            "source": "erp",
        }
    ]


def _all_refunded(document: Document, now: datetime) -> list[Document]:
    """The whole order went back some time ago."""
    payment = document["payments"][0]
    whole = [{"line_no": line["line_no"], "quantity": line["quantity"]} for line in document["lines"]]
    return [
        {
            "refund_no": f"old-{document['order_no']}",
            "payment_no": payment["payment_no"],
            "lines": whole,
            "amount": payment["amount"],
            "at": _before(now, 10),
            "source": "erp",
        }
    ]


def _moved_twice(_document: Document, now: datetime) -> list[Document]:
    return [{"at": _before(now, 2)}, {"at": _before(now, 1)}]


_SCAN_WORDS = {
    "label_created": "已打印面单",
    "picked_up": "快件已揽收",
    "in_transit": "快件运输中",
    "out_for_delivery": "快递员派送中",
    "at_pickup_point": "快件已到自提点",
    "delivered": "快件已签收",
    "refused": "收件人拒收",
    "returning": "快件退回中",
    "lost": "快件遗失",
}
_RETURNED = {"refunds": _all_refunded}

_ALL: tuple[Made, ...] = (
    # Lin: every stage of an ordinary order
    Made(LIN, [Bought(TEAPOT)], placed=0.2, status="unpaid"),
    Made(LIN, [Bought(CUPS, 2)], placed=0.5, shipping=800),
    Made(LIN, [Bought(LAMP)], placed=6, late=-1),
    Made(LIN, [Bought(KETTLE)], placed=9, late=3),
    Made(LIN, [Bought(BLANKET)], placed=3, shipped=2),
    Made(LIN, [Bought(PILLOW, 2, 2_000)], placed=12, shipped=10, late=4),
    Made(LIN, [Bought(TRAY)], placed=4, shipped=3, delivered=0.2),
    Made(LIN, [Bought(TOWEL, 3)], placed=9, shipped=8, delivered=6),
    Made(LIN, [Bought(SHIRT)], placed=10, shipped=9, delivered=7),
    Made(LIN, [Bought(SHOES)], placed=11, shipped=10, delivered=8),
    Made(LIN, [Bought(COAT)], placed=45, shipped=43, delivered=40),
    Made(LIN, [Bought(TEAPOT), Bought(CUPS), Bought(TRAY, 1, 800)], placed=5, shipped=4, delivered=2, shipping=1_000),
    Made(LIN, [Bought(SEAL)], placed=6, shipped=5, delivered=2),
    Made(LIN, [Bought(TEA, 2)], placed=5, shipped=4, delivered=1),
    # Chen: returned often, address changes, parcels that went wrong
    Made(CHEN, [Bought(SPEAKER)], placed=8, shipped=7, scans=("picked_up", "in_transit", "refused", "returning")),
    Made(CHEN, [Bought(SHIRT, 2)], placed=40, shipped=39, delivered=36, more=_RETURNED),
    Made(CHEN, [Bought(SHOES)], placed=35, shipped=34, delivered=31, more=_RETURNED),
    Made(CHEN, [Bought(COAT)], placed=30, shipped=29, delivered=26, more=_RETURNED),
    Made(CHEN, [Bought(KETTLE)], placed=26, shipped=25, delivered=22, more=_RETURNED),
    Made(CHEN, [Bought(LAMP)], placed=22, shipped=21, delivered=18, more=_RETURNED),
    Made(CHEN, [Bought(BLANKET)], placed=20, shipped=19, delivered=16, more=_RETURNED),
    Made(CHEN, [Bought(COAT, 2)], placed=4, shipped=3, delivered=1, more={"address_changes": _moved_twice}),
    Made(CHEN, [Bought(TOWEL)], placed=5, shipped=4, delivered=3),
    Made(CHEN, [Bought(CUPS)], placed=20, shipped=18, scans=("picked_up", "in_transit", "lost"), late=10),
    Made(CHEN, [Bought(TRAY)], placed=6, shipped=4, scans=("label_created",)),
    Made(CHEN, [Bought(PILLOW)], placed=3, shipped=2, delivered=0.5),
    # Amy: gifts, bundles, several payments, platforms, parts that went back
    Made(AMY, [Bought(TEAPOT), Bought(COASTER, 1, 0, gift_of="1", gift_value=1_500)], placed=4, shipped=3, delivered=1),
    Made(
        AMY,
        [Bought(TEAPOT, 1, 1_800, bundle_no="B1"), Bought(CUPS, 1, 900, bundle_no="B1")],
        placed=6,
        shipped=5,
        delivered=3,
    ),
    Made(AMY, [Bought(COAT)], placed=5, shipped=4, delivered=2, methods=(("sandbox", 30), ("sandbox", 70))),
    Made(AMY, [Bought(SPEAKER)], placed=5, shipped=4, delivered=2, methods=(("sandbox", 50), ("other", 50))),
    Made(AMY, [Bought(TOWEL, 3)], placed=9, shipped=8, delivered=5, more={"refunds": _part_refunded}),
    Made(AMY, [Bought(SHOES)], placed=5, shipped=4, delivered=2, more={"settled_by": "platform", "source": "taobao"}),
    Made(AMY, [Bought(KETTLE)], placed=0.3),
    Made(AMY, [Bought(LAMP)], placed=7, late=1),
    Made(AMY, [Bought(BLANKET), Bought(PILLOW, 2)], placed=3, shipped=2, shipping=1_200),
    Made(AMY, [Bought(SHIRT)], placed=2, shipped=1.5, delivered=0.1),
    Made(AMY, [Bought(CUPS, 4, 2_360)], placed=8, shipped=7, delivered=6),
    Made(AMY, [Bought(TRAY)], placed=12, shipped=11, delivered=8),
    Made(AMY, [Bought(COAT)], placed=50, shipped=46, delivered=40),
    Made(AMY, [Bought(TEA)], placed=4, shipped=3, delivered=1),
    Made(AMY, [Bought(LAMP)], placed=6, status="cancelled"),
)
