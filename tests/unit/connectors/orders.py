"""One good order as outsiders write it; a test changes one thing in it."""

import copy
from collections.abc import Mapping
from typing import Any

import msgspec

ORDER: Mapping[str, Any] = {
    "order_no": "20261101-0001",
    "customer": {
        "external_id": "c-1001",
        "name": "王小明",
        "phone": "+8613800000000",
        "email": None,
        "address": "上海市浦东新区世纪大道1号",
    },
    "status": "delivered",
    "source": "own",
    "settled_by": "us",
    "currency": "CNY",
    "placed_at": "2026-11-01T10:00:00+08:00",
    "promised_ship_at": None,
    "promised_delivery_at": "2026-11-05T23:59:59+08:00",
    "lines": [
        {
            "line_no": "1",
            "sku": "T-1",
            "title": "Tea",
            "category": "food",
            "quantity": 2,
            "unit_price": 5900,
            "discount": 300,
            "attributes": {"colour": "blue"},
            "gift_of": None,
            "gift_value": None,
            "bundle_no": None,
            "no_reason": {"eligible": True, "exclusion": None, "confirmed_at": None},
        },
        {"line_no": "2", "title": "Cup", "quantity": 1, "unit_price": 0, "gift_of": "1", "gift_value": 500},
    ],
    "discounts": [{"kind": "coupon", "amount": 300, "funded_by": "platform", "line_nos": ["1"]}],
    "shipping_fee": 800,
    "payments": [
        {
            "payment_no": "wx-1",
            "method": "wechat_pay",
            "amount": 12300,
            "payer_amount": 12000,
            "kind": "full",
            "paid_at": "2026-11-01T10:01:00+08:00",
            "label": "WeChat Pay",
        }
    ],
    "refunds": [
        {
            "refund_no": "x-1",
            "payment_no": "wx-1",
            "lines": [{"line_no": "1", "quantity": 1}],
            "amount": 5750,
            "at": "2026-11-03T10:00:00+08:00",
            "source": "erp",
        }
    ],
    "invoice": {"no": "I-1"},
    "shipments": [
        {
            "tracking_no": "SF1",
            "carrier": "sf",
            "line_nos": ["1"],
            "shipped_at": "2026-11-02T09:00:00+08:00",
            "delivered_at": "2026-11-03T09:00:00+08:00",
            "events": [{"at": "2026-11-02T12:00:00+08:00", "status": "in_transit", "text": "杭州"}],
        }
    ],
    "address_changes": [{"at": "2026-11-01T11:00:00+08:00"}],
}


def order_with(path: str = "", value: object = None) -> bytes:
    """The good order with the value at a path ("lines.0.quantity") replaced; no path, the good order itself."""
    tree = copy.deepcopy(dict(ORDER))
    if path:
        put(tree, path, value)
    return msgspec.json.encode(tree)


def order_without(path: str) -> bytes:
    """The good order without the field at a path."""
    tree = copy.deepcopy(dict(ORDER))
    parent, name = _parent(tree, path)
    del parent[name]
    return msgspec.json.encode(tree)


def put(tree: dict[str, Any], path: str, value: object) -> None:
    parent, name = _parent(tree, path)
    if isinstance(parent, list) and int(name) == len(parent):
        parent.append(value)
    else:
        parent[int(name) if isinstance(parent, list) else name] = value


def _parent(tree: Any, path: str) -> tuple[Any, str]:
    *steps, name = path.split(".")
    for step in steps:
        tree = tree[int(step) if isinstance(tree, list) else step]
    return tree, name
