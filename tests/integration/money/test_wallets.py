"""A wallet is its own merchant's: what one shop's customer has does not cover another shop's customer of that name."""

from dataclasses import replace
from uuid import UUID

import pytest

from refund_core.books import take_back
from refund_core.case_change import change_of
from refund_core.cases import CaseChange
from refund_core.money import Money
from storage.case_store import WorldChanged, save_changes
from storage.database import Database
from storage.transaction import Transaction, transact
from tests.integration.money.shop import Shop, moment, new_shop
from tests.unit.core import shop as core


async def test_a_wallet_of_another_shop_does_not_cover_what_is_taken_back(shop: Shop, database: Database) -> None:
    other = await new_shop(database, "chairs")
    await other.stock(core.order())
    await shop.confirmed(resolution="balance")
    held = (await shop.balances())["wallet:c-1001"]
    changes = [(one.merchant_id, await _taking_back(one, held)) for one in (shop, other)]

    with pytest.raises(WorldChanged):
        await _save(database, changes)

    assert (await shop.balances())["wallet:c-1001"] == held
    await _save(database, changes[:1])
    assert "wallet:c-1001" not in await shop.balances()


async def _taking_back(shop: Shop, minor: int) -> CaseChange:
    await shop.stock(core.order(order_no="o-2"))
    case, now = await shop.open(order_no="o-2"), moment("staff:Wu")
    amount = Money(minor, "CNY")
    back = take_back("bonus", case.case_no, "wallet:c-1001", amount, case_no=case.case_no, at=now.at, ids=now.ids)
    return replace(change_of(case, case, now), transfers=(back,))


async def _save(database: Database, changes: list[tuple[UUID, CaseChange]]) -> None:
    async def work(tx: Transaction) -> None:
        await save_changes(tx, changes, now=core.NOW)

    await transact(database, work, name="test")
