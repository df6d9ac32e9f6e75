"""Orders: stored once, updated within limits, read with what of them is used up."""

import asyncio
from dataclasses import replace

import pytest

from refund_core.incoming import IncomingOrder, Person
from refund_core.orders import OWN_SOURCE, LineUse, OrderStatus, PaymentUse
from refund_core.refundable import line_left, room
from storage.customer_store import customer_id_of
from storage.database import Database, open_database
from storage.ids import new_id
from storage.order_store import (
    Stored,
    list_orders,
    load_incoming,
    load_order,
    load_orders,
    recent_orders,
    upsert_orders,
)
from tests.integration.storage.orders import (
    MERCHANT,
    NOW,
    ORDER,
    PERSON,
    VAULT,
    elsewhere,
    incoming,
    store,
    stored_order_id,
)


async def test_a_new_order_is_created_and_read_again(database: Database) -> None:
    answers = await store(database, incoming())

    facts = await load_order(database, MERCHANT, "o-1")
    assert answers == [Stored("o-1", "created")]
    assert facts is not None
    assert (facts.order, facts.version) == (ORDER, 1)
    assert facts.use.lines == ()


async def test_the_same_order_again_changes_nothing(database: Database) -> None:
    await store(database, incoming())

    answers = await store(database, incoming())

    facts = await load_order(database, MERCHANT, "o-1")
    assert answers == [Stored("o-1", "unchanged")]
    assert facts is not None
    assert facts.version == 1


async def test_a_changed_order_is_updated_under_a_new_version(database: Database) -> None:
    await store(database, incoming())

    answers = await store(database, incoming(status=OrderStatus.DELIVERED))

    facts = await load_order(database, MERCHANT, "o-1")
    assert answers == [Stored("o-1", "updated")]
    assert facts is not None
    assert (facts.order.status, facts.version) == (OrderStatus.DELIVERED, 2)


async def test_an_order_given_twice_counts_as_given_last(database: Database) -> None:
    answers = await store(database, incoming(), incoming("o-2"), incoming(status=OrderStatus.SHIPPED))

    facts = await load_order(database, MERCHANT, "o-1")
    assert answers == [Stored("o-1", "created"), Stored("o-2", "created"), Stored("o-1", "updated")]
    assert facts is not None
    assert facts.order.status is OrderStatus.SHIPPED


async def test_personal_data_is_stored_encrypted_and_read_in_clear(database: Database) -> None:
    await store(database, incoming())

    (row,) = await database.fetch("SELECT c.name, c.phone, c.email, o.address FROM customer c, shop_order o")
    found = await load_incoming(database, VAULT, MERCHANT, "o-1")
    assert found is not None
    assert found.person == PERSON
    stored = zip(row, (PERSON.name, PERSON.phone, PERSON.email, PERSON.address), strict=True)
    assert [secret for raw, secret in stored if secret is None or secret.encode() in raw] == []
    everything = await database.fetch("SELECT c::text AS customer, o::text AS placed FROM customer c, shop_order o")
    assert not any(word in text for text in everything[0] for word in (PERSON.name or "", PERSON.phone or ""))


async def test_what_was_sent_beside_the_contract_is_kept(database: Database) -> None:
    await store(database, IncomingOrder(ORDER, PERSON, {"vip": {"level": 3}}))

    found = await load_incoming(database, VAULT, MERCHANT, "o-1")

    assert found is not None
    assert found.extra == {"vip": {"level": 3}}


async def test_another_merchants_order_is_not_found(database: Database) -> None:
    await store(database, incoming())

    assert await load_order(database, new_id(), "o-1") is None
    assert await load_incoming(database, VAULT, new_id(), "o-1") is None


@pytest.mark.parametrize("number", ["o\x001", "\ud800", ""])
async def test_a_number_that_no_row_can_hold_is_not_found(database: Database, number: str) -> None:
    page = await list_orders(database, VAULT, MERCHANT, limit=1, customer=number)

    assert await load_order(database, MERCHANT, number) is None
    assert await load_incoming(database, VAULT, MERCHANT, number) is None
    assert await customer_id_of(database, MERCHANT, number) is None
    assert page.orders == ()


async def test_two_merchants_may_use_the_same_order_number(database: Database) -> None:
    await store(database, incoming())

    answers = await upsert_orders(database, VAULT, new_id(), [incoming()], now=NOW)

    assert answers == [Stored("o-1", "created")]


async def test_what_was_refunded_elsewhere_uses_up_payment_and_line(database: Database) -> None:
    await store(database, incoming(refunds=(elsewhere(2000, 2),)))

    facts = await load_order(database, MERCHANT, "o-1")
    assert facts is not None
    assert facts.use.payments == (PaymentUse("p-1", 2000, 0),)
    assert facts.use.lines == (LineUse("1"),)
    assert line_left(facts, facts.order.lines[0]).quantity == 1
    assert room(facts, facts.order.payments[0]) == 3800


async def test_a_refund_made_elsewhere_later_is_added_once(database: Database) -> None:
    await store(database, incoming(refunds=(elsewhere(1000, 1),)))
    more = (elsewhere(1000, 1), elsewhere(500, 1, "x-2"))

    await store(database, incoming(refunds=more))
    await store(database, incoming(refunds=more, status=OrderStatus.COMPLETED))

    rows = await database.fetch("SELECT refunded_minor, imported_minor FROM payment")
    lines = await database.fetch("SELECT imported_quantity, imported_minor FROM line_use")
    assert [tuple(row) for row in rows] == [(1500, 1500)]
    assert [tuple(row) for row in lines] == [(2, 1500)]


async def own_refund(db: Database, refund_no: str, amount: int, *, state: str = "succeeded") -> None:
    order_id, case_id = await stored_order_id(db), new_id()
    await db.execute(
        "INSERT INTO refund_case (id, merchant_id, case_no, order_id, order_no, customer_id, customer, channel, state,"
        " document, created_at, updated_at)"
        " SELECT $1, merchant_id, 'case-1', id, order_no, customer_id, 'c-1', 'web', 'refunded', '{}', $3, $3"
        " FROM shop_order WHERE id = $2",
        case_id,
        order_id,
        NOW,
    )
    if state == "succeeded":
        await db.execute("UPDATE payment SET refunded_minor = refunded_minor + $1", amount)
    await db.execute(
        "INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method,"
        " amount_minor, payer_minor, currency, state, created_at)"
        " SELECT $1, $2, $3, $4, 'd', 1, id, 'p-1', 'sandbox', $5, $5, 'CNY', $7, $6 FROM payment",
        new_id(),
        MERCHANT,
        refund_no,
        case_id,
        amount,
        NOW,
        state,
    )


async def test_an_imported_refund_that_bears_our_number_is_matched_and_not_added(database: Database) -> None:
    await store(database, incoming())
    await own_refund(database, "R-OURS", 1000)

    answers = await store(database, incoming(refunds=(elsewhere(1000, 1, "R-OURS"),)))

    facts = await load_order(database, MERCHANT, "o-1")
    assert answers == [Stored("o-1", "updated")]
    assert facts is not None
    assert facts.order.refunds[0].source == OWN_SOURCE
    assert facts.use.payments == (PaymentUse("p-1", 1000, 0),)


async def test_a_closed_refund_of_ours_that_its_source_calls_paid_counts_after_all(database: Database) -> None:
    await store(database, incoming())
    await own_refund(database, "R-OURS", 1000, state="closed")

    await store(database, incoming(refunds=(elsewhere(1000, 1, "R-OURS"),)))

    facts = await load_order(database, MERCHANT, "o-1")
    assert facts is not None
    assert facts.use.payments == (PaymentUse("p-1", 1000, 0),)


async def test_a_source_cannot_pass_a_refund_off_as_ours(database: Database) -> None:
    foreign = replace(elsewhere(1000, 1), source=OWN_SOURCE)

    await store(database, incoming(refunds=(foreign,)))

    facts = await load_order(database, MERCHANT, "o-1")
    assert facts is not None
    assert facts.order.refunds[0].source == "imported"
    assert facts.use.payments == (PaymentUse("p-1", 1000, 0),)


async def test_recent_orders_are_the_customers_own_newest_first(database: Database) -> None:
    days = [incoming(f"o-{day}", placed_at=ORDER.placed_at.replace(day=day)) for day in range(1, 6)]
    await store(database, *days, incoming("x-1", Person("c-2")))
    customer_id = await customer_id_of(database, MERCHANT, "c-1")
    assert customer_id is not None

    found = await recent_orders(database, MERCHANT, customer_id, limit=3)

    assert [facts.order.order_no for facts in found] == ["o-5", "o-4", "o-3"]


async def test_orders_are_listed_by_the_page_without_gap_or_repeat(database: Database) -> None:
    await store(database, *(incoming(f"o-{number}") for number in range(7)))

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = await list_orders(database, VAULT, MERCHANT, limit=3, cursor=cursor)
        seen += [item.order.order_no for item in page.orders]
        cursor, pages = page.next_cursor, pages + 1

    assert (sorted(seen), pages) == ([f"o-{number}" for number in range(7)], 3)


async def test_a_list_can_be_of_one_customer(database: Database) -> None:
    await store(database, incoming("o-1"), incoming("o-2", Person("c-2")))

    page = await list_orders(database, VAULT, MERCHANT, limit=10, customer="c-2")

    assert [item.order.order_no for item in page.orders] == ["o-2"]


async def test_a_foreign_cursor_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="UUID"):
        await list_orders(database, VAULT, MERCHANT, limit=10, cursor="nonsense")


async def test_two_importers_at_once_store_every_order_once(fresh_database: str) -> None:
    batch = [incoming(f"o-{number}", Person(f"c-{number % 7}", "N")) for number in range(60)]

    async with open_database(fresh_database) as one, open_database(fresh_database) as other:
        answers = await asyncio.gather(
            store(one, *batch), store(other, *reversed(batch)), store(one, *batch[20:]), store(other, *batch[:40])
        )
        found = await load_orders(one, MERCHANT, [item.order.order_no for item in batch])
        customers = await one.fetch("SELECT count(*) FROM customer")

    created = [
        answer for some in answers for answer in some if isinstance(answer, Stored) and answer.change == "created"
    ]
    assert len(created) == len(found) == 60
    assert customers[0][0] == 7
