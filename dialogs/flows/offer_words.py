"""An offer in words: its card, the confirmation that it leads to, and the mark of what that showed."""

import hashlib

import msgspec

from dialogs.flows.payout import is_coming_back
from dialogs.flows.turn import Turn
from dialogs.flows.words import amounts_text, destination, usual_time
from dialogs.messages import Choice, OfferCard, Reply
from refund_core.case_open import part_of
from refund_core.cases import Offer, RefundCase
from refund_core.claims import Leg, Remedy, Resolution
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import Order, OrderFacts
from refund_core.replacing import replace

_BY_PAYMENT = frozenset({Resolution.ORIGINAL_ROUTE, Resolution.KEEP_ITEM_PARTIAL})


def as_offered(case: RefundCase, offer: Offer) -> RefundCase:
    """The case as the offer would settle it: a part while the goods are kept, else all that was claimed."""
    if offer.resolution is not Resolution.KEEP_ITEM_PARTIAL:
        return case
    whole = case.allocation
    original = next((it.amount.minor for it in case.offers if it.resolution is Resolution.ORIGINAL_ROUTE), 0)
    if original <= 0:
        return case
    amount = Money(whole.total.minor * offer.amount.minor // original, whole.total.currency)
    try:
        part = part_of(whole, amount)
    except ClaimRefused:
        return case
    return replace(case, granted=part, decision=replace(case.decision, remedy=Remedy.REFUND_ONLY))


def offer_reply(turn: Turn, offer: Offer, parts: tuple[Leg, ...], *, is_last: bool) -> Reply:
    """One offer as a card with its two buttons; parts are what the original route would go back over."""
    amount = turn.money(offer.amount)
    label = turn.say("choice.accept", resolution=turn.code("resolution", offer.resolution), amount=amount)
    card = OfferCard(
        offer.offer_id,
        offer.resolution.value,
        offer.amount.minor,
        offer.amount.currency,
        offer.expires_at,
        _offer_text(turn, offer, parts),
    )
    declined = f"offer:{offer.offer_id}:decline"
    decline = turn.choice("decline", declined) if is_last else turn.choice("decline_one", declined)
    return Reply("", (Choice(label, f"offer:{offer.offer_id}:accept"), decline), card=card)


def _offer_text(turn: Turn, offer: Offer, parts: tuple[Leg, ...]) -> str:
    match offer.resolution:
        case Resolution.ORIGINAL_ROUTE:
            where = destination(turn, offer, parts)
            return turn.say("offers.original_route", destination=where, usual_time=usual_time(turn, parts))
        case Resolution.KEEP_ITEM_PARTIAL:
            where = destination(turn, offer, parts)
            return turn.say("offers.keep_item_partial", destination=where, usual_time=usual_time(turn, parts))
        case Resolution.BALANCE:
            return turn.say("offers.balance", bonus=turn.money(offer.bonus))
        case Resolution.COUPON:
            minimum = turn.money(offer.minimum_spend or offer.amount)
            days = offer.valid_days or 0
            return turn.say("offers.coupon", bonus=turn.money(offer.bonus), minimum=minimum, days=days)
        case _:
            return turn.say("offers.other")


def confirmation_text(turn: Turn, facts: OrderFacts, case: RefundCase, offer: Offer, parts: tuple[Leg, ...]) -> str:
    """What the consumer agrees to."""
    is_original = offer.resolution in _BY_PAYMENT
    where = destination(turn, offer, parts)
    if not is_original:
        where = f"{where} {turn.money(offer.amount)}"
    amounts = amounts_text(turn, case, facts.order, offer.amount if is_original else None)
    text = turn.say("confirm.ask", amounts=amounts, destination=where)
    if case.decision.remedy is Remedy.RETURN_REFUND and not is_coming_back(facts, case):
        return f"{text}\n{turn.say('confirm.after_return')}"
    return text


def digest(order: Order, case: RefundCase, offer: Offer, parts: tuple[Leg, ...]) -> str:
    """A short mark of what was shown; other goods, another amount or destination give another, a language does not.

    So does another price or count of goods of the order that are not claimed, and another parcel or its arrival: a
    changed order is confirmed anew.
    """
    goods = [(part.line_no, part.quantity, part.amount.minor) for part in case.allocation.lines]
    routes = [(part.payment_no, part.amount.minor, part.payer_amount.minor) for part in parts]
    worth = (offer.offer_id, offer.amount.minor, offer.amount.currency, offer.bonus.minor, offer.valid_days)
    bought = [(line.line_no, line.quantity, line.unit_price, line.discount) for line in order.lines]
    sent = [(parcel.tracking_no, parcel.shipped_at, parcel.delivered_at) for parcel in order.shipments]
    held, shipping = (bought, order.shipping_fee, sent), case.allocation.shipping.minor
    told = msgspec.json.encode((held, case.case_no, worth, goods, shipping, routes, case.decision.remedy))
    return hashlib.blake2b(told, digest_size=9).hexdigest()
