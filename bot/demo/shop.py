"""Making the demo shop, once: the merchant, its orders and its people at the desk."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from bot.cli.merchant import new_merchant
from bot.demo.orders import demo_orders
from bot.passwords import hash_password
from bot.wiring import Base
from connectors.orders.pushed.parse import parse_order
from refund_core.incoming import IncomingOrder
from storage import merchant_store
from storage.merchant_store import create_merchant
from storage.order_store import upsert_orders
from storage.staff_store import NewStaff, add_staff

SLUG = "demo"
NAME = "青禾生活馆"
CURRENCY = "CNY"
TIMEZONE = "Asia/Shanghai"
PEOPLE = (("anna", "Anna", "lead"), ("bo", "阿波", "agent"), ("mei", "小梅", "finance"), ("lin", "林姐", "owner"))
RETURNS = {
    "name": "青禾生活馆 退货组",
    "phone": "021-5555 0100",
    "address": "上海市示范区样例路 88 号（演示地址）",
}
_PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class MadeLogin:
    """A log-in that was just made, with the password that is shown only now."""

    login: str
    password: str


async def make_demo_shop(base: Base) -> Sequence[MadeLogin]:
    """Make whatever of the demo shop is missing; the log-ins that were made now."""
    row = await merchant_store.by_slug(base.db, SLUG)
    merchant_id = row.merchant_id if row else await _make_merchant(base)
    await _import(base, merchant_id)
    return [made for person in PEOPLE if (made := await _make_login(base, merchant_id, *person))]


async def _make_merchant(base: Base) -> UUID:
    wanted = new_merchant(SLUG, NAME, CURRENCY, TIMEZONE)
    wanted = replace(wanted, policy={**wanted.policy, "returns": RETURNS})
    created = await create_merchant(base.db, base.vault, wanted, now=base.clock.now())
    return created.merchant_id


async def _import(base: Base, merchant_id: UUID) -> None:
    """The orders, if there is none yet: later starts keep what became of them."""
    if await base.db.fetch("SELECT 1 FROM shop_order WHERE merchant_id = $1 LIMIT 1", merchant_id):
        return
    now = base.clock.now()
    parsed = [parse_order(msgspec.json.encode(document)) for document in demo_orders(now)]
    wrong = [order for order in parsed if not isinstance(order, IncomingOrder)]
    if wrong:
        raise ValueError(wrong[0])
    orders = [order for order in parsed if isinstance(order, IncomingOrder)]
    await upsert_orders(base.db, base.vault, merchant_id, orders, now=now)


async def _make_login(base: Base, merchant_id: UUID, login: str, name: str, role: str) -> MadeLogin | None:
    known = await base.db.fetch("SELECT 1 FROM staff WHERE merchant_id = $1 AND login = $2", merchant_id, login)
    if known:
        return None
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    was_made = await add_staff(base.db, merchant_id, NewStaff(login, name, role, await hash_password(password)))
    return MadeLogin(login, password) if was_made else None
