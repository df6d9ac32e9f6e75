"""Parting what the contract names from what a source sent beside it, which is kept by its path."""

from typing import Any

from connectors.orders.pushed.wire import (
    WireAddressChange,
    WireCustomer,
    WireDiscount,
    WireEvent,
    WireLine,
    WireNoReason,
    WireOrder,
    WirePayment,
    WireRefund,
    WireRefundedLine,
    WireShipment,
)

EXTRA_FIELDS_MAX = 1_000

_INSIDE: dict[type, dict[str, type]] = {
    WireOrder: {
        "customer": WireCustomer,
        "lines": WireLine,
        "discounts": WireDiscount,
        "payments": WirePayment,
        "refunds": WireRefund,
        "shipments": WireShipment,
        "address_changes": WireAddressChange,
    },
    WireLine: {"no_reason": WireNoReason},
    WireRefund: {"lines": WireRefundedLine},
    WireShipment: {"events": WireEvent},
}


def split_unknown(tree: Any) -> tuple[Any, dict[str, object]]:
    """The tree with only the contract's fields, and the others by path; beyond EXTRA_FIELDS_MAX they are dropped."""
    unknown: dict[str, object] = {}
    known = _split(tree, WireOrder, "", unknown)
    return known, unknown


def _split(tree: Any, kind: type, path: str, unknown: dict[str, object]) -> Any:
    if isinstance(tree, list):
        return [_split(item, kind, f"{path}[{index}]", unknown) for index, item in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    known: dict[str, Any] = {}
    inside = _INSIDE.get(kind, {})
    fields = kind.__struct_fields__  # type: ignore[attr-defined]  # every kind here is a Struct
    for name, value in tree.items():
        here = f"{path}.{name}" if path else name
        if name in inside:
            known[name] = _split(value, inside[name], here, unknown)
        elif name in fields:
            known[name] = value
        elif len(unknown) < EXTRA_FIELDS_MAX:
            unknown[here] = value
    return known
