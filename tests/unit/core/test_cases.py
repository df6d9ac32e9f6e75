"""A case from its opening to its end: what each step saves, and what the table of moves refuses."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from refund_core.case_answers import (
    RefundAnswer,
    paid_by_hand,
    refund_answered,
    refund_sending,
    replace_closed_refund,
    retry_failed_refund,
)
from refund_core.case_customer import add_evidence, appeal, choose_offer, hand_over, return_sent, withdraw
from refund_core.case_due import due_passed
from refund_core.case_money import confirm, receive_return
from refund_core.case_staff import StaffAction, StaffDecision, finish_replacement, staff_decide, take_over
from refund_core.cases import MOVES, CaseState, RefundCase, RefundState, can_move, moved
from refund_core.claims import ClaimLine, Reason, Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed, VersionStale
from refund_core.orders import Order, Payment, SettledBy
from tests.unit.core.shop import DAY, NOW, RAILS, claim, delivered, line, moment, offer_of, opened, order
from tests.unit.core.till import Till

LIMITS = RAILS.limits


def open_at(made: Order, *, reason: Reason = Reason.NO_LONGER_WANTED, **more: object) -> tuple[Till, RefundCase]:
    till = Till(made)
    case = till.save(opened(till.facts(), claim(reason=reason, **more)))  # type: ignore[arg-type]
    return till, case


def agree(till: Till, case: RefundCase, resolution: str = "original_route") -> RefundCase:
    return till.save(confirm(case, till.facts(), offer_of(case, resolution), rails=RAILS, moment=moment(turn=2)))


def answer(till: Till, case: RefundCase, state: str, *, turn: int = 3, leg: int = -1) -> RefundCase:
    said = RefundAnswer(case.refunds[leg].refund_no, state)
    return till.save(refund_answered(case, said, limits=LIMITS, moment=moment(by="system", turn=turn)))


def decide_as_staff(till: Till, case: RefundCase, action: StaffAction, *, turn: int = 5, **more: object) -> RefundCase:
    decision = StaffDecision(action, case.version, **more)  # type: ignore[arg-type]
    return till.save(staff_decide(case, till.facts(), decision, rails=RAILS, moment=moment(by="staff:Li", turn=turn)))


def test_an_approved_claim_is_offered_with_the_original_route_first() -> None:
    till, case = open_at(order(line("1", 2, 5900)))

    assert case.state is CaseState.OFFERED
    assert [offer.resolution for offer in case.offers] == ["original_route", "balance", "coupon"]
    assert [offer.amount.minor for offer in case.offers] == [5900, 5900 + 295, 5900 + 590 + 200]
    assert till.lines["1"].open_minor == 5900
    assert case.due is not None
    assert case.due.then == "withdraw"


def test_agreeing_to_the_original_route_reserves_and_sends_once() -> None:
    till, case = open_at(order())

    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)

    assert case.state is CaseState.REFUNDING
    assert (till.reserved(), till.refunded()) == (5900, 0)
    assert [(effect.kind, effect.lane) for effect in change.effects] == [
        ("gateway.refund", "payment:20261101-0001:p-1")
    ]
    assert change.effects[0].payload == {"refund_no": case.refunds[0].refund_no}
    assert case.consent is not None
    assert case.consent.chosen is Resolution.ORIGINAL_ROUTE
    assert case.consent.offered == ("original_route", "balance", "coupon")


def test_the_same_turn_again_gives_the_same_numbers() -> None:
    till, case = open_at(order())
    offer_id = offer_of(case, "original_route")

    first = confirm(case, till.facts(), offer_id, rails=RAILS, moment=moment(turn=2))
    again = confirm(case, till.facts(), offer_id, rails=RAILS, moment=moment(turn=2))

    assert first == again


def test_success_settles_the_reserve_and_ends_the_case() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    case = answer(till, case, "succeeded")

    assert case.state is CaseState.REFUNDED
    assert (till.reserved(), till.refunded(), till.balance("paid_out:sandbox")) == (0, 5900, 5900)
    assert till.lines["1"].refunded_quantity == 1
    assert case.due is None


def test_balance_with_its_bonus_is_credited_in_the_same_change() -> None:
    till, case = open_at(order())

    case = agree(till, case, "balance")

    assert case.state is CaseState.COMPENSATED
    assert case.balance is not None
    assert case.balance.minor == till.balance("wallet:c-1001") == 6195
    assert (till.refunded(), till.balance("bonus")) == (5900, -295)


def test_a_coupon_is_issued_once_with_its_minimum_spend_and_expiry() -> None:
    till, case = open_at(order())

    case = agree(till, case, "coupon")

    assert case.coupon is not None
    assert till.balance(f"coupon:{case.coupon.coupon_no}") == case.coupon.amount.minor == 6690
    assert case.coupon.minimum_spend.minor == 8028
    assert case.coupon.expires_at == NOW + 180 * DAY


def test_a_platforms_voucher_stays_with_the_merchant_when_the_payer_takes_balance() -> None:
    till, case = open_at(order(line("1", 1, 1000), payments=(Payment("p-1", "sandbox", 1000, 700),)))

    case = agree(till, case, "balance")

    assert till.balance("wallet:c-1001") == 700 + 35
    assert till.balance("voucher_kept") == 300


@pytest.mark.parametrize("seconds", [0, 1])
def test_an_expired_offer_is_refused(seconds: int) -> None:
    till, case = open_at(order())
    late = moment(NOW + timedelta(hours=72, seconds=seconds), turn=2)

    with pytest.raises(ClaimRefused, match="offer_expired"):
        confirm(case, till.facts(), offer_of(case, "balance"), rails=RAILS, moment=late)


def test_an_unknown_offer_is_refused_and_agreeing_twice_too() -> None:
    till, case = open_at(order())

    with pytest.raises(ClaimRefused, match="no_offer"):
        confirm(case, till.facts(), "O-nothing", rails=RAILS, moment=moment(turn=2))
    done = agree(till, case)
    with pytest.raises(MoveNotAllowed):
        confirm(done, till.facts(), offer_of(case, "balance"), rails=RAILS, moment=moment(turn=3))


def test_choosing_an_offer_agrees_to_nothing() -> None:
    till, case = open_at(order())

    case = till.save(choose_offer(case, offer_of(case, "coupon"), moment(turn=2)))

    assert (case.state, case.resolution, case.consent) == (CaseState.OFFERED, Resolution.COUPON, None)


def test_a_return_reserves_at_once_and_pays_when_the_goods_are_back() -> None:
    till, case = open_at(delivered(NOW - DAY), remedy=Remedy.RETURN_REFUND)
    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)
    assert (case.state, till.reserved(), change.effects) == (CaseState.AWAITING_RETURN, 5900, ())

    case = till.save(return_sent(case, "SF-back", moment(turn=3)))
    change = receive_return(case, rails=RAILS, moment=moment(by="staff:Li", turn=4))
    case = till.save(change)

    assert (case.state, case.return_tracking_no) == (CaseState.REFUNDING, "SF-back")
    assert [effect.kind for effect in change.effects] == ["gateway.refund", "chat.note"]
    assert [entry.to_state for entry in case.history][-2:] == ["inspecting", "refunding"]
    assert answer(till, case, "succeeded", turn=5).state is CaseState.REFUNDED


@pytest.mark.parametrize("resolution", ["balance", "coupon"])
def test_a_return_for_balance_or_coupon_is_credited_when_the_goods_are_back(resolution: str) -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case, resolution)
    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.AWAITING_RETURN, 0)

    case = till.save(receive_return(case, rails=RAILS, moment=moment(by="staff:Li", turn=4)))

    assert (case.state, till.refunded()) == (CaseState.COMPENSATED, 5900)


def test_withdrawing_gives_back_reserve_and_lines() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = till.save(withdraw(case, moment(turn=3)))

    assert (case.state, case.refunds[0].state) == (CaseState.WITHDRAWN, RefundState.CLOSED)
    assert (till.reserved(), till.lines["1"].open_case_no) == (0, None)


def test_money_on_its_way_cannot_be_withdrawn() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    with pytest.raises(MoveNotAllowed):
        withdraw(case, moment(turn=3))


def test_a_method_without_a_gateway_is_paid_by_hand() -> None:
    till, case = open_at(order(payments=(Payment("p-1", "card", 11800, 11800),)))
    change = confirm(case, till.facts(), offer_of(case, "original_route"), rails=RAILS, moment=moment(turn=2))
    case = till.save(change)
    assert (case.state, change.effects) == (CaseState.AWAITING_FINANCE, ())
    assert case.due is not None
    assert case.due.who == "finance"

    by_finance = moment(by="staff:Wu", turn=3)
    refund_no = case.refunds[0].refund_no
    case = till.save(paid_by_hand(case, refund_no, proof="bank 77", limits=LIMITS, moment=by_finance))

    assert (case.state, case.refunds[0].gateway_refund_id) == (CaseState.REFUNDED, "bank 77")


def test_money_paid_from_the_balance_goes_back_there_at_once() -> None:
    till, case = open_at(order(payments=(Payment("p-1", "balance", 11800, 11800),)))

    case = agree(till, case)

    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.REFUNDED, 5900)


def test_two_payments_are_two_legs_and_refunded_needs_both() -> None:
    paid = (Payment("p-1", "sandbox", 5000, 5000), Payment("p-2", "sandbox", 6800, 6800))
    till = Till(order(payments=paid))
    case = till.save(opened(till.facts(), claim(("1", 2))))
    case = agree(till, case)
    assert [(refund.leg, refund.payment_no, refund.amount.minor) for refund in case.refunds] == [
        (1, "p-2", 6800),
        (2, "p-1", 5000),
    ]

    case = answer(till, case, "succeeded", leg=0)
    assert case.state is CaseState.REFUNDING
    case = answer(till, case, "failed", leg=1, turn=4)

    assert case.state is CaseState.FAILED
    assert (till.reserved(), till.refunded()) == (5000, 6800)


def test_a_late_success_after_failed_still_refunds_the_case() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "failed")
    assert (case.state, till.reserved()) == (CaseState.FAILED, 5900)

    case = answer(till, case, "succeeded", turn=4)

    assert (case.state, till.refunded()) == (CaseState.REFUNDED, 5900)


@pytest.mark.parametrize("late", ["pending", "failed", "abnormal", "processing", "succeeded"])
def test_a_settled_refund_never_regresses(late: str) -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "succeeded")
    said = RefundAnswer(case.refunds[0].refund_no, late)

    assert refund_answered(case, said, limits=LIMITS, moment=moment(turn=4)) is None


def test_a_contradiction_after_the_end_calls_a_person_and_changes_no_money() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "closed")
    change = refund_answered(
        case, RefundAnswer(case.refunds[0].refund_no, "succeeded"), limits=LIMITS, moment=moment(turn=4)
    )
    assert change is not None

    case = till.save(change)

    assert (case.refunds[0].state, case.refunds[0].needs_person) == (RefundState.CLOSED, True)
    assert change.transfers == ()


@pytest.mark.parametrize("unclear", ["pending", "processing", "abnormal", "whatever"])
def test_anything_unclear_is_pending_and_still_reserves(unclear: str) -> None:
    till, case = open_at(order())

    case = answer(till, agree(till, case), unclear)

    assert (case.refunds[0].state, case.state) == (RefundState.PENDING, CaseState.REFUNDING)
    assert till.reserved() == 5900


def test_another_amount_than_ours_changes_nothing_but_calls_a_person() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    said = RefundAnswer(case.refunds[0].refund_no, "succeeded", amount=till.order.money(1))

    case = till.save(refund_answered(case, said, limits=LIMITS, moment=moment(turn=3)))

    assert (case.refunds[0].state, case.refunds[0].needs_person) == (RefundState.CREATED, True)
    assert till.refunded() == 0


def test_a_refused_refund_is_sent_again_under_its_number() -> None:
    till, case = open_at(order())
    case = answer(till, agree(till, case), "failed")
    number = case.refunds[0].refund_no

    change = retry_failed_refund(case, number, rails=RAILS, moment=moment(by="staff:Wu", turn=4))
    case = till.save(change)

    assert (case.state, [refund.refund_no for refund in case.refunds]) == (CaseState.REFUNDING, [number])
    assert change.effects[0].payload == {"refund_no": number}


def test_a_new_number_follows_a_confirmed_closed_only_and_only_once() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    number = case.refunds[0].refund_no
    with pytest.raises(MoveNotAllowed):
        replace_closed_refund(case, number, rails=RAILS, moment=moment(turn=3))
    case = answer(till, case, "closed")
    assert (case.state, till.reserved()) == (CaseState.FAILED, 0)

    case = till.save(replace_closed_refund(case, number, rails=RAILS, moment=moment(by="staff:Wu", turn=4)))

    assert (case.state, case.refunds[1].replaces, case.refunds[1].leg) == (CaseState.REFUNDING, number, 1)
    assert case.refunds[1].refund_no != number
    assert till.reserved() == 5900
    with pytest.raises(MoveNotAllowed):
        replace_closed_refund(case, number, rails=RAILS, moment=moment(turn=5))
    assert answer(till, case, "succeeded", turn=6).state is CaseState.REFUNDED


def test_a_try_is_counted_before_the_call_and_a_settled_refund_is_not_tried() -> None:
    till, case = open_at(order())
    case = agree(till, case)
    number = case.refunds[0].refund_no

    case = till.save(refund_sending(case, number, moment(by="system", turn=3)))
    assert (case.refunds[0].state, case.refunds[0].attempts) == (RefundState.SENDING, 1)
    case = answer(till, case, "succeeded", turn=4)

    assert refund_sending(case, number, moment(turn=5)) is None


def test_a_rejected_case_holds_nothing_and_an_appeal_takes_the_lines_again() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    assert (case.state, till.lines) == (CaseState.REJECTED, {})

    case = till.save(appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2)))

    assert (case.state, till.lines["1"].open_case_no) == (CaseState.UNDER_REVIEW, case.case_no)
    assert case.handoff is not None


def test_an_appeal_is_refused_while_another_claim_has_the_line() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    other = claim(reason=Reason.DAMAGED, evidence=("a",))
    till.save(opened(till.facts(), other, turn=9))

    with pytest.raises(ClaimRefused, match="line_in_open_claim"):
        appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2))


def test_staff_approve_pays_by_the_original_route() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    assert case.state is CaseState.UNDER_REVIEW
    case = till.save(take_over(case, staff="Li", moment=moment(by="staff:Li", turn=4)))

    case = decide_as_staff(till, case, StaffAction.APPROVE)

    assert (case.state, till.reserved()) == (CaseState.REFUNDING, 5900)
    assert case.history[-1].by == "staff:Li"


def test_a_stale_version_is_refused_before_anything_is_built() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    stale = StaffDecision(StaffAction.APPROVE, case.version - 1)

    with pytest.raises(VersionStale):
        staff_decide(case, till.facts(), stale, rails=RAILS, moment=moment(by="staff:Li"))


def test_staff_may_grant_fewer_pieces_or_a_part_while_the_goods_stay() -> None:
    till = Till(delivered(NOW - DAY))
    case = till.save(opened(till.facts(), claim(("1", 2), reason=Reason.DAMAGED)))
    fewer = decide_as_staff(till, case, StaffAction.PARTIAL, lines=(ClaimLine("1", 1),))
    assert (fewer.allocation.total.minor, till.lines["1"].open_quantity) == (5900, 1)

    till = Till(delivered(NOW - DAY))
    case = till.save(opened(till.facts(), claim(("1", 2), reason=Reason.DAMAGED)))
    part = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=3000)
    assert answer(till, part, "succeeded", turn=6).state is CaseState.REFUNDED
    assert (till.lines["1"].refunded_quantity, till.lines["1"].refunded_minor) == (0, 3000)


def test_a_part_beyond_the_claim_is_refused() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="beyond_granted"):
        decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=5901)
    with pytest.raises(ClaimRefused, match="beyond_granted"):
        decide_as_staff(till, case, StaffAction.PARTIAL, shipping_minor=1)
    with pytest.raises(ClaimRefused, match="no_lines"):
        decide_as_staff(till, case, StaffAction.PARTIAL)


def test_compensation_is_booked_apart_from_the_refund() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.APPROVE, compensation_minor=1200)

    assert (till.balance("wallet:c-1001"), till.balance("compensation"), till.reserved()) == (1200, -1200, 5900)


def test_a_rejection_by_staff_needs_a_reason() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="no_reason"):
        decide_as_staff(till, case, StaffAction.REJECT)
    case = decide_as_staff(till, case, StaffAction.REJECT, reason_code="used")

    assert (case.state, till.lines["1"].open_case_no) == (CaseState.REJECTED, None)


def test_balance_without_the_customers_word_is_refused_to_staff_too() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    with pytest.raises(ClaimRefused, match="no_consent"):
        decide_as_staff(till, case, StaffAction.APPROVE, resolution=Resolution.BALANCE)


def test_staff_offer_balance_and_the_customer_agrees() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.OFFER, resolution=Resolution.BALANCE, compensation_minor=500)
    assert [offer.resolution for offer in case.offers] == ["original_route", "balance"]
    case = till.save(confirm(case, till.facts(), offer_of(case, "balance"), rails=RAILS, moment=moment(turn=7)))

    assert (case.state, till.balance("wallet:c-1001")) == (CaseState.COMPENSATED, 6400)


def test_keeping_the_goods_for_a_part_pays_the_part_and_frees_the_rest() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = decide_as_staff(till, case, StaffAction.OFFER, resolution=Resolution.KEEP_ITEM_PARTIAL, amount_minor=2000)
    case = till.save(
        confirm(case, till.facts(), offer_of(case, "keep_item_partial"), rails=RAILS, moment=moment(turn=7))
    )
    case = answer(till, case, "succeeded", turn=8)

    assert (case.state, till.refunded(), till.lines["1"].refunded_quantity) == (CaseState.REFUNDED, 2000, 0)


def test_a_platforms_order_is_never_paid_even_by_staff() -> None:
    till, case = open_at(order(settled_by=SettledBy.PLATFORM))
    assert case.state is CaseState.REJECTED

    with pytest.raises(ClaimRefused, match="settled_by_platform"):
        decide_as_staff(till, case, StaffAction.APPROVE)


def test_staff_decide_on_an_awaited_return_makes_the_refunds_anew() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=1000)

    assert [refund.state for refund in case.refunds] == [RefundState.CLOSED, RefundState.CREATED]
    assert till.reserved() == 1000


def test_nobody_decides_on_money_that_is_on_its_way() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    with pytest.raises(MoveNotAllowed):
        decide_as_staff(till, case, StaffAction.REJECT, reason_code="late")


def test_evidence_brings_a_waiting_case_back_to_review() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.ASK_CUSTOMER)
    assert case.state is CaseState.AWAITING_CUSTOMER

    case = till.save(add_evidence(case, ("a", "b", "a"), limits=LIMITS, moment=moment(turn=6)))

    assert (case.state, case.claim.evidence) == (CaseState.UNDER_REVIEW, ("a", "b"))


def test_staff_words_replace_the_standing_ones() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    with_words = StaffDecision(StaffAction.REJECT, case.version, reason_code="used", reply="…")
    without = replace(with_words, reply=None)
    by = moment(by="staff:Li", turn=5)

    assert staff_decide(case, till.facts(), with_words, rails=RAILS, moment=by).effects == ()
    (note,) = staff_decide(case, till.facts(), without, rails=RAILS, moment=by).effects
    assert (note.kind, note.payload["text_key"]) == ("chat.note", "note.rejected")


def test_an_offer_that_nobody_takes_ends_withdrawn_with_a_word() -> None:
    till, case = open_at(order())
    assert case.due is not None
    early = moment(case.due.at - timedelta(seconds=1), by="system", turn=2)
    assert due_passed(case, till.facts(), rails=RAILS, moment=early) is None

    change = due_passed(case, till.facts(), rails=RAILS, moment=moment(case.due.at, by="system", turn=2))
    case = till.save(change)

    assert change is not None
    assert (case.state, change.effects[0].payload["text_key"]) == (CaseState.WITHDRAWN, "note.offer_expired")
    assert till.lines["1"].open_case_no is None


def test_a_review_alerts_at_24_hours_and_approves_at_48_within_the_limit() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)

    case = pass_due(till, case, hours=24, turn=2)
    assert (case.state, case.due.what if case.due else "") == (CaseState.UNDER_REVIEW, "review_late")
    case = pass_due(till, case, hours=48, turn=3)

    assert (case.state, till.reserved()) == (CaseState.REFUNDING, 5900)
    assert "policy 1" in case.history[-1].why


@pytest.mark.parametrize("amount", [20100, 50000])
def test_a_review_above_the_limit_is_never_approved_nor_rejected_by_time(amount: int) -> None:
    till, case = open_at(delivered(NOW - DAY, line("1", 1, amount)), reason=Reason.DAMAGED)

    for days in range(1, 9):
        case = pass_due(till, case, hours=24 * days, turn=days + 1)

    assert (case.state, till.reserved()) == (CaseState.UNDER_REVIEW, 0)


def test_an_appeal_against_a_rejection_is_never_approved_by_time() -> None:
    till, case = open_at(delivered(NOW - 40 * DAY))
    case = till.save(appeal(case, till.facts(), limits=LIMITS, moment=moment(turn=2)))

    for days in range(1, 5):
        case = pass_due(till, case, hours=24 * days, turn=days + 2)

    assert case.state is CaseState.UNDER_REVIEW


def test_a_return_is_reminded_on_day_five_and_ends_on_day_seven() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = agree(till, case)

    case = pass_due(till, case, hours=5 * 24, turn=3)
    assert case.state is CaseState.AWAITING_RETURN
    case = pass_due(till, case, hours=7 * 24, turn=4)

    assert (case.state, till.reserved()) == (CaseState.WITHDRAWN, 0)


def test_a_refund_without_an_answer_goes_to_a_person_and_stays_reserved() -> None:
    till, case = open_at(order())
    case = agree(till, case)

    case = pass_due(till, case, hours=24, turn=3)

    assert (case.state, case.refunds[0].needs_person, till.reserved()) == (CaseState.REFUNDING, True, 5900)
    assert case.handoff is not None


def test_an_offered_case_can_be_handed_over() -> None:
    till, case = open_at(order())

    case = till.save(hand_over(case, limits=LIMITS, moment=moment(turn=2), why="want_human"))

    assert (case.state, case.handoff.reason if case.handoff else "") == (CaseState.UNDER_REVIEW, "want_human")


def test_an_exchange_ends_compensated_without_money_and_frees_the_lines() -> None:
    till, case = open_at(delivered(NOW - DAY), remedy=Remedy.EXCHANGE)
    assert (case.state, case.wish) == (CaseState.UNDER_REVIEW, "exchange")
    case = decide_as_staff(till, case, StaffAction.EXCHANGE)

    case = till.save(finish_replacement(case, moment=moment(by="staff:Li", turn=6)))

    assert (case.state, till.refunded(), till.lines["1"].open_case_no) == (CaseState.COMPENSATED, 0, None)
    assert till.lines["1"].refunded_quantity == 0


def test_an_answer_for_a_refund_that_was_never_sent_moves_no_money() -> None:
    till, case = open_at(delivered(NOW - DAY))
    case = answer(till, agree(till, case), "succeeded")

    assert (case.state, case.refunds[0].state) == (CaseState.AWAITING_RETURN, RefundState.CREATED)
    assert case.refunds[0].needs_person
    assert (till.refunded(), till.reserved()) == (0, 5900)


def test_a_case_and_its_order_survive_being_stored() -> None:
    till, case = open_at(delivered(NOW - DAY), reason=Reason.DAMAGED)
    case = decide_as_staff(till, case, StaffAction.PARTIAL, amount_minor=3000)

    assert msgspec.json.decode(msgspec.json.encode(case), type=RefundCase) == case
    assert msgspec.json.decode(msgspec.json.encode(till.order), type=Order) == till.order


def test_every_move_outside_the_table_raises() -> None:
    _, case = open_at(order())

    for state in CaseState:
        for to in CaseState:
            at_state = replace(case, state=state)
            if can_move(state, to):
                assert moved(at_state, to, moment(), why="test").state is to
            else:
                with pytest.raises(MoveNotAllowed):
                    moved(at_state, to, moment(), why="test")


def test_the_table_names_every_state_and_refunded_is_the_end() -> None:
    assert set(MOVES) == set(CaseState)
    assert MOVES[CaseState.REFUNDED] == frozenset()
    assert not any(CaseState.COLLECTING in ways for ways in MOVES.values())


def pass_due(till: Till, case: RefundCase, *, hours: int, turn: int) -> RefundCase:
    at = moment(NOW + timedelta(hours=hours), by="system", turn=turn)
    return till.save(due_passed(case, till.facts(), rails=RAILS, moment=at))
