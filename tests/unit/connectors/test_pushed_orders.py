"""Reading a pushed order: the good one whole, each bad one with its field and reason."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from connectors.orders.pushed.parse import ORDER_BYTES_MAX, parse_order
from connectors.orders.pushed.render import order_object, render_order
from refund_core.incoming import IncomingOrder, Rejected
from refund_core.orders import NoReason, OrderStatus, SettledBy
from tests.unit.connectors.orders import ORDER, order_with, order_without


def accepted(raw: bytes, *, shift: timedelta = timedelta()) -> IncomingOrder:
    incoming = parse_order(raw, shift=shift)
    assert isinstance(incoming, IncomingOrder), incoming
    return incoming


def rejected(raw: bytes) -> Rejected:
    answer = parse_order(raw)
    assert isinstance(answer, Rejected)
    return answer


def test_a_whole_order_is_read() -> None:
    incoming = accepted(order_with())

    order = incoming.order
    assert (order.order_no, order.customer, order.status) == ("20261101-0001", "c-1001", OrderStatus.DELIVERED)
    assert order.placed_at == datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert [(line.line_no, line.quantity, line.paid) for line in order.lines] == [("1", 2, 11500), ("2", 1, 0)]
    assert (order.payments[0].amount, order.payments[0].payer_amount) == (12300, 12000)
    assert order.refunds[0].lines == (("1", 1),)
    assert order.shipments[0].events[0].text == "杭州"
    assert order.has_invoice
    assert incoming.person.phone == "+8613800000000"


def test_every_time_is_utc_afterwards() -> None:
    order = accepted(order_with()).order

    assert {order.placed_at.tzinfo, order.payments[0].paid_at and order.payments[0].paid_at.tzinfo} == {UTC}


def test_what_is_left_out_has_its_default() -> None:
    raw = msgspec.json.encode({
        "order_no": "1",
        "customer": {"external_id": "c"},
        "status": "paid",
        "currency": "CNY",
        "placed_at": "2026-11-01T10:00:00Z",
        "lines": [{"line_no": "1", "title": "t", "quantity": 1, "unit_price": 5}],
        "payments": [{"payment_no": "p", "method": "sandbox", "amount": 5}],
    })  # fmt: skip

    order = accepted(raw).order

    assert (order.source, order.settled_by, order.shipping_fee) == ("own", SettledBy.US, 0)
    assert (order.payments[0].kind, order.payments[0].payer_amount) == ("full", 5)
    assert order.lines[0].no_reason == NoReason(eligible=True)
    assert (order.refunds, order.shipments, order.discounts, order.address_changes) == ((), (), (), ())


def test_an_order_is_rendered_as_the_same_object() -> None:
    incoming = accepted(order_with())

    again = accepted(render_order(incoming))

    assert again == incoming
    rendered = msgspec.json.decode(render_order(incoming))
    assert rendered["customer"] == ORDER["customer"]
    assert rendered["lines"][0] == ORDER["lines"][0]
    assert rendered["refunds"][0]["lines"] == ORDER["refunds"][0]["lines"]
    assert rendered["invoice"] == {"no": "I-1"}


@pytest.mark.parametrize("field", ["order_no", "customer", "status", "currency", "placed_at", "lines", "payments"])
def test_a_missing_required_field_is_named(field: str) -> None:
    answer = rejected(order_without(field))

    assert (answer.field, answer.reason) == (field, "is missing")


@pytest.mark.parametrize("field", ["line_no", "title", "quantity", "unit_price"])
def test_a_missing_required_field_of_a_line_is_named_with_its_place(field: str) -> None:
    answer = rejected(order_without(f"lines.1.{field}"))

    assert (answer.field, answer.reason) == (f"lines[1].{field}", "is missing")
    assert answer.order_no == ORDER["order_no"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("currency", "ABC", "currency"),
        ("lines.1.gift_of", "9", "lines[1].gift_of"),
        ("lines.1.gift_of", "2", "lines[1].gift_of"),
        ("shipments.0.line_nos", ["1", "9"], "shipments[0].line_nos[1]"),
        ("discounts.0.line_nos", ["9"], "discounts[0].line_nos[0]"),
        ("lines.0.quantity", 0, "lines[0].quantity"),
        ("lines.0.quantity", -1, "lines[0].quantity"),
        ("lines.0.quantity", 1.5, "lines[0].quantity"),
        ("lines.0.quantity", True, "lines[0].quantity"),
        ("lines.0.quantity", "2", "lines[0].quantity"),
        ("lines.0.unit_price", -1, "lines[0].unit_price"),
        ("lines.0.unit_price", 10**20, "lines[0].unit_price"),
        ("lines.0.unit_price", 59.0, "lines[0].unit_price"),
        ("lines.0.discount", -1, "lines[0].discount"),
        ("lines.0.discount", 11801, "lines[0].discount"),
        ("lines.0.line_no", "", "lines[0].line_no"),
        ("lines.0.line_no", "#shipping", "lines[0].line_no"),
        ("lines.0.line_no", "a\nb", "lines[0].line_no"),
        ("order_no", "20261101-0001\n", "order_no"),
        ("currency", "CNY\n", "currency"),
        ("lines.1.line_no", "1", "lines[1].line_no"),
        ("lines", [], "lines"),
        ("order_no", None, "order_no"),
        ("order_no", "x" * 129, "order_no"),
        ("status", "lost", "status"),
        ("settled_by", "nobody", "settled_by"),
        ("currency", "yuan", "currency"),
        ("customer.external_id", 7, "customer.external_id"),
        ("placed_at", "2026-11-01T10:00:00", "placed_at"),
        ("placed_at", "yesterday", "placed_at"),
        ("placed_at", 1793498400, "placed_at"),
        ("payments.0.paid_at", "2026-11-01T10:00:00", "payments[0].paid_at"),
        ("shipments.0.events.0.at", "2026-11-01T10:00:00", "shipments[0].events[0].at"),
        ("address_changes.0.at", "2026-11-01T10:00:00", "address_changes[0].at"),
        ("payments.0.method", "gold", "payments[0].method"),
        ("payments.0.kind", "half", "payments[0].kind"),
        ("payments.0.payer_amount", 12301, "payments[0].payer_amount"),
        ("payments.1", {"payment_no": "wx-1", "method": "card", "amount": 0}, "payments[1].payment_no"),
        ("shipments.0.events.0.status", "eaten", "shipments[0].events[0].status"),
        ("lines.0.no_reason.exclusion", "ugly", "lines[0].no_reason.exclusion"),
        ("refunds.0.payment_no", "wx-9", "refunds[0].payment_no"),
        ("refunds.0.lines.0.line_no", "9", "refunds[0].lines[0].line_no"),
        ("refunds.0.lines.0.quantity", 3, "refunds"),
        ("refunds.0.amount", 12301, "refunds"),
        ("refunds.1", {"refund_no": "x-1", "payment_no": "wx-1", "amount": 1}, "refunds[1].refund_no"),
        ("discounts.0.funded_by", "nobody", "discounts[0].funded_by"),
        ("shipping_fee", -1, "shipping_fee"),
    ],
)
def test_a_wrong_field_is_rejected_by_its_path(path: str, value: object, field: str) -> None:
    answer = rejected(order_with(path, value))

    assert answer.field == field
    assert answer.reason


@pytest.mark.parametrize(("amount", "due"), [(12299, 12300), (12301, 12300)])
def test_payments_of_a_paid_order_must_add_up(amount: int, due: int) -> None:
    raw = order_with("payments", [{"payment_no": "wx-1", "method": "sandbox", "amount": amount}])

    answer = rejected(raw)

    assert answer == Rejected("payments", f"payments do not add up: {amount} paid, {due} due", "20261101-0001")


@pytest.mark.parametrize("status", ["unpaid", "deposit_paid", "cancelled"])
def test_an_order_that_is_not_fully_paid_may_be_below(status: str) -> None:
    tree = {**ORDER, "status": status, "payments": [], "refunds": []}

    assert accepted(msgspec.json.encode(tree)).order.payments == ()


@pytest.mark.parametrize("status", ["unpaid", "deposit_paid", "cancelled"])
def test_no_order_may_be_paid_above_what_is_due(status: str) -> None:
    payments = [{"payment_no": "wx-1", "method": "sandbox", "amount": 12301}]
    tree = {**ORDER, "status": status, "payments": payments}

    assert rejected(msgspec.json.encode(tree)).field == "payments"


def test_unknown_fields_are_kept_by_their_path() -> None:
    tree = {**ORDER, "vip": {"level": 3}, "lines": [{**ORDER["lines"][0], "weight": 80}, ORDER["lines"][1]]}

    incoming = accepted(msgspec.json.encode(tree))

    assert incoming.order == accepted(order_with()).order
    assert incoming.extra == {"vip": {"level": 3}, "lines[0].weight": 80, "invoice": {"no": "I-1"}}


def test_unknown_fields_do_not_hide_a_wrong_one() -> None:
    tree = {**ORDER, "vip": 1, "status": "lost"}

    assert rejected(msgspec.json.encode(tree)).field == "status"


def test_what_was_extra_once_is_extra_after_a_round_trip() -> None:
    incoming = accepted(order_with("vip", 3))

    again = accepted(render_order(incoming))

    assert again.extra == incoming.extra


def test_a_null_stands_for_absent() -> None:
    raw = msgspec.json.encode({
        **ORDER, "source": None, "settled_by": None, "discounts": None, "shipments": None, "address_changes": None,
        "refunds": None, "invoice": None,
    })  # fmt: skip

    order = accepted(raw).order

    assert (order.source, order.shipments, order.has_invoice) == ("own", (), False)


@pytest.mark.parametrize("escape", ["\\u0000", "\\ud800", "\\udc00"])
def test_what_no_database_can_store_is_taken_out_of_texts(escape: str) -> None:
    raw = order_with("lines.0.title", "Te@a").replace(b"@", escape.encode())

    assert accepted(raw).order.lines[0].title == "Tea"


def test_a_real_surrogate_pair_is_a_letter() -> None:
    raw = order_with("lines.0.title", "@").replace(b"@", b"\\ud83c\\udf75")

    assert accepted(raw).order.lines[0].title == "🍵"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"nonsense", b'{"order_no": "\xff"}', b'{"order_no": "\x00"}', b"null", b"[]", b'"x"', b"1"],
)
def test_nonsense_is_rejected(raw: bytes) -> None:
    assert rejected(raw).reason


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"zz":' + b"[" * 100_000, b'{"zz":' * 50_000, b'"\\u0000' * 9])
def test_a_nested_bomb_is_rejected(raw: bytes) -> None:
    assert rejected(raw).reason


def test_an_order_beyond_the_size_limit_is_rejected_unread() -> None:
    assert "larger" in rejected(b" " * (ORDER_BYTES_MAX + 1)).reason


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "1969-12-31T00:00:00Z"])
def test_a_time_that_no_order_can_have_is_rejected(moment: str) -> None:
    assert "has a time before" in rejected(order_with("placed_at", moment)).reason


def test_numbers_beyond_what_the_database_counts_are_rejected() -> None:
    tree = {**ORDER, "lines": [{"line_no": "1", "title": "t", "quantity": 10**6, "unit_price": 10**12}]}

    assert "more than an order may cost" in rejected(msgspec.json.encode(tree)).reason


def test_every_time_moves_by_the_shift() -> None:
    still, moved = accepted(order_with()), accepted(order_with(), shift=timedelta(days=10))

    before = order_object(still)
    after = order_object(moved)

    assert moved.order.placed_at - still.order.placed_at == timedelta(days=10)
    assert moved.order.shipments[0].events[0].at - still.order.shipments[0].events[0].at == timedelta(days=10)
    assert moved.order.address_changes[0] - still.order.address_changes[0] == timedelta(days=10)
    assert {key for key in before if before[key] == after[key]} == {
        "order_no", "customer", "status", "source", "settled_by", "currency", "promised_ship_at", "lines", "discounts",
        "shipping_fee", "invoice", "extra",
    }  # fmt: skip


def test_personal_data_does_not_show_in_a_repr() -> None:
    assert "王小明" not in repr(accepted(order_with()))
