"""How an open case comes to pay: its refunds with fixed numbers, their reserves, and the sending once it is due.

A decided payout is one row per payment, made and reserved together with the decision. It is sent at once, or once the
goods are back. Money into the store's own balance and coupons are postings of the same change; a method without a
gateway waits for finance to pay it by hand.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import timedelta

from refund_core.allocation import legs
from refund_core.budgets import Budget, uses_of
from refund_core.case_change import change_of, chosen_offer, with_refunds
from refund_core.case_dates import due_in
from refund_core.case_notes import note
from refund_core.case_open import holds_for, part_of
from refund_core.cases import (
    CaseChange,
    CaseState,
    Consent,
    Coupon,
    Effect,
    Moment,
    Offer,
    Refund,
    RefundCase,
    RefundState,
    moved,
)
from refund_core.claims import Allocation, Leg, Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.money import Money, total
from refund_core.orders import OrderFacts
from refund_core.policy import Limits
from refund_core.replacing import replace
from refund_core.values import value

_INSIDE_METHODS = frozenset({"balance", "coupon"})
_INSIDE_METHOD_OF = {Resolution.BALANCE: "balance", Resolution.COUPON: "coupon"}
_INSIDE_WAYS = frozenset(_INSIDE_METHOD_OF)


@value(frozen=True, slots=True)
class Rails:
    """What there is to pay with: methods with a gateway; any other original route is paid by hand, by finance."""

    gateways: frozenset[str] = frozenset({"sandbox"})
    limits: Limits = field(default_factory=Limits)

    def is_by_hand(self, refund: Refund) -> bool:
        """True when finance has to pay it."""
        return refund.method not in self.gateways and refund.method not in _INSIDE_METHODS


def confirm(
    case: RefundCase,
    facts: OrderFacts,
    offer_id: str,
    *,
    rails: Rails,
    moment: Moment,
    budget: Budget | None = None,
) -> CaseChange:
    """The customer agrees to one offer: consent is recorded, the refunds get their numbers and reserve.

    A return comes first where the decision wants one (awaiting_return, nothing is sent yet); otherwise it is paid now.
    A bonus is counted against its caps, so an offer with one needs `budget`. Raises ClaimRefused (no_offer,
    offer_expired, budget_spent, beyond_payments, settled_by_platform) and MoveNotAllowed.
    """
    offer = _offer_taken(case, offer_id, moment)
    consent = Consent(moment.at, tuple(it.resolution for it in case.offers), offer.resolution, offer.offer_id)
    agreed = replace(case, consent=consent, resolution=offer.resolution)
    budgets = uses_of(offer, case.customer, budget, at=moment.at)
    why = f"confirmed {offer.resolution.value}"
    if offer.resolution is not Resolution.KEEP_ITEM_PARTIAL:
        change = start_payout(case, agreed, facts, rails=rails, moment=moment, why=why)
        return replace(change, budgets=budgets) if budgets else change
    granted = _kept_item(agreed, offer)
    kept = replace(agreed, granted=granted, decision=replace(agreed.decision, remedy=Remedy.REFUND_ONLY))
    change = start_payout(case, kept, facts, rails=rails, moment=moment, why=why)
    return replace(change, holds=holds_for(facts, granted), budgets=budgets)


def _offer_taken(case: RefundCase, offer_id: str, moment: Moment) -> Offer:
    if case.state is not CaseState.OFFERED:
        raise MoveNotAllowed(case.state, "confirm")
    offer = next((offer for offer in case.offers if offer.offer_id == offer_id), None)
    if offer is None:
        raise ClaimRefused("no_offer", field="offer_id", case_no=case.case_no)
    if offer.expires_at is not None and offer.expires_at <= moment.at:
        raise ClaimRefused("offer_expired", field="offer_id", case_no=case.case_no)
    return offer


def start_payout(
    before: RefundCase, case: RefundCase, facts: OrderFacts, *, rails: Rails, moment: Moment, why: str
) -> CaseChange:
    """Make the case's refunds; await the return where its remedy is one, else pay. `case` is before with its choice."""
    made = make_refunds(case, facts, moment)
    if made.decision.remedy is Remedy.RETURN_REFUND:
        due = due_in(CaseState.AWAITING_RETURN, made, rails.limits, moment.at)
        waiting = moved(made, CaseState.AWAITING_RETURN, moment, why=why, due=due)
        unsent = [refund.payer_amount for refund in made.refunds if refund.state is RefundState.CREATED]
        told = _told(before, waiting, total(unsent, made.allocation.total.currency), moment)
        return change_of(before, waiting, moment, effects=told, order_version=facts.version)
    return pay(before, made, rails=rails, moment=moment, why=why, order_version=facts.version)


def refuse_paid(case: RefundCase) -> None:
    """Raises ClaimRefused (already_paid) where money of the case was paid or is on its way: it is not granted anew."""
    if any(refund.state is not RefundState.CLOSED for refund in case.refunds):
        raise ClaimRefused("already_paid", field="refunds", case_no=case.case_no)


def make_refunds(case: RefundCase, facts: OrderFacts, moment: Moment) -> RefundCase:
    """The case with one new refund per payment; its decision number and theirs never change on a retry.

    Raises ClaimRefused: nothing_left, already_paid, no_consent for another way than the original without the
    customer's word, and what legs() raises.
    """
    amount = case.allocation.total
    if amount.is_zero():
        raise ClaimRefused("nothing_left", field="amount", case_no=case.case_no)
    refuse_paid(case)
    if case.resolution in _INSIDE_WAYS and (case.consent is None or case.consent.chosen is not case.resolution):
        raise ClaimRefused("no_consent", field="resolution", case_no=case.case_no)
    decision_no = moment.ids.public("D", f"decision:{case.case_no}:{case.version}")
    made = [_refund(case, decision_no, leg, number, moment) for number, leg in enumerate(legs(facts, amount), start=1)]
    return replace(case, decision_no=decision_no, refunds=(*case.refunds, *made))


def pay(
    before: RefundCase,
    case: RefundCase,
    *,
    rails: Rails,
    moment: Moment,
    why: str,
    order_version: int | None = None,
    effects: Sequence[Effect] = (),
) -> CaseChange:
    """Send every refund that was made and not sent: refunding, awaiting finance, refunded or compensated follows."""
    unsent = [refund for refund in case.refunds if refund.state is RefundState.CREATED]
    case = _give_instead(case, unsent, moment)
    inside = [replace(refund, state=RefundState.SUCCEEDED) for refund in unsent if refund.method in _INSIDE_METHODS]
    case = with_refunds(case, *inside)
    after = _after_paying(case, unsent, rails, moment, why)
    sent = [gateway_refund(case, refund, moment) for refund in unsent if refund.method in rails.gateways]
    amount = total([refund.payer_amount for refund in unsent], case.allocation.total.currency)
    told = _told(before, after, amount, moment)
    return change_of(before, after, moment, effects=(*effects, *sent, *told), order_version=order_version)


def gateway_refund(case: RefundCase, refund: Refund, moment: Moment) -> Effect:
    """The outbox row that sends one refund, in its payment's lane (gateways want partial refunds one at a time)."""
    lane = f"payment:{case.order_no}:{refund.payment_no}"
    effect_id = moment.ids.uuid(f"gateway.refund:{refund.refund_no}")
    return Effect(effect_id, "gateway.refund", lane, {"refund_no": refund.refund_no})


def receive_return(case: RefundCase, *, rails: Rails, moment: Moment) -> CaseChange:
    """Staff confirm that the goods are back: the reserved refunds are sent.

    Source: the seller pays within seven days of the goods' arrival. Raises MoveNotAllowed unless a return is awaited or
    being inspected.
    """
    inspected = case
    if case.state is not CaseState.INSPECTING:
        inspected = moved(case, CaseState.INSPECTING, moment, why="goods received")
    return pay(case, inspected, rails=rails, moment=moment, why="goods accepted")


def close_unsent(case: RefundCase) -> RefundCase:
    """The case with every refund that was never sent closed, which gives its reserve back."""
    unsent = [refund for refund in case.refunds if refund.state is RefundState.CREATED]
    return with_refunds(case, *(replace(refund, state=RefundState.CLOSED) for refund in unsent))


def _kept_item(case: RefundCase, offer: Offer) -> Allocation:
    """The offered part of the claim; the offer names the payer's money, the payments may hold a voucher's part too."""
    whole = case.allocation
    original = next((it.amount.minor for it in case.offers if it.resolution is Resolution.ORIGINAL_ROUTE), 0)
    if original <= 0:
        raise ClaimRefused("no_offer", field="offer_id", case_no=case.case_no)
    return part_of(whole, Money(whole.total.minor * offer.amount.minor // original, whole.total.currency))


def _refund(case: RefundCase, decision_no: str, leg: Leg, number: int, moment: Moment) -> Refund:
    name = f"refund:{decision_no}:{number}"
    return Refund(
        refund_id=moment.ids.uuid(name),
        refund_no=moment.ids.public("R", name),
        case_no=case.case_no,
        decision_no=decision_no,
        leg=number,
        payment_no=leg.payment_no,
        method=_INSIDE_METHOD_OF.get(case.resolution, leg.method) if case.resolution else leg.method,
        amount=leg.amount,
        payer_amount=leg.payer_amount,
        state=RefundState.CREATED,
        label=leg.label,
    )


def _give_instead(case: RefundCase, unsent: Sequence[Refund], moment: Moment) -> RefundCase:
    """The case with the balance or coupon that the customer gets instead of money, bonus included."""
    offer = chosen_offer(case)
    if case.resolution not in _INSIDE_WAYS or offer is None:
        return case
    worth = total([refund.payer_amount for refund in unsent], offer.amount.currency) + offer.bonus
    if case.resolution is Resolution.BALANCE:
        return replace(case, balance=worth)
    coupon_no = moment.ids.public("K", f"coupon:{case.decision_no}")
    expires_at = moment.at + timedelta(days=offer.valid_days or 0)
    coupon = Coupon(coupon_no, worth, offer.minimum_spend or worth, expires_at)
    return replace(case, coupon=coupon)


def _after_paying(case: RefundCase, unsent: Sequence[Refund], rails: Rails, moment: Moment, why: str) -> RefundCase:
    if case.resolution in _INSIDE_WAYS:
        return moved(case, CaseState.COMPENSATED, moment, why=why)
    if any(rails.is_by_hand(refund) for refund in unsent):
        due = due_in(CaseState.AWAITING_FINANCE, case, rails.limits, moment.at)
        return moved(case, CaseState.AWAITING_FINANCE, moment, why=why, due=due)
    due = due_in(CaseState.REFUNDING, case, rails.limits, moment.at)
    refunding = moved(case, CaseState.REFUNDING, moment, why=why, due=due)
    if all(refund.method in _INSIDE_METHODS for refund in unsent):
        return moved(refunding, CaseState.REFUNDED, moment, why="credited to the balance")
    return refunding


def _told(before: RefundCase, after: RefundCase, amount: Money, moment: Moment) -> tuple[Effect, ...]:
    """What the consumer is told; in their own turn the dialog answers, so nothing is added."""
    if moment.by in {"customer", "bot"}:
        return ()
    if before.state in {CaseState.AWAITING_RETURN, CaseState.INSPECTING}:
        return note(after, "note.return_received", amount, moment)
    text_keys = {
        CaseState.AWAITING_RETURN: "note.approved_after_return",
        CaseState.AWAITING_FINANCE: "note.finance_pays",
        CaseState.COMPENSATED: "note.compensated",
        CaseState.REFUNDED: "note.refunded",
    }
    return note(after, text_keys.get(after.state, "note.approved"), amount, moment)
