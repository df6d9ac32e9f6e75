"""Payouts that the database itself refuses, whatever code asks for them."""

import asyncio

import asyncpg
import pytest

from storage.database import Database
from storage.ids import new_id
from storage.transaction import Transaction, transact
from tests.integration.storage.rows import (
    NOW,
    Shop,
    add_consent,
    add_refund,
    constraint,
    reserve,
)


async def reserve_and_add(db: Database, shop: Shop, refund_no: str, **parts: object) -> None:
    async def work(tx: Transaction) -> None:
        await reserve(tx, shop, 1000)
        await add_refund(tx, shop, refund_no, **parts)  # type: ignore[arg-type]  # the parts of one call

    await transact(db, work, name="reserve")


async def test_a_payment_cannot_be_refunded_beyond_what_was_captured(database: Database, shop: Shop) -> None:
    await reserve(database, shop, 10_000)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await reserve(database, shop, 1)

    assert constraint(refused) == "payment_within_captured"


async def test_a_payout_that_nobody_reserved_for_cannot_be_committed(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await add_refund(database, shop, "r-1")

    assert constraint(refused) == "refund_is_reserved"


async def test_a_reserved_payout_is_stored(database: Database, shop: Shop) -> None:
    await reserve_and_add(database, shop, "r-1")

    assert len(await database.fetch("SELECT 1 FROM refund")) == 1


async def test_what_was_refunded_elsewhere_covers_no_payout_of_ours(database: Database, shop: Shop) -> None:
    await database.execute("UPDATE payment SET refunded_minor = 5000, imported_minor = 5000")

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await add_refund(database, shop, "r-1")

    assert constraint(refused) == "refund_is_reserved"


async def test_one_payout_without_a_reserve_refuses_the_whole_statement(database: Database, shop: Shop) -> None:
    await reserve(database, shop, 1000)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await database.execute(
            "INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method,"
            " amount_minor, payer_minor, currency, state, created_at)"
            " SELECT gen_random_uuid(), $1, 'r-' || leg, $2, 'd-1', leg, $3, 'p-1', 'sandbox', 1000, 1000, 'CNY',"
            " 'created', now() FROM generate_series(1, 2) AS leg",
            shop.merchant_id,
            shop.case_id,
            shop.payment_id,
        )

    assert constraint(refused) == "refund_is_reserved"
    assert await database.fetch("SELECT 1 FROM refund") == []


async def test_a_failed_payout_is_not_sent_again_once_its_reserve_is_gone(database: Database, shop: Shop) -> None:
    await reserve_and_add(database, shop, "r-1")
    await database.execute("UPDATE refund SET state = 'failed'")
    await reserve(database, shop, -1000)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await database.execute("UPDATE refund SET state = 'created'")

    assert constraint(refused) == "refund_is_reserved"


async def test_one_leg_of_a_decision_is_paid_once(database: Database, shop: Shop) -> None:
    await reserve_and_add(database, shop, "r-1")

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await reserve_and_add(database, shop, "r-2")

    assert constraint(refused) == "refund_leg_once"


@pytest.mark.parametrize("other", [{"leg": 2}, {"decision": "d-2"}])
async def test_another_leg_or_decision_is_another_payout(
    database: Database, shop: Shop, other: dict[str, object]
) -> None:
    await reserve_and_add(database, shop, "r-1")

    await reserve_and_add(database, shop, "r-2", **other)

    assert len(await database.fetch("SELECT 1 FROM refund")) == 2


async def test_a_closed_payout_may_be_replaced_under_a_new_number(database: Database, shop: Shop) -> None:
    await reserve_and_add(database, shop, "r-1")
    await database.execute("UPDATE refund SET state = 'closed' WHERE refund_no = 'r-1'")

    await reserve_and_add(database, shop, "r-2")

    assert len(await database.fetch("SELECT 1 FROM refund")) == 2


@pytest.mark.parametrize("change", [
    "refund_no = 'r-9'", "amount_minor = 2", "decision_no = 'd-9'", "leg = 9", "method = 'balance'",
])  # fmt: skip
async def test_what_was_decided_about_a_payout_never_changes(database: Database, shop: Shop, change: str) -> None:
    await reserve_and_add(database, shop, "r-1")

    with pytest.raises(asyncpg.PostgresError) as refused:
        await database.execute(f"UPDATE refund SET {change}")

    assert constraint(refused) == "refund_stays_itself"


@pytest.mark.parametrize("final", ["succeeded", "closed"])
async def test_a_final_payout_never_goes_back(database: Database, shop: Shop, final: str) -> None:
    await reserve_and_add(database, shop, "r-1")
    await database.execute("UPDATE refund SET state = $1", final)

    with pytest.raises(asyncpg.PostgresError) as refused:
        await database.execute("UPDATE refund SET state = 'pending'")

    assert constraint(refused) == "refund_is_final"


async def test_a_payout_is_never_deleted(database: Database, shop: Shop) -> None:
    await reserve_and_add(database, shop, "r-1")

    with pytest.raises(asyncpg.PostgresError) as refused:
        await database.execute("DELETE FROM refund")

    assert constraint(refused) == "refund_is_kept"


async def test_a_payout_by_another_way_needs_the_customers_consent_to_that_way(database: Database, shop: Shop) -> None:
    await add_consent(database, shop, "coupon")

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await reserve_and_add(database, shop, "r-1", method="balance")

    assert constraint(refused) == "other_way_needs_consent"


async def test_a_payout_by_the_way_consented_to_is_stored(database: Database, shop: Shop) -> None:
    await add_consent(database, shop, "balance")

    await reserve_and_add(database, shop, "r-1", method="balance")

    assert len(await database.fetch("SELECT 1 FROM refund")) == 1


async def give_coupon(db: Database, shop: Shop, coupon_no: str) -> None:
    await db.execute(
        "INSERT INTO coupon (id, merchant_id, coupon_no, case_id, decision_no, customer_id, amount_minor, currency,"
        " expires_at) VALUES ($1, $2, $3, $4, 'd-1', $5, 100, 'CNY', $6)",
        new_id(),
        shop.merchant_id,
        coupon_no,
        shop.case_id,
        shop.customer_id,
        NOW,
    )


async def test_a_coupon_needs_consent(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await give_coupon(database, shop, "cp-1")

    assert constraint(refused) == "other_way_needs_consent"


async def test_a_decision_gives_one_coupon(database: Database, shop: Shop) -> None:
    await add_consent(database, shop, "coupon")
    await give_coupon(database, shop, "cp-1")

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await give_coupon(database, shop, "cp-2")

    assert constraint(refused) == "coupon_decision_once"


async def test_two_writers_at_once_cannot_refund_one_payment_beyond_its_amount(database: Database, shop: Shop) -> None:
    async def try_one(number: int) -> bool:
        async def work(tx: Transaction) -> bool:
            status = await tx.execute(
                "UPDATE payment SET reserved_minor = reserved_minor + 1000 WHERE id = $1"
                " AND refunded_minor + reserved_minor + 1000 <= captured_minor",
                shop.payment_id,
            )
            if status == "UPDATE 1":
                await add_refund(tx, shop, f"r-{number}", decision=f"d-{number}")
            return status == "UPDATE 1"

        return await transact(database, work, name="race")

    won = await asyncio.gather(*(try_one(number) for number in range(30)))

    assert sum(won) == 10
    assert (await database.fetch("SELECT reserved_minor FROM payment"))[0][0] == 10_000
