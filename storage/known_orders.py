"""Orders whose documents this process has read, never more than so many; the database tells whether they still hold."""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from refund_core.orders import Order

ORDERS_PER_CUSTOMER_MAX = 32


class KnownOrders:
    """Order documents by id and version, and which of them a question is likely to be about."""

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._orders: OrderedDict[UUID, tuple[int, Order, tuple[UUID, str], UUID | None]] = OrderedDict()
        self._by_number: dict[tuple[UUID, str], UUID] = {}
        self._by_customer: dict[UUID, tuple[UUID, ...]] = {}

    def put(self, order_id: UUID, version: int, order: Order, *, merchant_id: UUID, customer_id: UUID | None) -> None:
        """Keep an order as it is now; the one kept longest goes when there are too many."""
        self._drop(order_id)
        number = (merchant_id, order.order_no)
        self._orders[order_id] = (version, order, number, customer_id)
        self._by_number[number] = order_id
        if customer_id is not None:
            of_customer = self._by_customer.get(customer_id, ())
            self._by_customer[customer_id] = (*of_customer, order_id)[-ORDERS_PER_CUSTOMER_MAX:]
        if len(self._orders) > self._count_max:
            self._drop(next(iter(self._orders)))

    def likely(self, questions: Iterable[tuple[UUID, UUID | None, str | None, bool]]) -> dict[UUID, tuple[int, Order]]:
        """Known orders that may be asked for, with their versions: (merchant, customer, order number, all recent)."""
        likely: dict[UUID, tuple[int, Order]] = {}
        for merchant_id, customer_id, order_no, is_recent in questions:
            named = self._by_number.get((merchant_id, order_no)) if order_no is not None else None
            recent = self._by_customer.get(customer_id, ()) if is_recent and customer_id is not None else ()
            for order_id in (*recent, *((named,) if named else ())):
                known = self._orders.get(order_id)
                if known is not None:
                    likely[order_id] = (known[0], known[1])
        return likely

    def _drop(self, order_id: UUID) -> None:
        known = self._orders.pop(order_id, None)
        if known is None:
            return
        self._by_number.pop(known[2], None)
        customer_id = known[3]
        if customer_id is not None:
            left = tuple(each for each in self._by_customer.get(customer_id, ()) if each != order_id)
            if left:
                self._by_customer[customer_id] = left
            else:
                self._by_customer.pop(customer_id, None)
