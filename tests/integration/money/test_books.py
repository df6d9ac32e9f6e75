"""`verify_books` is silent over right books and names each kind of wrong ones."""

import pytest

from connectors.payments.sandbox.faults import Fault, FaultKind
from refund_core.case_answers import RefundAnswer, refund_answered, replace_closed_refund
from refund_core.cases import RefundCase
from storage.book_store import BillEntry, compare_with_bill, verify_books
from storage.database import Database
from storage.ids import new_id
from tests.integration.money.rig import Rig
from tests.integration.money.shop import Shop, moment
from tests.unit.core import shop as core

# Each statement breaks what the database's own guards would refuse, so those are switched off for it.
BREAKS = [
    (1, "UPDATE payment SET refunded_minor = refunded_minor + 1"),
    (1, "ALTER TABLE payment DROP CONSTRAINT payment_within_captured; UPDATE payment SET captured_minor = 1"),
    (1, "ALTER TABLE line_use DROP CONSTRAINT line_use_amount_sold; UPDATE line_use SET sold_minor = 1"),
    (1, "UPDATE line_use SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0"),
    (1, "UPDATE line_use SET open_quantity = 1, open_case_no = (SELECT case_no FROM refund_case LIMIT 1)"),
    (2, "DROP INDEX refund_leg_once; {again}"),
    (2, "UPDATE refund SET amount_minor = amount_minor * 2"),
    (2, "{again_by_another_decision}"),
    (3, "UPDATE refund SET replaces = 'R-unknown'"),
    (4, "UPDATE account_balance SET balance_minor = 5900 WHERE account LIKE 'reserved:%'"),
    (5, "DELETE FROM posting WHERE account = 'paid_out:sandbox'; DELETE FROM transfer WHERE kind = 'settle'"),
    (5, "UPDATE refund_case SET state = 'refunding'"),
    (6, "UPDATE posting SET amount_minor = amount_minor + 1 WHERE account = 'paid_out:sandbox'"),
    (6, "UPDATE account_balance SET balance_minor = 1"),
    (8, "UPDATE refund_case SET document = jsonb_set(document, '{{decision,remedy}}', '\"return_refund\"')"),
    (11, "UPDATE refund SET state = 'failed', needs_person = false"),
    (14, "UPDATE refund SET method = 'balance'"),
]  # fmt: skip
AGAIN = """
INSERT INTO refund (id, merchant_id, refund_no, case_id, decision_no, leg, payment_id, payment_no, method, amount_minor,
    payer_minor, currency, state, created_at)
SELECT gen_random_uuid(), merchant_id, 'R-again', case_id, {decision}, leg, payment_id, payment_no, method,
    amount_minor, payer_minor, currency, state, created_at FROM refund LIMIT 1
"""


@pytest.mark.parametrize("resolution", ["original_route", "balance", "coupon"])
async def test_right_books_have_no_findings(shop: Shop, resolution: str) -> None:
    await shop.open(core.claim(("1", 1)))
    await shop.stock(core.order(order_no="o-2", shipping_fee=800))
    await _paid(shop, await shop.confirmed(order_no="o-2", resolution=resolution))

    assert await verify_books(shop.db, shop.merchant_id) == []


async def test_a_closed_refund_with_a_new_number_is_right(shop: Shop) -> None:
    case = await shop.confirmed()
    await shop.save(refund_answered(case, _answer(case, "closed"), limits=core.POLICY.limits, moment=moment("system")))
    closed = await shop.case(case.case_no)
    await shop.save(
        replace_closed_refund(closed, closed.refunds[0].refund_no, rails=core.RAILS, moment=moment("staff:Wu"))
    )

    assert await verify_books(shop.db, shop.merchant_id) == []
    assert (await shop.payments()) == {"p-1": (0, 5900)}


@pytest.mark.parametrize(
    ("invariant", "broken"), BREAKS, ids=[f"{number}-{place}" for place, (number, _) in enumerate(BREAKS)]
)
async def test_each_broken_invariant_is_found(shop: Shop, database: Database, invariant: int, broken: str) -> None:
    await _paid(shop, await shop.confirmed())
    sql = broken.format(
        again=AGAIN.format(decision="decision_no"), again_by_another_decision=AGAIN.format(decision="'D-2'")
    )

    await _without_guards(database, sql)

    found = await verify_books(database, shop.merchant_id)
    assert invariant in {finding.invariant for finding in found}, found


async def test_a_coupon_that_its_account_does_not_hold_is_found(shop: Shop, database: Database) -> None:
    await shop.confirmed(resolution="coupon")

    await _without_guards(database, "UPDATE coupon SET amount_minor = amount_minor + 1; DELETE FROM consent")

    found = {finding.invariant for finding in await verify_books(database, shop.merchant_id)}
    assert {7, 14} <= found


async def test_another_merchants_broken_books_are_not_ours(shop: Shop, database: Database) -> None:
    await _paid(shop, await shop.confirmed())
    await _without_guards(database, "UPDATE payment SET refunded_minor = refunded_minor + 1")

    assert await verify_books(database, new_id()) == []


async def test_the_books_agree_with_the_gateways_bill(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.LOST_ANSWER, times=1))
    await rig.shop.confirmed()
    await rig.work()

    await rig.assert_books_are_right()


@pytest.mark.parametrize(
    ("entry", "is_found"),
    [
        (BillEntry("{refund}", "p-1", 5900, "succeeded"), False),
        (BillEntry("{refund}", "p-1", 5901, "succeeded"), True),
        (BillEntry("{refund}", "p-2", 5900, "succeeded"), True),
        (BillEntry("{refund}", "p-1", 5900, "closed"), True),
        (BillEntry("R-unknown", "p-1", 5900, "succeeded"), True),
    ],
)
async def test_a_difference_between_bill_and_books_is_listed(shop: Shop, entry: BillEntry, is_found: bool) -> None:
    case = await shop.confirmed()
    await _paid(shop, case)
    number = entry.refund_no.format(refund=case.refunds[0].refund_no)
    bill = [BillEntry(number, entry.payment_no, entry.amount_minor, entry.state)]

    found = await compare_with_bill(shop.db, shop.merchant_id, bill, method="sandbox")

    assert bool(found) is is_found
    assert {finding.invariant for finding in found} <= {12}


async def _paid(shop: Shop, case: RefundCase) -> None:
    if case.refunds[0].method == "sandbox":
        answer = _answer(case, "succeeded")
        await shop.save(refund_answered(case, answer, limits=core.POLICY.limits, moment=moment("system")))


def _answer(case: RefundCase, state: str) -> RefundAnswer:
    return RefundAnswer(case.refunds[0].refund_no, state, state.upper(), "g-1")


async def _without_guards(db: Database, sql: str) -> None:
    async with db.pool.acquire() as connection:
        await connection.execute(f"SET session_replication_role = replica; {sql}; RESET session_replication_role")
