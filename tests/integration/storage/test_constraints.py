"""What the database itself refuses, whatever code asks for it."""

import asyncio

import asyncpg
import pytest

from storage.database import Database
from storage.ids import new_id
from storage.transaction import transact
from tests.integration.storage.rows import (
    NOW,
    Shop,
    add_consent,
    book,
    constraint,
    open_shop,
    say,
    use_line,
)


async def test_a_claim_cannot_take_more_pieces_than_were_sold(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await use_line(database, shop, quantity=4, minor=100)

    assert constraint(refused) == "line_use_quantity_sold"


async def test_a_claim_cannot_take_more_money_than_the_line_cost(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await use_line(database, shop, quantity=1, minor=3001)

    assert constraint(refused) == "line_use_amount_sold"


async def test_pieces_in_a_claim_name_their_case(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await use_line(database, shop, quantity=1, minor=100, case_no=None)

    assert constraint(refused) == "line_use_open_has_case"


async def test_a_second_open_claim_on_one_line_is_refused(database: Database, shop: Shop) -> None:
    await use_line(database, shop, quantity=1, minor=100)

    with pytest.raises(asyncpg.UniqueViolationError) as second_row:
        await use_line(database, shop, quantity=1, minor=100, case_no="case-2")
    with pytest.raises(asyncpg.PostgresError) as taken_over:
        await database.execute("UPDATE line_use SET open_case_no = 'case-2'")

    assert constraint(second_row) == "line_use_once"
    assert constraint(taken_over) == "one_open_claim_per_line"


async def test_a_released_line_may_be_claimed_again(database: Database, shop: Shop) -> None:
    await use_line(database, shop, quantity=1, minor=100)
    await database.execute("UPDATE line_use SET open_case_no = NULL, open_quantity = 0, open_minor = 0")

    status = await database.execute("UPDATE line_use SET open_case_no = 'case-2', open_quantity = 1, open_minor = 100")

    assert status == "UPDATE 1"


async def test_shares_of_the_shipping_fee_stay_within_the_fee_together(database: Database, shop: Shop) -> None:
    await use_line(database, shop, quantity=0, minor=2_000, line_no="#shipping:case-1")

    with pytest.raises(asyncpg.CheckViolationError) as second_row:
        await use_line(database, shop, quantity=0, minor=1_001, case_no="case-2", line_no="#shipping:case-2")
    await use_line(database, shop, quantity=0, minor=1_000, case_no="case-2", line_no="#shipping:case-2")
    with pytest.raises(asyncpg.CheckViolationError) as grown:
        await database.execute("UPDATE line_use SET open_minor = 1001 WHERE open_case_no = 'case-2'")

    assert [constraint(second_row), constraint(grown)] == ["shipping_within_fee", "shipping_within_fee"]


async def test_of_two_shares_taken_at_once_the_second_sees_the_first(database: Database, shop: Shop) -> None:
    async def take(case_no: str) -> None:
        await use_line(database, shop, quantity=0, minor=1_600, case_no=case_no, line_no=f"#shipping:{case_no}")

    taken = await asyncio.gather(take("case-1"), take("case-2"), return_exceptions=True)

    assert sorted(type(it).__name__ for it in taken) == ["CheckViolationError", "NoneType"]


async def test_a_transfer_that_does_not_sum_to_zero_cannot_be_committed(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await transact(database, lambda tx: book(tx, shop, 100, -99), name="book")

    assert constraint(refused) == "transfer_sums_to_zero"


async def test_a_transfer_without_postings_cannot_be_committed(database: Database, shop: Shop) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await transact(database, lambda tx: book(tx, shop), name="book")

    assert constraint(refused) == "transfer_sums_to_zero"


@pytest.mark.parametrize("amounts", [[100, -100, 100, -99], [100, -100, 100, -100, 0]])
async def test_one_transfer_out_of_balance_refuses_the_whole_statement(
    database: Database, shop: Shop, amounts: list[int]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await database.execute(
            "WITH numbered AS (SELECT amount, (place - 1) / 2 AS pair FROM unnest($2::bigint[]) WITH ORDINALITY"
            " AS t(amount, place)), made AS MATERIALIZED (SELECT pair, gen_random_uuid() AS id FROM numbered GROUP BY"
            " pair), booked AS (INSERT INTO transfer (id, merchant_id, key, kind, at)"
            " SELECT id, $1, 'k-' || pair, 'reserve', now() FROM made)"
            " INSERT INTO posting (id, merchant_id, transfer_id, account, amount_minor, currency)"
            " SELECT gen_random_uuid(), $1, made.id, 'a', amount, 'CNY' FROM numbered JOIN made USING (pair)",
            shop.merchant_id,
            amounts,
        )

    assert constraint(refused) == "transfer_sums_to_zero"
    assert await database.fetch("SELECT 1 FROM transfer") == []


async def test_a_posting_added_later_must_keep_the_sum(database: Database, shop: Shop) -> None:
    transfer_id = await transact(database, lambda tx: book(tx, shop, 100, -60, -40), name="book")

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await database.execute(
            "INSERT INTO posting (id, merchant_id, transfer_id, account, amount_minor, currency)"
            " VALUES ($1, $2, $3, 'a', 1, 'CNY')",
            new_id(),
            shop.merchant_id,
            transfer_id,
        )

    assert constraint(refused) == "transfer_sums_to_zero"


async def test_one_movement_is_booked_once(database: Database, shop: Shop) -> None:
    await transact(database, lambda tx: book(tx, shop, 100, -100), name="book")

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await transact(database, lambda tx: book(tx, shop, 100, -100), name="book")

    assert constraint(refused) == "transfer_key_once"


@pytest.mark.parametrize("table", ["transfer", "posting", "consent", "audit"])
async def test_what_is_written_down_is_never_altered_or_deleted(database: Database, shop: Shop, table: str) -> None:
    await transact(database, lambda tx: book(tx, shop, 100, -100), name="book")
    await add_consent(database, shop, "balance")
    await database.execute(
        "INSERT INTO audit (id, merchant_id, place, at, by, what, about, prev_hash, hash)"
        " VALUES ($1, $2, 1, $3, 'x', 'y', '{}', '', '')",
        new_id(),
        shop.merchant_id,
        NOW,
    )

    with pytest.raises(asyncpg.PostgresError) as altered:
        await database.execute(f"UPDATE {table} SET id = id")
    with pytest.raises(asyncpg.PostgresError) as deleted:
        await database.execute(f"DELETE FROM {table}")

    assert {constraint(altered), constraint(deleted)} == {f"{table}_append_only"}


async def test_a_balance_never_falls_below_its_floor(database: Database, shop: Shop) -> None:
    await database.execute(
        "INSERT INTO account_balance (id, merchant_id, account, currency, balance_minor, floor)"
        " VALUES ($1, $2, 'a', 'CNY', 10, 0)",
        new_id(),
        shop.merchant_id,
    )

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await database.execute("UPDATE account_balance SET balance_minor = -1")

    assert constraint(refused) == "account_balance_floor"


async def test_a_message_is_stored_once_by_its_senders_id(database: Database, shop: Shop) -> None:
    await say(database, shop, 1, "m-1")

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await say(database, shop, 2, "m-1")

    assert constraint(refused) == "message_client_id_once"


async def test_a_place_in_a_conversation_is_taken_once(database: Database, shop: Shop) -> None:
    await say(database, shop, 1, None)

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await say(database, shop, 1, None)

    assert constraint(refused) == "message_seq_once"


async def open_conversation(db: Database, shop: Shop, *, is_open: bool = True) -> None:
    await db.execute(
        "INSERT INTO conversation (id, merchant_id, channel, customer_id, state, is_open, updated_at, created_at)"
        " VALUES ($1, $2, 'web', $3, '{}', $4, $5, $5)",
        new_id(),
        shop.merchant_id,
        shop.customer_id,
        is_open,
        NOW,
    )


async def test_a_customer_has_one_open_conversation_on_a_channel(database: Database, shop: Shop) -> None:
    await open_conversation(database, shop)
    await open_conversation(database, shop, is_open=False)

    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await open_conversation(database, shop)

    assert constraint(refused) == "conversation_one_open"


async def test_no_row_points_into_another_merchants_data(database: Database, shop: Shop) -> None:
    other = await open_shop(database)

    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        await database.execute(
            "INSERT INTO payment (id, merchant_id, order_id, payment_no, method, currency, captured_minor)"
            " VALUES ($1, $2, $3, 'p-2', 'sandbox', 'CNY', 1)",
            new_id(),
            other.merchant_id,
            shop.order_id,
        )

    assert constraint(refused) == "payment_order_id_exists"
