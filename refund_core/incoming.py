"""What an order source hands over: an order with the personal data that no rule needs, or why it was refused."""

from collections.abc import Mapping
from dataclasses import field

from refund_core.orders import Order
from refund_core.values import value


@value(frozen=True, slots=True)
class Person:
    """Who bought, as the source says; stored encrypted. repr shows nothing of it."""

    external_id: str
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@value(frozen=True, slots=True)
class IncomingOrder:
    """One order as it came; extra holds what the source sent beside the contract, by its path ("lines[0].weight")."""

    order: Order
    person: Person
    extra: Mapping[str, object] = field(default_factory=dict)


@value(frozen=True, slots=True)
class Rejected:
    """Why an order was refused: the field's path ("lines[0].quantity", "" for the whole) and the reason."""

    field: str
    reason: str
    order_no: str | None = None
