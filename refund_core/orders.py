"""An order as the core sees it: what was bought, paid, shipped, and what of it was already asked back.

Amounts are integers of the order's own currency's minor unit; every time has a zone. Personal data (name, phone,
address, e-mail) is not here: no rule needs it.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from refund_core.money import Money
from refund_core.values import value

OWN_SOURCE = "refundbot"


class OrderStatus(StrEnum):
    """How far the order has come, as its source says."""

    UNPAID = "unpaid"
    DEPOSIT_PAID = "deposit_paid"
    PAID = "paid"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class SettledBy(StrEnum):
    """Who holds the buyer's money: us (the merchant's own payment account) or a sales platform."""

    US = "us"
    PLATFORM = "platform"


class Exclusion(StrEnum):
    """Why seven days without reason does not apply; `confirmed` counts only with a time of confirmation."""

    CUSTOM = "custom"
    PERISHABLE = "perishable"
    DIGITAL_OPENED = "digital_opened"
    PERIODICAL = "periodical"
    CONFIRMED = "confirmed"


class ShipmentStatus(StrEnum):
    """A carrier's event, in the contract's words."""

    LABEL_CREATED = "label_created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_PICKUP_POINT = "at_pickup_point"
    DELIVERED = "delivered"
    REFUSED = "refused"
    INTERCEPTED = "intercepted"
    RETURNING = "returning"
    RETURNED_TO_SENDER = "returned_to_sender"
    LOST = "lost"


@value(frozen=True, slots=True)
class NoReason:
    """Whether the line may go back without a reason, and what excludes it."""

    eligible: bool = True
    exclusion: Exclusion | None = None
    confirmed_at: datetime | None = None


@value(frozen=True, slots=True)
class OrderLine:
    """One line; discount is the line's whole discount, order-level discounts already spread into it."""

    line_no: str
    title: str
    quantity: int
    unit_price: int
    discount: int = 0
    sku: str | None = None
    category: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    gift_of: str | None = None
    gift_value: int | None = None
    bundle_no: str | None = None
    no_reason: NoReason = NoReason()

    @property
    def paid(self) -> int:
        """What the whole line cost after its discount, in minor units."""
        return self.quantity * self.unit_price - self.discount


@value(frozen=True, slots=True)
class Discount:
    """A discount of the order, for the report; its amount is already inside the lines."""

    kind: str
    amount: int
    funded_by: str = "merchant"
    line_nos: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Payment:
    """Money captured for the order; payer_amount is what the payer really gave (a platform's voucher makes it less)."""

    payment_no: str
    method: str
    amount: int
    payer_amount: int
    kind: str = "full"
    paid_at: datetime | None = None
    label: str | None = None


@value(frozen=True, slots=True)
class PastRefund:
    """A refund made before or elsewhere, as the order's source reports it; it reduces what is left.

    One that bears a number of ours has source OWN_SOURCE and is not counted again: our own cases already did.
    """

    refund_no: str
    payment_no: str
    amount: int
    lines: tuple[tuple[str, int], ...] = ()
    at: datetime | None = None
    source: str = "imported"


@value(frozen=True, slots=True)
class ShipmentEvent:
    """One scan of the carrier."""

    at: datetime
    status: ShipmentStatus
    text: str = ""


@value(frozen=True, slots=True)
class Shipment:
    """One parcel with the lines in it (none named means all)."""

    tracking_no: str
    carrier: str
    line_nos: tuple[str, ...] = ()
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    events: tuple[ShipmentEvent, ...] = ()


@value(frozen=True, slots=True)
class Order:
    """One order of one customer of one merchant."""

    order_no: str
    customer: str
    status: OrderStatus
    currency: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...]
    source: str = "own"
    settled_by: SettledBy = SettledBy.US
    promised_ship_at: datetime | None = None
    promised_delivery_at: datetime | None = None
    discounts: tuple[Discount, ...] = ()
    shipping_fee: int = 0
    refunds: tuple[PastRefund, ...] = ()
    has_invoice: bool = False
    shipments: tuple[Shipment, ...] = ()
    address_changes: tuple[datetime, ...] = ()

    def line(self, line_no: str) -> OrderLine | None:
        """The line of that number, or None."""
        for line in self.lines:
            if line.line_no == line_no:
                return line
        return None

    def money(self, minor: int) -> Money:
        """An amount in this order's currency."""
        return Money(minor, self.currency)


@value(frozen=True, slots=True)
class LineUse:
    """What of a line is gone or asked for through our own cases: settled, and in an open claim (minor units)."""

    line_no: str
    refunded_quantity: int = 0
    refunded_minor: int = 0
    open_quantity: int = 0
    open_minor: int = 0
    open_case_no: str | None = None


@value(frozen=True, slots=True)
class PaymentUse:
    """What of a payment has gone back or is on its way (minor units), imported refunds included."""

    payment_no: str
    refunded_minor: int = 0
    reserved_minor: int = 0


@value(frozen=True, slots=True)
class OrderUse:
    """What of an order is no longer there to be refunded; lines and payments without a row are untouched.

    Several open cases may each have a share of the shipping fee, so what each of them holds is a use of its own.
    """

    lines: tuple[LineUse, ...] = ()
    payments: tuple[PaymentUse, ...] = ()
    shipping: tuple[LineUse, ...] = ()

    @property
    def shipping_gone_minor(self) -> int:
        """What of the shipping fee has gone back or is in an open claim."""
        return sum([use.refunded_minor + use.open_minor for use in self.shipping])


@value(frozen=True, slots=True)
class OrderFacts:
    """An order with its use, as read at one moment; version is the stored order's, checked again when money moves."""

    order_id: str
    version: int
    order: Order
    use: OrderUse = OrderUse()
