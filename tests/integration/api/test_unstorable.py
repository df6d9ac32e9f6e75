"""What no row of the database can hold: U+0000 in addresses, queries and bodies of the merchants' API."""

import pytest

from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order


@pytest.mark.parametrize("path", ["/orders/%00", "/customers/a%00", "/cases/%00"])
async def test_nobody_has_a_name_that_no_row_can_hold(shop: Shop, path: str) -> None:
    status, problem = await shop.api("GET", path)

    assert (status, problem["title"]) == (404, "Not found")


@pytest.mark.parametrize("query", ["customer=%00", "order_no=a%00"])
async def test_nobody_is_looked_for_by_a_name_that_no_row_can_hold(shop: Shop, query: str) -> None:
    status, problem = await shop.api("GET", f"/cases?{query}")

    assert (status, problem["errors"][0]["code"]) == (422, "unstorable")


async def test_a_body_with_what_no_row_can_hold_opens_no_case(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())

    status, problem = await shop.api("POST", "/cases", {"order_no": "O-1\x00", "reason": "other"})

    assert (status, problem["errors"][0]["code"]) == (422, "unstorable")
