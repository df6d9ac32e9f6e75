"""What is said once a refund was confirmed: amount, route and usual time; never "refunded" before it is."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.flows.turn import Turn
from dialogs.flows.words import case_card, destination, payments_text, usual_time
from dialogs.messages import RefundCard, Reply
from refund_core.cases import CaseState, Offer, RefundCase
from refund_core.circumstances import SELLERS_FAULT, Phase, phase
from refund_core.claims import Leg
from refund_core.orders import OrderFacts

_BACK_BY_ITSELF = frozenset({Phase.REFUSED, Phase.INTERCEPTED, Phase.RETURNING})


def submitted(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> Reply:
    """The answer to a confirmed refund, by what became of the case."""
    choices = (turn.choice("status", f"status:{case.case_no}"), turn.human())
    amount = turn.money(offer.amount)
    match case.state:
        case CaseState.REFUNDING:
            text = turn.say(
                "submitted.refunding",
                amount=amount,
                destination=destination(turn, offer, parts),
                usual_time=usual_time(turn, parts),
                case_no=case.case_no,
            )
            return Reply(text, choices, card=refund_card(turn, case, offer, parts))
        case CaseState.AWAITING_RETURN:
            return Reply(_awaiting_return(turn, case, offer, parts), choices, card=case_card(case))
        case CaseState.AWAITING_FINANCE:
            text = turn.say("submitted.awaiting_finance", amount=amount, until=_until(turn, case), case_no=case.case_no)
            return Reply(text, choices, card=case_card(case))
        case CaseState.COMPENSATED | CaseState.REFUNDED:
            return Reply(_given(turn, case, offer), choices, card=case_card(case))
        case _:
            text = turn.say("submitted.under_review", case_no=case.case_no, until=_until(turn, case))
            return Reply(text, choices, card=case_card(case))


def refund_card(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> RefundCard | None:
    """The payout at a glance; of several payments the first one's number stands for all."""
    if not case.refunds:
        return None
    refund = case.refunds[-len(parts)] if 0 < len(parts) <= len(case.refunds) else case.refunds[0]
    return RefundCard(
        refund.refund_no,
        case.case_no,
        offer.amount.minor,
        offer.amount.currency,
        payments_text(turn, parts),
        refund.state.value,
    )


def _awaiting_return(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> str:
    freight = "freight.seller" if case.claim.reason in SELLERS_FAULT else "freight.customer"
    values = {
        "amount": turn.money(offer.amount),
        "destination": destination(turn, offer, parts),
        "case_no": case.case_no,
    }
    if is_coming_back(turn.facts.order, case):
        return turn.say("submitted.awaiting_parcel", **values)
    return turn.say("submitted.awaiting_return", until=_return_until(turn), freight=turn.say(freight), **values)


def is_coming_back(facts: OrderFacts | None, case: RefundCase) -> bool:
    """True when the parcel is on its way back already, so that nothing has to be sent."""
    return facts is not None and phase(facts.order, [line.line_no for line in case.claim.lines]) in _BACK_BY_ITSELF


def _return_until(turn: Turn) -> str:
    return turn.time(turn.now + timedelta(days=turn.merchant.policy.limits.return_days))


def _given(turn: Turn, case: RefundCase, offer: Offer) -> str:
    if case.coupon is not None:
        return turn.say(
            "submitted.coupon",
            amount=turn.money(case.coupon.amount),
            minimum=turn.money(case.coupon.minimum_spend),
            until=turn.time(case.coupon.expires_at),
            case_no=case.case_no,
        )
    return turn.say("submitted.balance", amount=turn.money(case.balance or offer.amount), case_no=case.case_no)


def _until(turn: Turn, case: RefundCase) -> str:
    return turn.time(case.due.at) if case.due is not None else ""
