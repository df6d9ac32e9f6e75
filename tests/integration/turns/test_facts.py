"""Facts for a batch of turns: the same as the stores read one by one, and only what is the customer's own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from dialogs.facts import Facts, Needs
from refund_core.claims import ClaimLine
from storage.database import Database
from storage.fact_store import FactsWanted, Known, load_facts
from storage.known_cases import KnownCases
from storage.known_orders import KnownOrders
from storage.order_store import load_order
from tests.integration.money.shop import NOW, Shop, new_shop
from tests.integration.turns.shop import any_merchant
from tests.unit.core import shop as core

ORDER_NO = core.order().order_no


class Counting:
    """A database that notes the rows it gave."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.rows: list[Any] = []

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        self.rows = list(await self._db.fetch(sql, *args))
        return self.rows


@pytest.fixture
async def shop(database: Database) -> Shop:
    made = await new_shop(database)
    await made.stock(core.order(), replace(core.order(), order_no="other-2", customer="somebody-else"))
    return made


def known_up_to(count: int) -> Known:
    return Known(KnownOrders(count), KnownCases(count))


async def asked(shop: Shop, needs: Needs, *, customer: str = core.order().customer, known: Known | None = None,
                db: Counting | None = None) -> Facts:  # fmt: skip
    rows = await shop.db.fetch("SELECT id FROM customer WHERE external_id = $1", customer)
    customer_id: UUID | None = rows[0]["id"] if rows else None
    wanted = FactsWanted(shop.merchant_id, await any_merchant(shop.merchant_id), customer_id, customer, needs)
    (facts,) = await load_facts(db or shop.db, [wanted], known or known_up_to(10), now=NOW)
    return facts


async def test_a_named_order_comes_with_its_use(shop: Shop) -> None:
    await shop.confirmed()

    facts = await asked(shop, Needs(order_no=ORDER_NO))

    assert facts.order == await load_order(shop.db, shop.merchant_id, ORDER_NO)
    assert facts.order is not None
    assert facts.order.use.payments != ()


async def test_an_order_of_somebody_else_is_not_found(shop: Shop) -> None:
    assert (await asked(shop, Needs(order_no="other-2"), customer="somebody-else")).order is not None

    assert (await asked(shop, Needs(order_no="other-2"))).order is None
    assert (await asked(shop, Needs(order_no=ORDER_NO), customer="nobody")).order is None


async def test_recent_orders_come_newest_first_and_no_more_than_asked(shop: Shop) -> None:
    for days in (1, 2, 3):
        older = core.order().placed_at.replace(day=core.order().placed_at.day)
        await shop.stock(
            replace(core.order(), order_no=f"older-{days}", placed_at=older.replace(year=2025, month=days))
        )

    facts = await asked(shop, Needs(recent_orders=3))

    assert [found.order.order_no for found in facts.recent_orders] == [ORDER_NO, "older-3", "older-2"]


async def test_a_known_order_is_not_sent_again_but_its_use_is_read_anew(shop: Shop) -> None:
    known, db = known_up_to(10), Counting(shop.db)
    first = await asked(shop, Needs(order_no=ORDER_NO), known=known, db=db)
    assert db.rows[0][5] is not None

    await shop.open()
    again = await asked(shop, Needs(order_no=ORDER_NO), known=known, db=db)

    assert db.rows[0][5] is None
    assert first.order is not None
    assert again.order is not None
    assert again.order.order == first.order.order
    assert first.order.use.lines == ()
    assert again.order.use.lines[0].open_case_no is not None


async def test_a_known_case_is_not_sent_again_but_its_refunds_are_read_anew(shop: Shop) -> None:
    case = await shop.confirmed()
    known, db = known_up_to(10), Counting(shop.db)
    first = await asked(shop, Needs(case_no=case.case_no), known=known, db=db)
    assert db.rows[0][5] is not None

    await shop.db.execute("UPDATE refund SET attempts = 7")
    again = await asked(shop, Needs(case_no=case.case_no), known=known, db=db)

    assert db.rows[0][5] is None
    assert first.case == case
    assert again.case == replace(case, refunds=(replace(case.refunds[0], attempts=7),))


async def test_a_case_that_changed_is_sent_again_and_a_stranger_gets_none(shop: Shop) -> None:
    case = await shop.open()
    known = known_up_to(10)
    known.cases.put(shop.merchant_id, replace(case, version=case.version + 1, wish="made up"))

    facts = await asked(shop, Needs(case_no=case.case_no), known=known)
    known.cases.put(shop.merchant_id, case)
    of_a_stranger = await asked(shop, Needs(case_no=case.case_no), known=known, customer="somebody-else")

    assert facts.case == case
    assert of_a_stranger.case is None


async def test_an_order_that_changed_is_sent_again(shop: Shop) -> None:
    known = known_up_to(10)
    await asked(shop, Needs(order_no=ORDER_NO), known=known)

    await shop.stock(replace(core.order(), promised_delivery_at=NOW))
    facts = await asked(shop, Needs(order_no=ORDER_NO), known=known)

    assert facts.order is not None
    assert facts.order.order.promised_delivery_at == NOW


async def test_cases_come_open_ones_first_with_their_refunds(shop: Shop) -> None:
    case = await shop.confirmed()

    facts = await asked(shop, Needs(case_no=case.case_no, cases=5))

    assert facts.case == await shop.case(case.case_no)
    assert facts.cases == (await shop.case(case.case_no),)
    assert facts.case is not None
    assert facts.case.refunds != ()


async def test_a_case_of_somebody_else_is_not_found(shop: Shop) -> None:
    case = await shop.confirmed()

    facts = await asked(shop, Needs(case_no=case.case_no, cases=5), customer="somebody-else")

    assert facts.case is None
    assert facts.cases == ()


async def test_signals_count_orders_refunds_and_claims_of_the_last_days(shop: Shop) -> None:
    case = await shop.confirmed(replace(core.claim(), lines=(ClaimLine("1", 1),)))

    facts = await asked(shop, Needs(risk=True))

    assert facts.risk is not None
    assert facts.risk.orders_90d == 1
    assert facts.risk.refunds_90d == 1
    assert facts.risk.refunded_minor_90d == case.allocation.total.minor
    assert facts.risk.claims_same_day == 1


async def test_a_bonus_that_was_given_is_counted(shop: Shop) -> None:
    needs = Needs(order_no=ORDER_NO, offer_use=True)
    before = await asked(shop, needs)

    await shop.confirmed(resolution="balance")
    after = await asked(shop, needs)

    assert before.offer_use is not None
    assert after.offer_use is not None
    assert before.offer_use.bonus_minor_customer_90d == 0
    assert after.offer_use.bonus_minor_customer_90d > 0


async def test_nothing_wanted_reads_nothing(shop: Shop) -> None:
    db = Counting(shop.db)

    facts = await asked(shop, Needs(), db=db)

    assert db.rows == []
    assert facts.order is None


def test_known_cases_are_never_more_than_allowed_and_the_oldest_go_first() -> None:
    merchant, known = UUID(int=1), KnownCases(2)
    cases = [
        replace(core.opened(core.facts()).case, case_id=str(UUID(int=number)), case_no=f"C{number}")
        for number in range(3)
    ]

    for case in cases:
        known.put(merchant, case)

    questions = [(merchant, case.case_no) for case in cases]
    assert list(known.likely(questions)) == [UUID(case.case_id) for case in cases[1:]]
    assert known.likely([(UUID(int=2), "C2"), (merchant, None)]) == {}


def test_known_orders_are_never_more_than_allowed() -> None:
    known = KnownOrders(3)
    merchant, customer = UUID(int=1), UUID(int=2)

    for number in range(10):
        order = replace(core.order(), order_no=f"o-{number}")
        known.put(UUID(int=100 + number), 1, order, merchant_id=merchant, customer_id=customer)

    likely = known.likely([(merchant, customer, "o-0", True)])
    assert sorted(order.order_no for _, order in likely.values()) == ["o-7", "o-8", "o-9"]
