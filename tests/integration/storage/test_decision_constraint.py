"""No decision pays more than it granted: the database adds its payouts up itself."""

import asyncpg
import msgspec
import pytest

from storage.database import Database
from storage.transaction import Transaction, transact
from tests.integration.storage.rows import Shop, add_refund, constraint, reserve

CNY_3000 = {"minor": 3000, "currency": "CNY"}


async def decide(db: Database, shop: Shop, document: dict[str, object]) -> None:
    await db.execute("UPDATE refund_case SET document = $2 WHERE id = $1", shop.case_id, msgspec.json.encode(document))


async def pay(db: Database, shop: Shop, *legs: int, decision: str = "d-1") -> None:
    """One payout per leg of so much, reserved in the same commit."""

    async def work(tx: Transaction) -> None:
        await reserve(tx, shop, sum(legs))
        for number, amount in enumerate(legs, start=1):
            await add_refund(tx, shop, f"r-{decision}-{number}", amount=amount, leg=number, decision=decision)

    await transact(db, work, name="pay")


@pytest.mark.parametrize(
    "document",
    [
        {"decision_no": "d-1", "granted": {"total": CNY_3000}},
        {"decision_no": "d-1", "decision": {"allocation": {"total": CNY_3000}}, "granted": None},
        {"decision_no": "d-1", "decision": {"allocation": {"total": {"minor": 9000}}}, "granted": {"total": CNY_3000}},
    ],
)
async def test_the_legs_of_a_decision_never_come_to_more_than_it_granted(
    database: Database, shop: Shop, document: dict[str, object]
) -> None:
    await decide(database, shop, document)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await pay(database, shop, 2000, 1001)
    await pay(database, shop, 2000, 1000)

    assert constraint(refused) == "decision_is_not_exceeded"
    assert len(await database.fetch("SELECT 1 FROM refund")) == 2


async def test_a_decision_that_granted_nothing_pays_nothing(database: Database, shop: Shop) -> None:
    await decide(database, shop, {"decision_no": "d-1"})

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await pay(database, shop, 1)

    assert constraint(refused) == "decision_is_not_exceeded"


async def test_a_closed_payout_leaves_its_part_to_the_one_that_replaces_it(database: Database, shop: Shop) -> None:
    await decide(database, shop, {"decision_no": "d-1", "granted": {"total": CNY_3000}})
    await pay(database, shop, 3000)
    await database.execute("UPDATE refund SET state = 'closed'")
    await add_refund(database, shop, "r-2", amount=3000)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await add_refund(database, shop, "r-3", amount=1, leg=2)

    assert constraint(refused) == "decision_is_not_exceeded"


async def test_what_an_earlier_decision_paid_counts_for_that_one(database: Database, shop: Shop) -> None:
    await decide(database, shop, {"decision_no": "d-1", "granted": {"total": CNY_3000}})
    await pay(database, shop, 3000)
    await decide(database, shop, {"decision_no": "d-2", "granted": {"total": CNY_3000}})

    await pay(database, shop, 3000, decision="d-2")

    assert len(await database.fetch("SELECT 1 FROM refund")) == 2
