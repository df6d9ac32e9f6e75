"""The analysis report holds what a person needs to decide, and three ways out with their cost."""

from refund_core.case_open import without_hold
from refund_core.claims import Reason
from refund_core.orders import Order, SettledBy
from refund_core.report import Report, build_report
from tests.unit.core.shop import DAY, NOW, claim, delivered, facts, line, moment, opened, order
from tests.unit.core.till import Till


def report(made: Order, reason: Reason, evidence: tuple[str, ...] = ()) -> Report:
    till = Till(made)
    case = till.save(opened(till.facts(), claim(reason=reason, evidence=evidence)))
    return build_report(case, till.facts())


def test_the_report_tells_order_lines_timeline_and_the_row_that_matched() -> None:
    found = report(delivered(NOW - DAY, line("1", 2, 5900), line("2", 1, 100)), Reason.DAMAGED, ())

    assert (found.order.captured_minor, found.order.refundable_minor) == (11900, 11900)
    assert [(it.line_no, it.claimed_quantity, it.claimed_minor, it.left_quantity) for it in found.lines] == [
        ("1", 1, 5900, 1),
        ("2", 0, 0, 1),
    ]
    assert [entry.kind for entry in found.timeline] == [
        "ordered", "paid", "shipped", "delivered", "delivered", "asked", "under_review",
    ]  # fmt: skip
    assert found.decision.trace[-1].rule == "faulty_without_picture"
    assert found.open_amount.minor == 5900


def test_three_ways_out_each_with_cost_and_a_drafted_reply() -> None:
    found = report(delivered(NOW - DAY), Reason.DAMAGED)

    assert [(it.action.value, it.cost.minor, it.is_recommended) for it in found.suggestions] == [
        ("ask_customer", 0, True),
        ("approve", 5900, False),
        ("partial", 1770, False),
    ]
    assert all(it.reply_key.startswith("report.reply.") for it in found.suggestions)
    assert ("amount_minor", 5900) in found.suggestions[1].reply_values


def test_a_rejection_is_suggested_first_on_an_appeal_and_paying_stays_possible() -> None:
    found = report(delivered(NOW - 40 * DAY), Reason.SIZE_FIT)

    assert [it.action.value for it in found.suggestions] == ["reject", "partial", "approve"]


def test_a_platforms_order_has_no_way_out_that_pays() -> None:
    found = report(order(settled_by=SettledBy.PLATFORM), Reason.DAMAGED)

    assert [(it.action.value, it.reply_key) for it in found.suggestions] == [("reject", "report.reply.ask_platform")]


def test_a_case_does_not_stand_in_its_own_way() -> None:
    till = Till(order())
    case = till.save(opened(till.facts()))

    assert till.facts().use.lines[0].open_quantity == 1
    assert without_hold(till.facts(), case).use.lines[0].open_quantity == 0
    assert facts().use.lines == ()
    assert moment().by == "customer"
