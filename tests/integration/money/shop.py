"""A merchant with stored orders, and what a consumer, staff and the gateway do to them, each committed as it comes."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from refund_core.case_money import confirm
from refund_core.case_open import Origin, open_case
from refund_core.cases import CaseChange, Moment, RefundCase
from refund_core.claims import Claim
from refund_core.decisions import decide
from refund_core.ids import Ids
from refund_core.incoming import IncomingOrder, Person
from refund_core.offers import OfferUse, make_offers
from refund_core.orders import Order, OrderFacts
from refund_core.risk import RiskSignals
from storage.case_reads import load_case
from storage.case_store import save_changes
from storage.crypto import Vault
from storage.database import Database
from storage.ids import new_id
from storage.merchant_store import NewMerchant, create_merchant
from storage.order_store import Stored, load_order, upsert_orders
from storage.transaction import Transaction, transact
from tests.unit.core import shop as core

NOW = core.NOW
VAULT = Vault(bytes(32))


@dataclass
class MovableClock:
    """A clock that stands until it is moved."""

    time: datetime = NOW

    def now(self) -> datetime:
        """The time it shows."""
        return self.time

    def move(self, **by: float) -> None:
        """Go on by so many minutes, hours, …"""
        self.time += timedelta(**by)


@dataclass(frozen=True)
class Shop:
    """One merchant in one database; `said` is when its cases are opened, agreed to and saved."""

    db: Database
    merchant_id: UUID
    slug: str
    said: datetime = NOW

    async def stock(self, *orders: Order) -> None:
        """Store orders."""
        incoming = [IncomingOrder(order, Person(order.customer)) for order in orders]
        stored = await upsert_orders(self.db, VAULT, self.merchant_id, incoming, now=NOW)
        assert all(isinstance(one, Stored) for one in stored), stored

    async def facts(self, order_no: str = "20261101-0001") -> OrderFacts:
        """The order with its use."""
        facts = await load_order(self.db, self.merchant_id, order_no)
        assert facts is not None
        return facts

    async def save(self, *changes: CaseChange | None) -> None:
        """Commit changes together."""
        kept = [(self.merchant_id, change) for change in changes if change is not None]

        async def work(tx: Transaction) -> None:
            await save_changes(tx, kept, now=self.said)

        await transact(self.db, work, name="test")

    async def case(self, case_no: str) -> RefundCase:
        """The case as stored."""
        case = await load_case(self.db, self.merchant_id, case_no)
        assert case is not None
        return case

    async def open(self, claim: Claim | None = None, *, order_no: str = "20261101-0001") -> RefundCase:
        """A case that waits for the customer's choice."""
        change = opening(await self.facts(order_no), claim, at=self.said)
        await self.save(change)
        return change.case

    async def confirmed(
        self, claim: Claim | None = None, *, order_no: str = "20261101-0001", resolution: str = "original_route"
    ) -> RefundCase:
        """A case that is paid: by the gateway, into the balance, or as a coupon."""
        case = await self.open(claim, order_no=order_no)
        change = confirming(case, await self.facts(order_no), resolution, at=self.said)
        await self.save(change)
        return await self.case(case.case_no)

    async def payments(self) -> dict[str, tuple[int, int]]:
        """Per payment: refunded and reserved."""
        rows = await self.db.fetch(
            "SELECT payment_no, refunded_minor, reserved_minor FROM payment WHERE merchant_id = $1", self.merchant_id
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    async def lines(self) -> dict[str, tuple[int, int, int, int, str | None]]:
        """Per line: refunded pieces and money, held pieces and money, and the case that holds them."""
        rows = await self.db.fetch(
            "SELECT line_no, refunded_quantity, refunded_minor, open_quantity, open_minor, open_case_no "
            "FROM line_use WHERE merchant_id = $1",
            self.merchant_id,
        )
        return {row[0]: tuple(row)[1:] for row in rows}

    async def balances(self) -> dict[str, int]:
        """The kept balances that are not zero."""
        rows = await self.db.fetch(
            "SELECT account, balance_minor FROM account_balance WHERE merchant_id = $1 AND balance_minor <> 0",
            self.merchant_id,
        )
        return {row[0]: row[1] for row in rows}


async def new_shop(db: Database, slug: str = "lamps") -> Shop:
    """A merchant with the policy and offers of the house and no orders."""
    policy, offers = (
        tomllib.loads((core.ROOT / "config" / name).read_text(encoding="utf-8"))
        for name in ("policy.toml", "offers.toml")
    )
    created = await create_merchant(db, VAULT, NewMerchant(slug, "Lamps", "CNY", policy, offers), now=NOW)
    return Shop(db, created.merchant_id, slug)


def moment(by: str = "customer", at: datetime = NOW) -> Moment:
    """A moment with ids of its own."""
    return Moment(at, by, Ids(new_id()))


def opening(
    facts: OrderFacts, claim: Claim | None = None, conversation_id: str | None = None, *, at: datetime = NOW
) -> CaseChange:
    """The change that opens a case, as the bot makes it; decided while the order is young, whenever it is said."""
    asked, now = claim or core.claim(), moment("bot", at)
    decision = decide(facts, asked, core.POLICY, RiskSignals(), timezone=core.ZONE, now=NOW)
    offers = make_offers(decision, core.OFFERS, OfferUse(), facts, now=at, ids=now.ids)
    origin = Origin("web", conversation_id)
    return open_case(facts, asked, decision, offers, origin=origin, limits=core.POLICY.limits, moment=now)


def confirming(
    case: RefundCase, facts: OrderFacts, resolution: str = "original_route", *, at: datetime = NOW
) -> CaseChange:
    """The change by which the customer agrees to one way."""
    offer_id = core.offer_of(case, resolution)
    return confirm(case, facts, offer_id, rails=core.RAILS, moment=moment(at=at), budget=core.BUDGET)
