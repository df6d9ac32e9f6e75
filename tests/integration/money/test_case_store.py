"""What a change of a case does in the database, and what it refuses when the world has moved on."""

import asyncio

import pytest

from refund_core.case_answers import RefundAnswer, refund_answered, refund_sending
from refund_core.case_customer import withdraw
from refund_core.case_money import confirm
from refund_core.cases import CaseChange, CaseState, RefundCase, RefundState
from storage.case_reads import CaseFilter, CursorInvalid, case_of_refund, list_cases, load_case
from storage.case_store import WorldChanged, save_changes
from storage.database import Database
from storage.ids import new_id
from storage.transaction import Transaction, transact
from tests.integration.money.shop import Shop, confirming, moment, new_shop, opening
from tests.unit.core import shop as core


async def test_a_new_case_is_read_back_as_it_was_made_and_holds_its_line(shop: Shop) -> None:
    change = opening(await shop.facts(), core.claim(("1", 1)))

    await shop.save(change)

    assert await shop.case(change.case.case_no) == change.case
    assert await shop.lines() == {"1": (0, 0, 1, 5900, change.case.case_no)}


async def test_a_confirmed_case_reserves_its_payment_and_waits_in_the_outbox(shop: Shop) -> None:
    case = await shop.confirmed()

    assert case.state is CaseState.REFUNDING
    assert await shop.payments() == {"p-1": (0, 5900)}
    assert await shop.balances() == {f"reserved:{case.refunds[0].refund_no}": 5900}
    outbox = await shop.db.fetch("SELECT kind, lane, payload FROM outbox")
    assert [tuple(row) for row in outbox] == [
        ("gateway.refund", "payment:20261101-0001:p-1", b'{"refund_no": "%b"}' % case.refunds[0].refund_no.encode())
    ]


async def test_success_turns_the_reserve_into_refunded_and_settles_the_line(shop: Shop) -> None:
    case = await shop.confirmed()
    answer = RefundAnswer(case.refunds[0].refund_no, "succeeded", "SUCCESS", "g-1")

    await shop.save(refund_answered(case, answer, limits=core.POLICY.limits, moment=moment("system")))

    assert (await shop.case(case.case_no)).state is CaseState.REFUNDED
    assert await shop.payments() == {"p-1": (5900, 0)}
    assert await shop.lines() == {"1": (1, 5900, 0, 0, None)}
    assert await shop.balances() == {}


@pytest.mark.parametrize("resolution", ["balance", "coupon"])
async def test_balance_and_coupon_are_paid_in_the_decisions_own_commit(shop: Shop, resolution: str) -> None:
    case = await shop.confirmed(resolution=resolution)

    assert case.state is CaseState.COMPENSATED
    assert await shop.payments() == {"p-1": (5900, 0)}
    worth = next(offer.amount.minor for offer in case.offers if offer.resolution == resolution)
    assert list((await shop.balances()).values()) == [worth]
    assert (await shop.lines())["1"][:2] == (1, 5900)
    assert len(await shop.db.fetch("SELECT 1 FROM coupon")) == (resolution == "coupon")


async def test_a_withdrawn_case_gives_its_lines_back(shop: Shop) -> None:
    case = await shop.open()

    await shop.save(withdraw(case, moment()))

    assert await shop.lines() == {"1": (0, 0, 0, 0, None)}
    assert (await shop.open()).state is CaseState.OFFERED


async def test_a_second_claim_on_a_held_line_is_refused(shop: Shop) -> None:
    facts = await shop.facts()
    first, second = opening(facts), opening(facts)
    await shop.save(first)

    with pytest.raises(WorldChanged) as refused:
        await shop.save(second)

    assert refused.value.case_nos == {second.case.case_no}
    assert await load_case(shop.db, shop.merchant_id, second.case.case_no) is None


async def test_the_same_version_is_changed_once(shop: Shop) -> None:
    case = await shop.open()
    change = withdraw(case, moment())
    await shop.save(change)

    with pytest.raises(WorldChanged) as refused:
        await shop.save(withdraw(case, moment()))

    assert refused.value.case_nos == {case.case_no}


async def test_an_order_that_changed_meanwhile_opens_no_case(shop: Shop) -> None:
    outdated = opening(await shop.facts())
    await shop.stock(core.order(core.line(quantity=1, unit_price=11800)))

    with pytest.raises(WorldChanged):
        await shop.save(outdated)

    assert await shop.lines() == {}


async def test_a_refund_beyond_what_the_payment_has_left_is_refused(shop: Shop) -> None:
    case = await shop.open(core.claim(("1", 2)))
    change = confirming(case, await shop.facts())
    await shop.db.execute("UPDATE payment SET refunded_minor = 1")

    with pytest.raises(WorldChanged) as refused:
        await shop.save(change)

    assert refused.value.what == "payments"
    assert await shop.payments() == {"p-1": (1, 0)}
    assert await shop.db.fetch("SELECT 1 FROM outbox") == []


async def test_a_refund_never_comes_back_from_its_final_state(shop: Shop) -> None:
    case = await shop.confirmed()
    late = refund_sending(case, case.refunds[0].refund_no, moment("system"))
    answer = RefundAnswer(case.refunds[0].refund_no, "succeeded")
    await shop.save(refund_answered(case, answer, limits=core.POLICY.limits, moment=moment("system")))

    with pytest.raises(WorldChanged):
        await shop.save(late)

    assert (await shop.case(case.case_no)).refunds[0].state is RefundState.SUCCEEDED


async def test_two_confirmations_at_once_pay_once(shop: Shop) -> None:
    case, facts = await shop.open(core.claim(("1", 2))), await shop.facts()
    changes = [confirming(case, facts, "original_route"), confirming(case, facts, "balance")]

    outcomes = await asyncio.gather(*(shop.save(change) for change in changes), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "WorldChanged"]
    assert sum(sum(used) for used in (await shop.payments()).values()) == 11800


async def test_changes_of_many_merchants_are_saved_together_or_not_at_all(shop: Shop, database: Database) -> None:
    other = await new_shop(database, "chairs")
    await other.stock(core.order())
    mine, theirs = opening(await shop.facts()), opening(await other.facts())
    await other.stock(core.order(core.line(quantity=1, unit_price=11800)))

    with pytest.raises(WorldChanged) as refused:
        await _save_both(shop, other, mine, theirs)

    assert refused.value.case_nos == {theirs.case.case_no}
    assert await load_case(database, shop.merchant_id, mine.case.case_no) is None
    fresh = opening(await other.facts())
    await _save_both(shop, other, mine, fresh)
    assert await load_case(database, other.merchant_id, fresh.case.case_no) == fresh.case


async def test_a_case_opened_and_confirmed_in_one_step_is_saved_in_that_order(shop: Shop) -> None:
    opened = opening(await shop.facts())
    facts = await shop.facts()
    confirmed = confirm(
        opened.case, facts, core.offer_of(opened.case, "original_route"), rails=core.RAILS, moment=moment()
    )

    await shop.save(opened, confirmed)

    assert (await shop.case(opened.case.case_no)).state is CaseState.REFUNDING


async def test_cases_are_listed_newest_first_page_by_page(shop: Shop) -> None:
    await shop.stock(*(core.order(order_no=f"o-{number}", customer=f"c-{number % 2}") for number in range(5)))
    made = [await shop.open(order_no=f"o-{number}") for number in range(5)]
    newest_first = sorted(made, key=lambda case: (case.created_at, case.case_id), reverse=True)

    seen: list[RefundCase] = []
    cursor: str | None = None
    for _ in range(3):
        page = await list_cases(shop.db, shop.merchant_id, CaseFilter(), limit=2, cursor=cursor)
        seen += page.cases
        cursor = page.next_cursor

    assert [case.case_no for case in seen] == [case.case_no for case in newest_first]
    assert cursor is None


async def test_a_list_is_narrowed_by_order_customer_and_state(shop: Shop) -> None:
    await shop.stock(core.order(order_no="o-2", customer="c-2"))
    first, second = await shop.open(), await shop.open(order_no="o-2")
    await shop.save(withdraw(second, moment()))

    async def found(**wanted: object) -> list[str]:
        page = await list_cases(shop.db, shop.merchant_id, CaseFilter(**wanted))  # type: ignore[arg-type]  # its fields
        return [case.case_no for case in page.cases]

    assert await found(order_no="o-2") == [second.case_no]
    assert await found(customer="c-1001") == [first.case_no]
    assert await found(states=("withdrawn", "failed")) == [second.case_no]
    assert await found(order_no="nothing") == []


@pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "WyIyMDI2LTExLTIwIiwgMV0"])
async def test_a_cursor_of_no_page_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        await list_cases(shop.db, shop.merchant_id, CaseFilter(), cursor=cursor)


async def test_a_refund_number_leads_to_its_case_and_another_merchants_to_none(shop: Shop) -> None:
    case = await shop.confirmed()
    refund_no = case.refunds[0].refund_no

    assert await case_of_refund(shop.db, shop.merchant_id, refund_no) == case
    assert await case_of_refund(shop.db, new_id(), refund_no) is None


async def _save_both(shop: Shop, other: Shop, mine: CaseChange, theirs: CaseChange) -> None:
    async def work(tx: Transaction) -> None:
        await save_changes(tx, [(shop.merchant_id, mine), (other.merchant_id, theirs)], now=core.NOW)

    await transact(shop.db, work, name="test")
