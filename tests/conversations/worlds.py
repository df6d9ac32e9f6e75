"""The shop in which the scripts play: orders by name, and what else may be true of a customer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dialogs.conversation import Conversation
from dialogs.hours import StaffHours
from dialogs.messages import Locale
from refund_core.cases import CaseChange, RefundCase
from refund_core.ids import Ids
from refund_core.orders import (
    Exclusion,
    NoReason,
    Order,
    OrderLine,
    OrderStatus,
    PastRefund,
    Payment,
    SettledBy,
    Shipment,
    ShipmentEvent,
    ShipmentStatus,
)
from refund_core.risk import RiskSignals
from tests.unit.core.shop import DAY, NOW
from tests.unit.core.till import Till
from tests.unit.dialogs.talk import MERCHANT, Talk

HOUR = timedelta(hours=1)
HOURS = StaffHours("Asia/Shanghai", (((9 * 60, 21 * 60),),) * 7)
GOODS: Mapping[str, tuple[str, str]] = {
    "mug": ("蓝色陶瓷马克杯", "Blue ceramic mug"),
    "lamp": ("护眼台灯", "Desk lamp"),
    "headphones": ("降噪耳机", "Noise-cancelling headphones"),
    "kettle": ("电热水壶", "Electric kettle"),
    "shirt": ("纯棉衬衫", "Cotton shirt"),
    "notebook": ("牛皮纸笔记本", "Kraft notebook"),
    "coffee": ("半自动咖啡机", "Espresso machine"),
    "beans": ("咖啡豆小样", "Sample of coffee beans"),
    "pen": ("刻字钢笔", "Engraved fountain pen"),
    "sheet": ("床单", "Bed sheet"),
    "pillow": ("枕套", "Pillow case"),
    "shirt_l": ("纯棉T恤 蓝色 L", "Cotton T-shirt, blue, L"),
    "socks": ("运动袜", "Sports socks"),
    "sofa": ("三人沙发", "Three-seat sofa"),
}


class Shop:
    """Builds orders with titles in one language."""

    def __init__(self, locale: Locale) -> None:
        self._place = 0 if locale == "zh-CN" else 1

    def line(self, goods: str, price: int, quantity: int = 1, *, line_no: str = "1", **more: Any) -> OrderLine:
        made = OrderLine(line_no, GOODS[goods][self._place], quantity, price)
        return replace(made, **more)

    def order(
        self, order_no: str, *lines: OrderLine, days_ago: float = 2, pays: str = "wechat_pay", **more: Any
    ) -> Order:
        """Paid, unshipped, over one payment."""
        placed = NOW - days_ago * DAY
        made = Order(order_no, "c-1001", OrderStatus.PAID, "CNY", placed, lines, ())
        made = replace(made, **more)
        if "payments" in more:
            return made
        total = sum(it.paid for it in made.lines) + made.shipping_fee
        return replace(made, payments=(Payment("p-1", pays, total, total, paid_at=placed),))

    def on_the_road(
        self, order_no: str, line: OrderLine, status: ShipmentStatus, *, hours: float = 30, **more: Any
    ) -> Order:
        at = NOW - hours * HOUR
        parcel = Shipment(f"SF{order_no[-4:]}88", "sf", (), at, None, (ShipmentEvent(at, status),))
        return self.order(order_no, line, days_ago=6, status=OrderStatus.SHIPPED, shipments=(parcel,), **more)

    def signed(self, order_no: str, *lines: OrderLine, days: float, **more: Any) -> Order:
        at = NOW - days * DAY
        scan = ShipmentEvent(at, ShipmentStatus.DELIVERED)
        parcel = Shipment(f"SF{order_no[-4:]}88", "sf", (), at - 2 * DAY, at, (scan,))
        return self.order(
            order_no, *lines, days_ago=days + 4, status=OrderStatus.DELIVERED, shipments=(parcel,), **more
        )


ORDERS: Mapping[str, Callable[[Shop], Order]] = {
    "unshipped": lambda shop: shop.order("20261118-1001", shop.line("mug", 3900)),
    "late_unshipped": lambda shop: shop.order(
        "20261110-1002", shop.line("lamp", 12900), days_ago=10, promised_ship_at=NOW - 3 * DAY, pays="alipay"
    ),
    "late_on_the_way": lambda shop: shop.on_the_road(
        "20261114-1003", shop.line("headphones", 15900), ShipmentStatus.IN_TRANSIT, promised_delivery_at=NOW - 2 * DAY
    ),
    "late_dear": lambda shop: shop.on_the_road(
        "20261114-1004", shop.line("coffee", 89900), ShipmentStatus.IN_TRANSIT, promised_delivery_at=NOW - 2 * DAY
    ),
    "on_the_way": lambda shop: shop.on_the_road(
        "20261114-1005", shop.line("kettle", 9900), ShipmentStatus.OUT_FOR_DELIVERY, promised_delivery_at=NOW + DAY
    ),
    "label_only": lambda shop: shop.on_the_road(
        "20261114-1006", shop.line("kettle", 9900), ShipmentStatus.LABEL_CREATED, hours=60
    ),
    "refused": lambda shop: shop.on_the_road("20261114-1007", shop.line("shirt", 8900), ShipmentStatus.REFUSED),
    "lost": lambda shop: shop.on_the_road("20261114-1008", shop.line("lamp", 12900), ShipmentStatus.LOST),
    "returned": lambda shop: shop.on_the_road(
        "20261114-1009", shop.line("shirt", 8900), ShipmentStatus.RETURNED_TO_SENDER
    ),
    "signed_today": lambda shop: shop.signed("20261116-1010", shop.line("mug", 3900), days=0.2),
    "signed_6_days": lambda shop: shop.signed("20261110-1011", shop.line("shirt", 8900), days=6),
    "signed_7_days": lambda shop: shop.signed("20261109-1012", shop.line("shirt", 8900), days=7),
    "signed_8_days": lambda shop: shop.signed("20261108-1013", shop.line("shirt", 8900), days=8),
    "signed_40_days": lambda shop: shop.signed("20261007-1014", shop.line("headphones", 15900), days=40),
    "signed_dear": lambda shop: shop.signed("20261114-1015", shop.line("coffee", 89900), days=2),
    "sofa": lambda shop: shop.signed("20261114-1016", shop.line("sofa", 650000), days=2),
    "several": lambda shop: shop.signed(
        "20261115-1017",
        shop.line("mug", 3000, 3),
        shop.line("lamp", 9000, line_no="2"),
        shop.line("notebook", 1500, 2, line_no="3"),
        days=1,
    ),
    "several_unshipped": lambda shop: shop.order(
        "20261118-1018", shop.line("mug", 3000, 3), shop.line("lamp", 9000, line_no="2"), shipping_fee=800
    ),
    "gift": lambda shop: shop.signed(
        "20261115-1019",
        shop.line("kettle", 9900),
        shop.line("beans", 0, line_no="2", gift_of="1", gift_value=2000),
        days=1,
    ),
    "bundle": lambda shop: shop.order(
        "20261118-1020",
        shop.line("sheet", 8000, bundle_no="set"),
        shop.line("pillow", 2000, 2, line_no="2", bundle_no="set"),
    ),
    "two_payments": lambda shop: shop.order(
        "20261118-1021",
        shop.line("lamp", 10000),
        payments=(
            Payment("p-1", "gift_card", 3000, 3000, paid_at=NOW - 2 * DAY),
            Payment("p-2", "card", 7000, 7000, paid_at=NOW - 2 * DAY, label="Visa 4242"),
        ),
    ),
    "voucher": lambda shop: shop.order(
        "20261118-1022",
        shop.line("notebook", 1000),
        payments=(Payment("p-1", "wechat_pay", 1000, 700, paid_at=NOW - 2 * DAY),),
    ),
    "part_refunded": lambda shop: shop.signed(
        "20261115-1023",
        shop.line("mug", 3000, 3),
        days=1,
        refunds=(PastRefund("old-1", "p-1", 3000, (("1", 1),), NOW - DAY),),
    ),
    "all_refunded": lambda shop: shop.signed(
        "20261115-1024",
        shop.line("mug", 3000),
        days=1,
        refunds=(PastRefund("old-2", "p-1", 3000, (("1", 1),), NOW - DAY),),
    ),
    "taobao": lambda shop: shop.order(
        "20261118-1025", shop.line("mug", 3900), settled_by=SettledBy.PLATFORM, source="taobao"
    ),
    "unpaid": lambda shop: shop.order("20261119-1026", shop.line("mug", 3900), status=OrderStatus.UNPAID, payments=()),
    "cancelled": lambda shop: shop.order("20261119-1027", shop.line("mug", 3900), status=OrderStatus.CANCELLED),
    "free": lambda shop: shop.order("20261118-1028", shop.line("mug", 0)),
    "custom": lambda shop: shop.signed(
        "20261115-1029", shop.line("pen", 19900, no_reason=NoReason(eligible=False, exclusion=Exclusion.CUSTOM)), days=1
    ),
    "preorder": lambda shop: shop.order(
        "20261118-1030",
        shop.line("coffee", 89900),
        status=OrderStatus.DEPOSIT_PAID,
        payments=(Payment("p-1", "wechat_pay", 10000, 10000, kind="deposit", paid_at=NOW - 2 * DAY),),
    ),
    "cash": lambda shop: shop.order("20261118-1031", shop.line("lamp", 12900), pays="other"),
    "two_mugs": lambda shop: shop.signed("20261114-1033", shop.line("mug", 3900, 2), days=2, shipping_fee=600),
    "three_kinds": lambda shop: shop.order(
        "20261119-1034",
        shop.line("shirt_l", 8900),
        shop.line("socks", 1500, 2, line_no="2"),
        shop.line("headphones", 15900, line_no="3"),
        days_ago=1,
    ),
    "signed_late": lambda shop: shop.signed(
        "20261114-1035", shop.line("headphones", 15900), days=2, promised_delivery_at=NOW - 5 * DAY
    ),
    "card": lambda shop: shop.order("20261118-1032", shop.line("shirt", 8900), pays="card"),
}


class Stage(Talk):
    """A talk whose ids and clock differ from play to play, and in which a person may hold the conversation."""

    seed: int = 0
    hand_over: str | None = None

    def ids(self) -> Ids:
        return Ids(UUID(int=((0x0193_0000_0000 + self.seed) << 80) + (self.seed << 20) + self.turns))

    def save(self, change: CaseChange | None) -> RefundCase:
        """Something outside the talk moved a case."""
        assert change is not None, "nothing moved"
        return self.tills[change.case.order_no].save(change)

    def newest(self) -> RefundCase | None:
        """The case that the customer asked for last."""
        return max(self.cases(), key=lambda case: (case.created_at, case.case_no), default=None)


def stage(fixtures: tuple[str, ...], locale: Locale, seed: int = 0) -> Stage:
    """A greeted customer with those orders; the other fixtures say what is different about them."""
    shop = Shop(locale)
    made = [ORDERS[name](shop) for name in fixtures if name in ORDERS]
    gateways = frozenset({"sandbox", "wechat_pay", "alipay", "card", "gift_card"})
    customer = None if "anonymous" in fixtures else "c-1001"
    known = next((name.removeprefix("known:") for name in fixtures if name.startswith("known:")), None)
    talked = Stage(
        {order.order_no: Till(order) for order in made},
        Conversation(locale, customer, conversation_id=f"0193-{seed}", is_greeted="first_contact" not in fixtures),
        replace(MERCHANT, gateways=gateways, hours=HOURS if "staff_hours" in fixtures else None),
        RiskSignals(orders_90d=12, refunds_90d=11, claims_same_day=6) if "high_risk" in fixtures else RiskSignals(),
        now=start_of(seed),
        order_no=None if known is None else ORDERS[known](shop).order_no,
    )
    talked.seed = seed
    if known is not None and known not in fixtures:
        order = ORDERS[known](shop)
        talked.tills[order.order_no] = Till(order)
    return talked


def start_of(seed: int) -> datetime:
    """The plays begin some minutes apart."""
    return NOW + timedelta(minutes=7 * seed)


def is_fixture(name: str) -> bool:
    """True for an order, or one of the other things that may be true."""
    plain = name.removeprefix("known:")
    return plain in ORDERS or name in {"anonymous", "high_risk", "staff_hours", "first_contact"}
