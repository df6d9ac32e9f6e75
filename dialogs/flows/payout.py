"""What is said once a refund was confirmed: amount, route and usual time; never "refunded" before it is."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.flows.turn import Turn
from dialogs.flows.words import case_card, destination, refund_card, usual_time
from dialogs.messages import Reply
from dialogs.notices import return_address
from refund_core.cases import CaseState, Offer, RefundCase
from refund_core.circumstances import SELLERS_FAULT, Phase, phase
from refund_core.claims import Leg
from refund_core.orders import OrderFacts

_BACK_BY_ITSELF = frozenset({Phase.REFUSED, Phase.INTERCEPTED, Phase.RETURNING})


def submitted(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> tuple[Reply, ...]:
    """The answer to a confirmed refund, by what became of the case; money on its way is shown payment by payment."""
    choices = (turn.choice("status", f"status:{case.case_no}"), turn.human())
    text = _text(turn, case, offer, parts)
    if case.state is not CaseState.REFUNDING or not case.refunds:
        return (Reply(text, choices, card=case_card(case)),)
    made = [refund_card(turn, refund) for refund in case.refunds if refund.decision_no == case.decision_no]
    return (Reply(text, choices, card=made[0]), *(Reply("", card=card) for card in made[1:]))


def _text(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> str:
    amount = turn.money(offer.amount)
    match case.state:
        case CaseState.REFUNDING:
            return turn.say(
                "submitted.refunding",
                amount=amount,
                destination=destination(turn, offer, parts),
                usual_time=usual_time(turn, parts),
                case_no=case.case_no,
            )
        case CaseState.AWAITING_RETURN:
            return _awaiting_return(turn, case, offer, parts)
        case CaseState.AWAITING_FINANCE:
            return turn.say("submitted.awaiting_finance", amount=amount, until=_until(turn, case), case_no=case.case_no)
        case CaseState.COMPENSATED | CaseState.REFUNDED:
            return _given(turn, case, offer)
        case _:
            return turn.say("submitted.under_review", case_no=case.case_no, until=_until(turn, case))


def _awaiting_return(turn: Turn, case: RefundCase, offer: Offer, parts: Sequence[Leg]) -> str:
    freight = "freight.seller" if case.claim.reason in SELLERS_FAULT else "freight.customer"
    values = {
        "amount": turn.money(offer.amount),
        "destination": destination(turn, offer, parts),
        "case_no": case.case_no,
    }
    if is_coming_back(turn.facts.order, case):
        return turn.say("submitted.awaiting_parcel", **values)
    said = turn.say("submitted.awaiting_return", until=_return_until(turn), freight=turn.say(freight), **values)
    return f"{said}\n{return_address(turn.merchant, turn.locale)}"


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
