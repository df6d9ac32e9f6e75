"""What the desk does about a refund that waits for a person: it is settled once, by who may, and told."""

import asyncio

import pytest

from tests.integration.api.shop import Shop
from tests.integration.desk.conftest import Hire
from tests.integration.desk.desk import Staff
from tests.integration.desk.payouts import gateway_says, notes, opened, paid_by_two, refund_of, settle
from tests.integration.desk.trade import PRICE, ask_for_review, case_of

BY_HAND = PRICE // 4
PROOF = {"proof": "ICBC 2026-77", "amount": "30.00"}


@pytest.fixture
async def wu(hiring: Hire) -> Staff:
    """Somebody of finance who is logged in."""
    staff: Staff = await hiring("wu", "Wu", role="finance")
    assert await staff.log_in() == 303
    return staff


async def stuck(shop: Shop, wang: Staff, state: str, number: int = 1) -> tuple[str, str]:
    """A case whose one refund the gateway failed or closed."""
    _, case_no = await ask_for_review(shop, f"A-{number}", customer=f"c-{number}")
    assert (await wang.decide(case_no, "approve"))[0] == 204
    refund_no = (await refund_of(shop, case_no, "sandbox"))["refund_no"]
    await gateway_says(shop, case_no, refund_no, state)
    assert (await case_of(shop, case_no))["state"] == "failed"
    return case_no, refund_no


async def with_finance(shop: Shop, wang: Staff, number: int = 1) -> tuple[str, str]:
    """A case of which one refund has to be paid by hand; the other has succeeded."""
    _, case_no = await paid_by_two(shop, f"A-{number}", customer=f"c-{number}")
    assert (await wang.decide(case_no, "approve"))[0] == 204
    await gateway_says(shop, case_no, (await refund_of(shop, case_no, "sandbox"))["refund_no"], "succeeded")
    assert (await case_of(shop, case_no))["state"] == "awaiting_finance"
    return case_no, (await refund_of(shop, case_no, "other"))["refund_no"]


async def sent(shop: Shop, refund_no: str) -> int:
    """How often it was put in the outbox for its gateway."""
    rows = await shop.base.db.fetch(
        "SELECT FROM outbox WHERE kind = 'gateway.refund' AND payload->>'refund_no' = $1", refund_no
    )
    return len(rows)


async def trail(shop: Shop) -> list[str]:
    rows = await shop.base.db.fetch("SELECT what FROM audit ORDER BY place")
    return [row["what"] for row in rows]


async def test_a_failed_refund_is_sent_again_under_its_number(shop: Shop, wang: Staff) -> None:
    case_no, refund_no = await stuck(shop, wang, "failed")
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "Try again" in page
    assert 'name="action" value="approve"' not in page
    assert "<option" not in page

    assert await settle(wang, shop, case_no, "try_again", refund_no) == (204, "")

    case = await case_of(shop, case_no)
    assert (case["state"], [it["refund_no"] for it in case["refunds"]]) == ("refunding", [refund_no])
    assert case["history"][-1]["by"] == "staff:Wang"
    assert await sent(shop, refund_no) == 2
    assert await trail(shop) == ["decided", "payout_settled"]
    _, page = await wang.get(f"/desk/cases/{case_no}")
    assert "Try again" not in page


async def test_only_a_refund_confirmed_closed_gets_a_new_number(shop: Shop, wang: Staff) -> None:
    failed, refused_no = await stuck(shop, wang, "failed", 1)
    closed, refund_no = await stuck(shop, wang, "closed", 2)

    refusal = await settle(wang, shop, failed, "new_number", refused_no)
    assert await settle(wang, shop, closed, "new_number", refund_no) == (204, "")

    assert refusal[0] == 409
    assert len((await case_of(shop, failed))["refunds"]) == 1
    case = await case_of(shop, closed)
    assert [it["replaces"] for it in case["refunds"]] == [None, refund_no]
    assert await sent(shop, case["refunds"][1]["refund_no"]) == 1
    (row,) = await shop.base.db.fetch("SELECT reserved_minor FROM payment WHERE payment_no = 'pay-A-2'")
    assert row[0] == PRICE


@pytest.mark.parametrize(("state", "action"), [("failed", "try_again"), ("closed", "new_number")])
async def test_of_two_who_settle_at_once_one_is_told_who_was_faster(
    shop: Shop, wang: Staff, zhao: Staff, state: str, action: str
) -> None:
    for number in range(5):
        case_no, refund_no = await stuck(shop, wang, state, number)
        page = opened(await case_of(shop, case_no))

        answers = await asyncio.gather(
            *(settle(staff, shop, case_no, action, refund_no, **page) for staff in (wang, zhao))
        )

        assert sorted(status for status, _ in answers) == [204, 409]
        winner = "Wang" if answers[0][0] == 204 else "Zhao"
        assert f"{winner} was faster" in next(text for status, text in answers if status == 409)
        case = await case_of(shop, case_no)
        assert len(case["refunds"]) == (1 if state == "failed" else 2)
        assert await sent(shop, case["refunds"][-1]["refund_no"]) == (2 if state == "failed" else 1)


async def test_finance_pays_by_hand_and_the_proof_is_in_the_history(shop: Shop, wang: Staff, wu: Staff) -> None:
    case_no, refund_no = await with_finance(shop, wang)

    assert await settle(wu, shop, case_no, "paid_by_hand", refund_no, **PROOF) == (204, "")

    case = await case_of(shop, case_no)
    assert case["state"] == "refunded"
    assert ("staff:Wu", f"paid_by_hand {refund_no} ICBC 2026-77") in [(it["by"], it["why"]) for it in case["history"]]
    assert (await notes(shop, case_no)).count("note.refunded") == 1
    (row,) = await shop.base.db.fetch(
        "SELECT refunded_minor, reserved_minor FROM payment WHERE payment_no = 'bank-A-1'"
    )
    assert tuple(row) == (BY_HAND, 0)
    _, page = await wu.get(f"/desk/cases/{case_no}/report")
    assert f"Payout {refund_no} paid by hand, reference ICBC 2026-77" in page
    rows = await shop.base.db.fetch("SELECT about::text AS about FROM audit ORDER BY place")
    assert refund_no in rows[-1]["about"]
    assert "ICBC" not in rows[-1]["about"]


async def test_who_is_not_of_finance_can_not_pay_by_hand(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no, refund_no = await with_finance(shop, wang)
    lead = await hiring("qian", "Qian", role="lead")
    assert await lead.log_in() == 303
    before = await case_of(shop, case_no)

    for staff in (wang, lead):
        status, text = await settle(staff, shop, case_no, "paid_by_hand", refund_no, **PROOF)
        assert (status, "Only finance or the owner" in text) == (403, True)
        _, page = await staff.get(f"/desk/cases/{case_no}")
        assert "Only finance or the owner can confirm this payment." in page
        assert 'name="proof"' not in page

    assert await case_of(shop, case_no) == before
    assert (await trail(shop))[-2:] == ["not_for_role", "not_for_role"]


async def test_the_owner_may_pay_by_hand_too(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no, refund_no = await with_finance(shop, wang)
    owner = await hiring("sun", "Sun", role="owner")
    assert await owner.log_in() == 303

    assert await settle(owner, shop, case_no, "paid_by_hand", refund_no, **PROOF) == (204, "")


WRONG = [
    ({"proof": ""}, "reference of the transfer"),
    ({"proof": " \n "}, "reference of the transfer"),
    ({"proof": "two\nlines"}, "reference of the transfer"),
    ({"proof": "x" * 101}, "reference of the transfer"),
    ({"amount": ""}, "CN¥30.00"),
    ({"amount": "30.01"}, "CN¥30.00"),
    ({"amount": "3000"}, "CN¥30.00"),
    ({"amount": "thirty"}, "CN¥30.00"),
    ({"action": "give_away"}, "Load it again"),
    ({"refund_no": "R-unknown"}, "no such payout"),
    ({"version": "x"}, "Load it again"),
]


async def test_a_payment_by_hand_needs_its_proof_and_its_amount_typed_again(shop: Shop, wang: Staff, wu: Staff) -> None:
    case_no, refund_no = await with_finance(shop, wang)
    before = await case_of(shop, case_no)
    right = {"action": "paid_by_hand", "refund_no": refund_no, "version": before["version"], **PROOF}

    for wrong, told in WRONG:
        status, text = await wu.post(f"/desk/cases/{case_no}/payout", **(right | wrong))
        assert (status, told in text) == (422, True), (wrong, text)
    assert await case_of(shop, case_no) == before

    assert (await wu.post(f"/desk/cases/{case_no}/payout", **right))[0] == 204


async def test_the_gateway_s_answer_for_one_half_is_no_hindrance_to_pay_the_other(
    shop: Shop, wang: Staff, wu: Staff
) -> None:
    _, case_no = await paid_by_two(shop)
    assert (await wang.decide(case_no, "approve"))[0] == 204
    by_hand = (await refund_of(shop, case_no, "other"))["refund_no"]
    page = opened(await case_of(shop, case_no))
    await gateway_says(shop, case_no, (await refund_of(shop, case_no, "sandbox"))["refund_no"], "succeeded")

    assert await settle(wu, shop, case_no, "paid_by_hand", by_hand, **page, **PROOF) == (204, "")
    again = await settle(wu, shop, case_no, "paid_by_hand", by_hand, **page, **PROOF)

    case = await case_of(shop, case_no)
    assert (case["state"], [it["state"] for it in case["refunds"]]) == ("refunded", ["succeeded", "succeeded"])
    assert (again[0], "Wu was faster" in again[1]) == (409, True)
    assert len([entry for entry in case["history"] if entry["why"].startswith("paid_by_hand")]) == 1


async def test_a_page_that_an_answer_made_stale_is_told_of_no_colleague(shop: Shop, wang: Staff) -> None:
    case_no, refund_no = await stuck(shop, wang, "failed")
    page = opened(await case_of(shop, case_no))
    await gateway_says(shop, case_no, refund_no, "succeeded")

    status, text = await settle(wang, shop, case_no, "try_again", refund_no, **page)

    assert status == 409
    assert "The system: every payout arrived" in text
    assert "faster" not in text


async def test_a_refund_with_a_gateway_is_not_paid_by_hand(shop: Shop, wang: Staff, wu: Staff) -> None:
    _, case_no = await paid_by_two(shop)
    await wang.decide(case_no, "approve")
    by_gateway = (await refund_of(shop, case_no, "sandbox"))["refund_no"]

    status, _ = await settle(wu, shop, case_no, "paid_by_hand", by_gateway, proof="ICBC 77", amount="90.00")

    assert status == 409
    assert (await refund_of(shop, case_no, "sandbox"))["state"] == "created"


async def test_two_of_finance_at_once_pay_once(shop: Shop, wang: Staff, wu: Staff, hiring: Hire) -> None:
    other = await hiring("zheng", "Zheng", role="finance")
    assert await other.log_in() == 303
    for number in range(5):
        case_no, refund_no = await with_finance(shop, wang, number)
        page = opened(await case_of(shop, case_no))

        answers = await asyncio.gather(
            *(settle(staff, shop, case_no, "paid_by_hand", refund_no, **page, **PROOF) for staff in (wu, other))
        )

        assert sorted(status for status, _ in answers) == [204, 409]
        winner = "Wu" if answers[0][0] == 204 else "Zheng"
        assert f"{winner} was faster" in next(text for status, text in answers if status == 409)
        assert (await notes(shop, case_no)).count("note.refunded") == 1
        history = (await case_of(shop, case_no))["history"]
        assert len([entry for entry in history if entry["why"].startswith("paid_by_hand")]) == 1


async def test_another_shop_s_case_is_not_there(shop: Shop, wang: Staff, hiring: Hire) -> None:
    case_no, refund_no = await stuck(shop, wang, "failed")
    other = await shop.another_merchant("other")
    stranger = await hiring("li", "Li", role="owner", merchant_id=other.merchant_id)
    assert await stranger.log_in(shop="other") == 303

    assert (await settle(stranger, shop, case_no, "try_again", refund_no))[0] == 404
    assert (await case_of(shop, case_no))["state"] == "failed"
