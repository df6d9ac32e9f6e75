"""What an update of a stored order may not do."""

from typing import Any

import pytest

from refund_core.incoming import Person, Rejected
from refund_core.orders import OrderLine, Payment
from storage.database import Database
from storage.ids import new_id
from storage.order_store import (
    Stored,
    load_incoming,
)
from tests.integration.storage.orders import MERCHANT, ORDER, PERSON, VAULT, elsewhere, incoming, store, stored_order_id


async def claim(db: Database, *, quantity: int, minor: int, line_no: str = "1") -> None:
    await db.execute(
        "INSERT INTO line_use (id, merchant_id, order_id, line_no, sold_quantity, sold_minor, open_quantity,"
        " open_minor, open_case_no) VALUES ($1, $2, $3, $4, 3, 3000, $5, $6, 'case-1')",
        new_id(),
        MERCHANT,
        await stored_order_id(db),
        line_no,
        quantity,
        minor,
    )


async def reserve(db: Database, minor: int) -> None:
    await db.execute("UPDATE payment SET reserved_minor = $1", minor)


def reason(answers: list[Stored | Rejected]) -> str:
    assert len(answers) == 1
    answer = answers[0]
    assert isinstance(answer, Rejected)
    return f"{answer.field}: {answer.reason}"


CHEAPER: dict[str, Any] = {
    "lines": (OrderLine("1", "Tea", 3, 1000),),
    "shipping_fee": 0,
    "payments": (Payment("p-1", "sandbox", 3000, 3000),),
}


async def test_an_update_may_not_capture_less_than_is_refunded_and_reserved(database: Database) -> None:
    await store(database, incoming())
    await reserve(database, 3001)

    answers = await store(database, incoming(**CHEAPER))

    assert reason(answers) == "payments: captured 3000 on p-1 is below the 3001 refunded and reserved"


async def test_an_update_may_capture_just_what_is_refunded_and_reserved(database: Database) -> None:
    await store(database, incoming())
    await reserve(database, 3000)

    answers = await store(database, incoming(**CHEAPER))

    assert answers == [Stored("o-1", "updated")]


async def test_an_update_may_not_bring_refunds_beyond_what_is_left_of_a_payment(database: Database) -> None:
    await store(database, incoming())
    await reserve(database, 5000)

    answers = await store(database, incoming(refunds=(elsewhere(1000, 1),)))

    assert reason(answers).startswith("payments: captured 5800 on p-1 is below the 6000")


async def test_an_update_may_not_drop_a_payment_that_is_reserved(database: Database) -> None:
    await store(database, incoming())
    await reserve(database, 1)

    answers = await store(database, incoming(payments=(Payment("p-2", "sandbox", 5800, 5800),)))

    assert reason(answers).startswith("payments: captured 0 on p-1")


async def test_an_update_may_replace_a_payment_that_is_untouched(database: Database) -> None:
    await store(database, incoming())

    answers = await store(database, incoming(payments=(Payment("p-2", "sandbox", 5800, 5800),)))

    rows = await database.fetch("SELECT payment_no FROM payment")
    assert answers == [Stored("o-1", "updated")]
    assert [row["payment_no"] for row in rows] == ["p-2"]


async def test_an_update_may_not_change_the_currency(database: Database) -> None:
    await store(database, incoming())

    assert reason(await store(database, incoming(currency="GBP"))).startswith("currency: is GBP")


async def test_an_order_may_not_go_to_another_customer_while_a_claim_is_open(database: Database) -> None:
    await store(database, incoming())
    await claim(database, quantity=1, minor=1000)

    answers = await store(database, incoming(person=Person("c-2")))

    assert reason(answers) == "customer.external_id: is c-2, while case case-1 of c-1 is open"
    found = await load_incoming(database, VAULT, MERCHANT, "o-1")
    assert found is not None
    assert found.order.customer == "c-1"


async def test_an_order_may_go_to_another_customer_when_nobody_asks_for_it(database: Database) -> None:
    await store(database, incoming())

    assert await store(database, incoming(person=Person("c-2"))) == [Stored("o-1", "updated")]


async def test_an_update_may_not_remove_a_claimed_line(database: Database) -> None:
    await store(database, incoming())
    await claim(database, quantity=1, minor=1000)
    lines = (OrderLine("9", "Other", 1, 5000),)

    assert reason(await store(database, incoming(lines=lines))) == "lines: line 1 is claimed and missing"


@pytest.mark.parametrize("line", [OrderLine("1", "Tea", 2, 1500), OrderLine("1", "Tea", 3, 900, 0)])
async def test_an_update_may_not_shrink_a_claimed_line(database: Database, line: OrderLine) -> None:
    await store(database, incoming())
    await claim(database, quantity=1, minor=1000)
    rest = OrderLine("2", "Cup", 1, 5000 - line.paid)

    answers = await store(database, incoming(lines=(line, rest)))

    assert reason(answers) == "lines: line 1 is claimed and smaller than what is claimed"


async def test_an_update_may_change_a_line_that_nobody_claims(database: Database) -> None:
    await store(database, incoming())
    await claim(database, quantity=1, minor=1000)
    lines = (ORDER.lines[0], OrderLine("3", "Spoon", 2, 1000))

    assert await store(database, incoming(lines=lines)) == [Stored("o-1", "updated")]


async def test_a_claimed_line_may_grow_and_its_use_knows(database: Database) -> None:
    await store(database, incoming())
    await claim(database, quantity=3, minor=3000)
    payments = (Payment("p-1", "sandbox", 6800, 6800),)

    answers = await store(database, incoming(lines=(OrderLine("1", "Tea", 4, 1000), ORDER.lines[1]), payments=payments))

    rows = await database.fetch("SELECT sold_quantity, sold_minor, open_quantity FROM line_use WHERE line_no = '1'")
    assert answers == [Stored("o-1", "updated")]
    assert tuple(rows[0]) == (4, 4000, 3)


async def test_shipping_that_is_claimed_may_not_shrink(database: Database) -> None:
    await store(database, incoming())
    await claim(database, quantity=0, minor=800, line_no="#shipping:C1")
    changes: dict[str, Any] = {"shipping_fee": 700, "payments": (Payment("p-1", "sandbox", 5700, 5700),)}

    assert reason(await store(database, incoming(**changes))).startswith("shipping_fee: is 700, while 800")


async def test_a_rejected_order_does_not_stop_the_others_and_changes_nothing(database: Database) -> None:
    await store(database, incoming())
    renamed = Person("c-1", "Somebody Else")

    answers = await store(database, incoming("o-0"), incoming(currency="GBP", person=renamed), incoming("o-2"))

    found = await load_incoming(database, VAULT, MERCHANT, "o-1")
    assert [type(answer).__name__ for answer in answers] == ["Stored", "Rejected", "Stored"]
    assert found is not None
    assert (found.order, found.person) == (ORDER, PERSON)
