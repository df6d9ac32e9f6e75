"""The order as outsiders write it: field names, kinds and ranges. An unknown field is told, so that it can be kept."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from refund_core.orders import Exclusion, OrderStatus, SettledBy, ShipmentStatus

AMOUNT_MINOR_MAX = 10**12
QUANTITY_MAX = 10**6
LINES_MAX = 5_000

# To Python's regular expressions an end is also before a last line break.
Number = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Short = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=4_000)]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MINOR_MAX)]
Quantity = Annotated[int, Meta(ge=1, le=QUANTITY_MAX)]
Time = Annotated[datetime, Meta(tz=True)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
Method = Literal["wechat_pay", "alipay", "card", "balance", "gift_card", "sandbox", "other"]


class _Wire(Struct, forbid_unknown_fields=True):
    pass


class WireCustomer(_Wire):
    """Who bought."""

    external_id: Number
    name: Short | None = None
    phone: Word | None = None
    email: Short | None = None
    address: Text | None = None


class WireNoReason(_Wire):
    """Whether the line may go back without a reason."""

    eligible: bool = True
    exclusion: Exclusion | None = None
    confirmed_at: Time | None = None


class WireLine(_Wire):
    """One line."""

    line_no: Number
    title: Text
    quantity: Quantity
    unit_price: Amount
    discount: Amount = 0
    sku: Short | None = None
    category: Short | None = None
    attributes: dict[str, str | int | float | bool | None] | None = None
    gift_of: Number | None = None
    gift_value: Amount | None = None
    bundle_no: Number | None = None
    no_reason: WireNoReason | None = None


class WireDiscount(_Wire):
    """A discount of the order."""

    kind: Word
    amount: Amount
    funded_by: Literal["merchant", "platform"] = "merchant"
    line_nos: list[Number] = []


class WirePayment(_Wire):
    """Money captured."""

    payment_no: Number
    method: Method
    amount: Amount
    payer_amount: Amount | None = None
    kind: Literal["full", "deposit", "final"] = "full"
    paid_at: Time | None = None
    label: Short | None = None


class WireRefundedLine(_Wire):
    """Pieces of a line refunded elsewhere."""

    line_no: Number
    quantity: Quantity


class WireRefund(_Wire):
    """A refund made elsewhere."""

    refund_no: Number
    payment_no: Number
    amount: Amount
    lines: list[WireRefundedLine] = []
    at: Time | None = None
    source: Word = "imported"


class WireEvent(_Wire):
    """One scan of the carrier."""

    at: Time
    status: ShipmentStatus
    text: Text = ""


class WireShipment(_Wire):
    """One parcel."""

    tracking_no: Number
    carrier: Short = ""
    line_nos: list[Number] = []
    shipped_at: Time | None = None
    delivered_at: Time | None = None
    events: list[WireEvent] = []


class WireAddressChange(_Wire):
    """A change of the delivery address."""

    at: Time


class WireOrder(_Wire):
    """One order; null stands for absent in every optional field."""

    order_no: Number
    customer: WireCustomer
    status: OrderStatus
    currency: Currency
    placed_at: Time
    lines: Annotated[list[WireLine], Meta(min_length=1, max_length=LINES_MAX)]
    payments: list[WirePayment]
    source: Word | None = None
    settled_by: SettledBy | None = None
    promised_ship_at: Time | None = None
    promised_delivery_at: Time | None = None
    discounts: list[WireDiscount] | None = None
    shipping_fee: Amount | None = None
    refunds: list[WireRefund] | None = None
    invoice: dict[str, object] | bool | None = None
    shipments: list[WireShipment] | None = None
    address_changes: list[WireAddressChange] | None = None
    extra: dict[str, object] | None = None
