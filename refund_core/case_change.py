"""The change that leads from one version of a case to the next: bookings and holds follow from what became of it.

Every case function makes the next RefundCase; change_of() alone says what that does to payments, books and lines, so no
function can move money and forget to book it.
"""

from collections.abc import Iterator, Sequence

from refund_core.books import BookedRefund, Transfer, give, release, reserve, settle, settle_inside
from refund_core.cases import CaseChange, CaseState, Effect, LineHold, Moment, Offer, Refund, RefundCase, RefundState
from refund_core.claims import Resolution
from refund_core.money import Money, zero
from refund_core.replacing import replace

_PAID = frozenset({CaseState.REFUNDED, CaseState.COMPENSATED})
_GIVEN_UP = frozenset({CaseState.REJECTED, CaseState.WITHDRAWN})


def change_of(
    before: RefundCase,
    after: RefundCase,
    moment: Moment,
    *,
    effects: Sequence[Effect] = (),
    holds: Sequence[LineHold] = (),
    order_version: int | None = None,
) -> CaseChange:
    """Everything that has to be saved so that `before` becomes `after`, the version counted up by one."""
    previous = {refund.refund_no: refund for refund in before.refunds}
    altered = tuple(refund for refund in after.refunds if previous.get(refund.refund_no) != refund)
    states = tuple(_state(previous.get(refund.refund_no)) for refund in altered)
    is_compensated = after.state is CaseState.COMPENSATED and before.state is not CaseState.COMPENSATED
    return CaseChange(
        replace(after, version=before.version + 1),
        before.version,
        before.order_id,
        order_version,
        holds=tuple(holds),
        ends_hold=_ends_hold(before, after),
        refunds=altered,
        refunds_from=states,
        transfers=tuple(_transfers(before, after, tuple(zip(states, altered, strict=True)), moment)),
        effects=tuple(effects),
        balance_credit=after.balance if is_compensated else None,
        coupon=after.coupon if is_compensated else None,
    )


def chosen_offer(case: RefundCase) -> Offer | None:
    """The offer that the customer agreed to, if any."""
    consent = case.consent
    return next((offer for offer in case.offers if consent and offer.offer_id == consent.offer_id), None)


def with_refunds(case: RefundCase, *altered: Refund) -> RefundCase:
    """The case with these refunds in place of those of the same number, or added at the end."""
    if not altered:
        return case
    by_number = {refund.refund_no: refund for refund in (*case.refunds, *altered)}
    return replace(case, refunds=tuple(by_number.values()))


def _state(refund: Refund | None) -> str:
    return "" if refund is None else refund.state.value


def _ends_hold(before: RefundCase, after: RefundCase) -> str | None:
    if before.state == after.state:
        return None
    if after.state in _GIVEN_UP:
        return "release"
    if after.state not in _PAID:
        return None
    is_paid = any(refund.state is RefundState.SUCCEEDED for refund in after.refunds)
    return "settle" if is_paid else "release"


def _transfers(
    before: RefundCase, after: RefundCase, altered: Sequence[tuple[str, Refund]], moment: Moment
) -> Iterator[Transfer]:
    for was, refund in altered:
        yield from _refund_transfers(after, refund, was, moment)
    if after.state is CaseState.COMPENSATED and before.state is not CaseState.COMPENSATED:
        yield from _bonus(after, moment)
    given = after.compensation or zero(after.decision.allocation.total.currency)
    earlier = before.compensation or zero(given.currency)
    if earlier < given:
        reference = f"{after.case_no}:{before.version + 1}"
        yield _give("compensation", reference, _wallet(after), given - earlier, after, moment)


def _refund_transfers(case: RefundCase, refund: Refund, was: str, moment: Moment) -> Iterator[Transfer]:
    booked = booked_refund(case, refund)
    if was == "":
        yield reserve(booked, moment.at, moment.ids)
    if was == refund.state:
        return
    if refund.state is RefundState.CLOSED:
        yield release(booked, moment.at, moment.ids)
    if refund.state is RefundState.SUCCEEDED:
        account = _inside_account(case, refund)
        yield (
            settle_inside(booked, account, moment.at, moment.ids) if account else settle(booked, moment.at, moment.ids)
        )


def booked_refund(case: RefundCase, refund: Refund) -> BookedRefund:
    """The refund as the books know it."""
    return BookedRefund(
        refund.refund_no,
        case.case_no,
        case.order_no,
        refund.payment_no,
        refund.method,
        refund.amount,
        refund.payer_amount,
    )


def _inside_account(case: RefundCase, refund: Refund) -> str | None:
    if refund.method == "balance":
        return _wallet(case)
    return f"coupon:{case.coupon.coupon_no}" if refund.method == "coupon" and case.coupon else None


def _bonus(case: RefundCase, moment: Moment) -> Iterator[Transfer]:
    offer = chosen_offer(case)
    if offer is None or offer.bonus.is_zero() or case.decision_no is None:
        return
    is_coupon = offer.resolution is Resolution.COUPON and case.coupon is not None
    account = f"coupon:{case.coupon.coupon_no}" if is_coupon and case.coupon else _wallet(case)
    yield _give("bonus", case.decision_no, account, offer.bonus, case, moment)


def _give(kind: str, reference: str, account: str, amount: Money, case: RefundCase, moment: Moment) -> Transfer:
    return give(kind, reference, account, amount, case_no=case.case_no, at=moment.at, ids=moment.ids)


def _wallet(case: RefundCase) -> str:
    return f"wallet:{case.customer}"
