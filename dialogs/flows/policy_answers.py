"""What the rules say about each topic, for one order or in general."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from dialogs.flows.if_asked import verdict, why_of
from dialogs.flows.reason import EVIDENCE_MAX
from dialogs.flows.sums import sums_told
from dialogs.flows.turn import Turn
from dialogs.flows.words import hours_told, payments_text, short, usual_time
from dialogs.notices import return_address
from dialogs.texts.money import format_day
from refund_core.allocation import legs
from refund_core.circumstances import SELLERS_FAULT, can_return_without_reason, signed_at
from refund_core.claims import Leg, Reason
from refund_core.errors import ClaimRefused
from refund_core.orders import OrderFacts, OrderLine
from refund_core.outcomes import Outcome
from refund_core.policy import Comparison, Policy

_APPROVING = frozenset({Outcome.APPROVE, Outcome.APPROVE_AFTER_RETURN})
_PERCENT = 100


def answer_for(turn: Turn, facts: OrderFacts, topic: str | None) -> tuple[str, ...]:
    """What holds for this order; without a topic, whether it can go back."""
    return _ANSWERS.get(topic or "", _whether)(turn, facts)


def answer_in_general(turn: Turn, topic: str | None) -> tuple[str, ...]:
    """What holds for every order; nothing where that depends on the order."""
    return _GENERAL.get(topic or "", _nothing)(turn)


def window_in_general(turn: Turn) -> tuple[str, ...]:
    """For how many days goods go back without a reason, where the policy says so."""
    days = window_days(turn.merchant.policy)
    return () if days is None else (turn.say("policy.window", days=days),)


def window_days(policy: Policy) -> int | None:
    """How many days after signing the policy still takes goods back, by its most generous row; None without one."""
    days = [
        condition.wanted
        for rule in policy.rules
        if rule.outcome in _APPROVING
        for condition in rule.conditions
        if condition.fact == "days_since_signing" and condition.comparison is Comparison.AT_MOST
    ]
    return max((day for day in days if isinstance(day, int)), default=None)


def _whether(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    """Can it go back, and until when."""
    decision = verdict(turn, facts, Reason.NO_LONGER_WANTED)
    return (why_of(turn, decision), *_last_day(turn, facts), *_excluded_lines(turn, facts))


def _last_day(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    """The last day for returns without a reason, from the day of signing; said only of goods that they apply to."""
    days = window_days(turn.merchant.policy)
    order = facts.order
    if days is None or not any(can_return_without_reason(line) for line in order.lines):
        return ()
    signed = [at for shipment in order.shipments if (at := signed_at(shipment)) is not None]
    if not signed:
        return (turn.say("policy.window", days=days),)
    zone = turn.merchant.timezone
    last = max(signed) + timedelta(days=days)
    is_over = last.astimezone(ZoneInfo(zone)).date() < turn.now.astimezone(ZoneInfo(zone)).date()
    key = "policy.over" if is_over else "policy.last_day"
    return (
        turn.say(
            key, signed=format_day(max(signed), turn.locale, zone), last=format_day(last, turn.locale, zone), days=days
        ),
    )


def _freight(turn: Turn, _: OrderFacts) -> tuple[str, ...]:
    reason = turn.slots.reason
    if reason is None or not turn.conversation.stack:
        return (turn.say("policy.freight"),)
    freight = turn.say("freight.seller" if reason in SELLERS_FAULT else "freight.customer")
    return (turn.say("policy.freight_now", reason=turn.code("reason", reason), freight=freight),)


def _duration(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    parts = _parts(turn, facts)
    limits = turn.merchant.policy.limits
    back = turn.say("policy.route_time", payments=payments_text(turn, parts), usual_time=usual_time(turn, parts))
    return (turn.say("policy.duration", hours=limits.inspection_hours), back)


def _route(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    rules, currency = turn.merchant.offer_rules, facts.order.currency
    said = [turn.say("policy.route", payments=payments_text(turn, _parts(turn, facts)))]
    if rules.balance is not None and currency in rules.balance.caps:
        percent = f"{rules.balance.bonus_basis_points / _PERCENT:g}"
        said.append(turn.say("policy.route_balance", percent=percent))
    if rules.coupon is not None and currency in rules.coupon.caps:
        said.append(turn.say("policy.route_coupon", days=rules.coupon.valid_days))
    return tuple(said)


def _parts(turn: Turn, facts: OrderFacts) -> tuple[Leg, ...]:
    """The payments over which everything that is left would go back."""
    decision = verdict(turn, facts, Reason.NO_LONGER_WANTED)
    if decision is None:
        return ()
    try:
        return legs(facts, decision.allocation.total)
    except ClaimRefused:
        return ()


def _shipping_fee(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    order = facts.order
    if order.shipping_fee == 0:
        return (turn.say("policy.no_shipping_fee"),)
    ours, theirs = verdict(turn, facts, Reason.DAMAGED), verdict(turn, facts, Reason.NO_LONGER_WANTED)
    if ours is None or theirs is None:
        return (turn.say("policy.nothing_left"),)
    fee, fault, free = order.money(order.shipping_fee), ours.allocation.shipping, theirs.allocation.shipping
    return (turn.say("policy.shipping_fee", fee=turn.money(fee), fault=turn.money(fault), free=turn.money(free)),)


def _excluded(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    named = _excluded_lines(turn, facts)
    return named or (turn.say("policy.excluded_none"), *_whether(turn, facts))


def _excluded_lines(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    """Which goods of the order may not go back without a reason, and why."""
    named = [
        turn.say("policy.excluded_line", title=short(line.title), why=turn.code("exclusion", _exclusion(line)))
        for line in facts.order.lines
        if not can_return_without_reason(line)
    ]
    return (turn.say("policy.excluded", items=_joined(turn, named)),) if named else ()


def _exclusion(line: OrderLine) -> str:
    exclusion = line.no_reason.exclusion
    return "other" if exclusion is None else exclusion.value


def _opened(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    return (turn.say("policy.opened"), *_whether(turn, facts))


def _invoice(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    return (turn.say("policy.invoice" if facts.order.has_invoice else "policy.no_invoice"),)


def _gift(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    gifts = [short(line.title) for line in facts.order.lines if line.gift_of is not None]
    return (turn.say("policy.gift", items=_joined(turn, gifts)) if gifts else turn.say("policy.no_gift"),)


def _partial(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    has_bundle = any(line.bundle_no is not None for line in facts.order.lines)
    return (turn.say("policy.partial"), turn.say("policy.bundle") if has_bundle else "")


def _evidence(turn: Turn, _: OrderFacts) -> tuple[str, ...]:
    return (turn.say("policy.evidence", count=EVIDENCE_MAX),)


def _hours(turn: Turn, _: OrderFacts | None = None) -> tuple[str, ...]:
    hours = hours_told(turn)
    return (turn.say("human.hours", hours=hours) if hours is not None else turn.say("policy.no_hours"),)


def _faulty(turn: Turn, facts: OrderFacts) -> tuple[str, ...]:
    decision = verdict(turn, facts, Reason.DAMAGED, pictures=1)
    match None if decision is None else decision.outcome:
        case Outcome.APPROVE:
            key = "policy.faulty_at_once"
        case Outcome.APPROVE_AFTER_RETURN:
            key = "policy.faulty_return"
        case _:
            key = "policy.faulty_person"
    return (turn.say("policy.evidence", count=EVIDENCE_MAX), turn.say(key))


def _address(turn: Turn, _: OrderFacts | None = None) -> tuple[str, ...]:
    """Goods are sent only once that is approved; the address is told so that nobody has to ask twice."""
    return (turn.say("policy.address"), return_address(turn.merchant, turn.locale))


def _said(key: str) -> Callable[[Turn, OrderFacts], tuple[str, ...]]:
    return lambda turn, _: (turn.say(key),)


def _ruled(reason: Reason) -> Callable[[Turn, OrderFacts], tuple[str, ...]]:
    return lambda turn, facts: (why_of(turn, verdict(turn, facts, reason)),)


def _joined(turn: Turn, names: list[str]) -> str:
    return "、".join(names) if turn.locale == "zh-CN" else ", ".join(names)


def _nothing(_: Turn) -> tuple[str, ...]:
    return ()


_ANSWERS: Mapping[str, Callable[[Turn, OrderFacts], tuple[str, ...]]] = {
    "invoice": _invoice,
    "hours": _hours,
    "gift": _gift,
    "coupon": _said("policy.coupon"),
    "price": _ruled(Reason.PRICE_DROP),
    "shipping_fee": _shipping_fee,
    "freight": _freight,
    "duration": _duration,
    "amount": sums_told,
    "route": _route,
    "opened": _opened,
    "excluded": _excluded,
    "exchange": _said("policy.exchange"),
    "evidence": _evidence,
    "late": _ruled(Reason.LATE_SHIPPING),
    "faulty": _faulty,
    "partial": _partial,
    "unshipped": _ruled(Reason.NO_LONGER_WANTED),
    "window": _whether,
    "process": _said("policy.process"),
    "address": _address,
}
_GENERAL: Mapping[str, Callable[[Turn], tuple[str, ...]]] = {
    "hours": _hours,
    "freight": lambda turn: (turn.say("policy.freight"),),
    "opened": lambda turn: (turn.say("policy.opened"),),
    "coupon": lambda turn: (turn.say("policy.coupon"),),
    "process": lambda turn: (turn.say("policy.process"),),
    "evidence": lambda turn: (turn.say("policy.evidence", count=EVIDENCE_MAX),),
    "address": _address,
}
