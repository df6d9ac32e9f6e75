"""A case that the shop's own system opens is explained in the words of the policy row that matched."""

from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order

CLAIM = {"order_no": "O-1", "reason": "no_longer_wanted"}


async def test_the_row_s_own_words_come_first_and_then_why_a_person_decides(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    _, policy = await shop.api("GET", "/policy")
    (row,) = [row for row in policy["document"]["rules"] if row["rule"] == "unshipped"]

    _, case = await shop.api("POST", "/cases", CLAIM)

    decision = case["decision"]
    assert (decision["rule"], decision["rule_outcome"], decision["outcome"]) == ("unshipped", "approve", "review")
    assert decision["reasons"][:2] == [row["reasons"]["zh-CN"], row["reasons"]["en"]]
    assert len(decision["reasons"]) == 4
    assert "a person decides it" in decision["reasons"][3]
    assert (await shop.api("GET", f"/cases/{case['case_no']}"))[1]["decision"] == decision


async def test_a_merchant_s_own_words_are_said_as_they_are(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    _, policy = await shop.api("GET", "/policy")
    document = policy["document"]
    for row in document["rules"]:
        if row["rule"] == "unshipped":
            row["reasons"] = {"zh-CN": "还在仓库，马上退。", "en": "Still in our warehouse."}
    status, _ = await shop.api("PUT", "/policy", {"document": document})
    assert status == 200
    shop.services.merchants._kept.clear()

    _, case = await shop.api("POST", "/cases", CLAIM)

    assert case["decision"]["reasons"][:2] == ["还在仓库，马上退。", "Still in our warehouse."]
    assert case["decision"]["policy_version"] == 2


async def test_a_row_that_wants_a_person_needs_no_further_words(shop: Shop) -> None:
    await shop.api("POST", "/orders", order(status="delivered"))

    _, case = await shop.api("POST", "/cases", CLAIM | {"reason": "price_drop"})

    decision = case["decision"]
    assert (decision["rule"], decision["rule_outcome"], decision["outcome"]) == ("price_drop", "review", "review")
    assert len(decision["reasons"]) == 2


async def test_a_claim_of_all_that_is_left_names_the_case_that_has_it(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())
    _, first = await shop.api("POST", "/cases", CLAIM)

    status, problem = await shop.api("POST", "/cases", CLAIM)

    assert (status, problem["errors"][0]["code"]) == (409, "line_in_open_claim")
    assert f"Case {first['case_no']} has it." in problem["detail"]


async def test_an_order_that_nobody_paid_opens_no_case(shop: Shop) -> None:
    await shop.api("POST", "/orders", order("O-9", status="unpaid", payments=[]))

    status, problem = await shop.api("POST", "/cases", {"order_no": "O-9", "reason": "other"})

    assert status == 422
    (error,) = problem["errors"]
    assert (error["field"], error["code"], error.get("limit")) == ("order_no", "nothing_left", None)


async def test_a_refused_claim_says_in_words_what_is_left(shop: Shop) -> None:
    await shop.api("POST", "/orders", order())

    _, problem = await shop.api("POST", "/cases", CLAIM | {"lines": [{"line_no": "1", "quantity": 3}]})

    assert problem["errors"][0]["detail"] == "That is more pieces than are left (2)."
