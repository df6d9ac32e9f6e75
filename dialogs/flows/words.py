"""Pieces of replies that several flows say: cards, sums line by line, and where money goes."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.conversation import Slots
from dialogs.flows.turn import Turn
from dialogs.hours import hours_words
from dialogs.messages import CaseCard, Choice, OrderCard, RefundCard, Reply
from dialogs.texts.catalogue import has_text
from refund_core.allocation import legs
from refund_core.case_open import without_hold
from refund_core.cases import CaseState, Offer, Refund, RefundCase
from refund_core.claims import Allocation, Leg, Resolution
from refund_core.errors import ClaimRefused
from refund_core.money import Money
from refund_core.orders import Order, OrderFacts

TITLE_LENGTH_MAX = 40
AMOUNT_LINES_MAX = 20
_OF_GOODS = frozenset({
    "order.confirm.exchange", "order.confirm.reship", "lines.ask.exchange", "lines.ask.reship", "reason.ask.exchange",
    "reason.ask.reship", "reason.item.exchange", "reason.item.reship", "told.noted.exchange", "told.noted.reship",
    "order.confirm.keep_item_partial", "lines.ask.keep_item_partial", "reason.ask.keep_item_partial",
    "reason.item.keep_item_partial", "told.noted.keep_item_partial",
})  # fmt: skip
_WALLETS = frozenset({"wechat_pay", "alipay", "balance", "sandbox", "gift_card"})


def order_card(turn: Turn, order: Order) -> OrderCard:
    """An order at a glance."""
    amount = sum([line.paid for line in order.lines]) + order.shipping_fee
    return OrderCard(
        order.order_no,
        order.status.value,
        order.placed_at,
        order_title(turn, order),
        len(order.lines),
        amount,
        order.currency,
        sum([line.quantity for line in order.lines]),
    )


def order_title(turn: Turn, order: Order) -> str:
    """The order's first goods, and how many there are."""
    title = short(order.lines[0].title) if order.lines else order.order_no
    return title if len(order.lines) < 2 else turn.say("items.more", title=title, count=len(order.lines))


def case_card(case: RefundCase) -> CaseCard:
    """A case at a glance."""
    total = case.allocation.total
    return CaseCard(case.case_no, case.order_no, case.state.value, total.minor, total.currency)


def refund_card(turn: Turn, refund: Refund) -> RefundCard:
    """One payout at a glance, with what the payer gets."""
    amount = refund.payer_amount
    destination = refund.label or turn.code("method", refund.method)
    return RefundCard(refund.refund_no, refund.case_no, amount.minor, amount.currency, destination, refund.state.value)


def refund_cards(turn: Turn, case: RefundCase, refunds: Sequence[Refund]) -> tuple[RefundCard, ...]:
    """The payouts at a glance; a balance or coupon given instead of money is one card with all that was given."""
    given = case.coupon.amount if case.coupon is not None else case.balance
    method = "coupon" if case.coupon is not None else "balance"
    inside = [refund for refund in refunds if refund.method == method] if given is not None else []
    cards = [refund_card(turn, refund) for refund in refunds if refund not in inside]
    if inside and given is not None:
        first = inside[0]
        where = turn.code("method", method)
        cards.append(RefundCard(first.refund_no, case.case_no, given.minor, given.currency, where, first.state.value))
    return tuple(cards)


def short(title: str) -> str:
    """A title that fits a button."""
    return title if len(title) <= TITLE_LENGTH_MAX else title[: TITLE_LENGTH_MAX - 1] + "…"


def items_text(turn: Turn, order: Order, lines: Sequence[tuple[str, int]]) -> str:
    """The chosen goods in one sentence."""
    names = [
        turn.say("choice.line", title=short(line.title), quantity=quantity)
        for line_no, quantity in lines[:3]
        if (line := order.line(line_no)) is not None
    ]
    text = "、".join(names) if turn.locale == "zh-CN" else ", ".join(names)
    return text if len(lines) <= 3 else turn.say("items.more", title=text, count=len(lines))


def amounts_text(turn: Turn, case: RefundCase, order: Order, worth: Money | None = None) -> str:
    """The claim's sum: every line with its pieces and amount, gifts kept, shipping, the total."""
    return sum_text(turn, case.allocation, order, worth)


def sum_text(turn: Turn, allocation: Allocation, order: Order, worth: Money | None = None) -> str:
    """The same of goods that are in no case; worth is what the payer gets, where that is less."""
    titles = {line.line_no: line.title for line in order.lines}
    say = turn.sayer("amounts.line")
    parts: list[str] = []
    for part in allocation.lines[:AMOUNT_LINES_MAX]:
        title = short(titles[part.line_no]) if part.line_no in titles else part.line_no
        gift = order.money(part.gift_deduction_minor)
        amount = turn.money(part.amount if gift.is_zero() else part.amount + gift)
        if part.quantity == 0:
            parts.append(turn.say("amounts.part", title=title, amount=amount))
            continue
        parts.append(say({"title": title, "quantity": part.quantity, "amount": amount}))
        if not gift.is_zero():
            parts.append(turn.say("amounts.gift", amount=turn.money(-gift)))
    rest = allocation.lines[AMOUNT_LINES_MAX:]
    if rest:
        minor = sum([part.amount.minor for part in rest])
        parts.append(turn.say("amounts.more", count=len(rest), amount=turn.money(order.money(minor))))
    if not allocation.shipping.is_zero():
        parts.append(turn.say("amounts.shipping", amount=turn.money(allocation.shipping)))
    parts.append(turn.say("amounts.total", amount=turn.money(allocation.total)))
    if worth is not None and worth.currency == allocation.total.currency and worth < allocation.total:
        parts.append(turn.say("amounts.payer", amount=turn.money(worth)))
    return "\n".join(parts)


def reason_of(turn: Turn, case: RefundCase) -> str:
    """The rule's own explanation, in the consumer's language or, failing that, in any."""
    reasons = case.decision.reasons
    return reasons.get(turn.locale) or next(iter(reasons.values()), "")


def refusal_text(turn: Turn, refused: ClaimRefused) -> str:
    """Why the order does not hold what was asked for."""
    known = f"refused.{refused.code}"
    return turn.say("refused.general", why=turn.say(known if has_text(known) else "refused.other"))


def of_wish(key: str, slots: Slots) -> str:
    """The sentence about these goods in the words of what is wished for: money, other goods, or less for the goods."""
    said = f"{key}.{slots.remedy or slots.resolution}"
    return said if said in _OF_GOODS else key


def wish_words(turn: Turn, wish: str) -> str:
    """What was wished for in place of what the rules give."""
    return turn.code("remedy" if has_text(f"remedy.{wish}") else "resolution", wish)


def state_words(turn: Turn, case: RefundCase) -> str:
    """The state's name; goods whose parcel is known are no longer waited for."""
    is_sent = case.state is CaseState.AWAITING_RETURN and case.return_tracking_no is not None
    return turn.say("state.goods_sent") if is_sent else turn.code("state", case.state)


def state_reply(turn: Turn, case: RefundCase, *more: Choice) -> Reply:
    """Where a case stands."""
    state = state_words(turn, case)
    text = turn.say("status.case", case_no=case.case_no, order_no=case.order_no, state=state)
    choices = (turn.choice("status", f"status:{case.case_no}"), *more, turn.human())
    return Reply(text, choices, card=case_card(case))


def original_legs(facts: OrderFacts, case: RefundCase) -> tuple[Leg, ...]:
    """What goes back over which payment; nothing where the payments no longer hold it."""
    try:
        return legs(without_hold(facts, case), case.allocation.total)
    except ClaimRefused:
        return ()


def destination(turn: Turn, offer: Offer, parts: Sequence[Leg]) -> str:
    """Where an offer's money or its substitute goes, in the consumer's words."""
    match offer.resolution:
        case Resolution.ORIGINAL_ROUTE | Resolution.KEEP_ITEM_PARTIAL:
            return turn.say("destination.original_route", payments=payments_text(turn, parts))
        case Resolution.BALANCE:
            return turn.say("destination.balance")
        case Resolution.COUPON:
            minimum = turn.money(offer.minimum_spend or offer.amount)
            return turn.say("destination.coupon", minimum=minimum, days=offer.valid_days or 0)
        case Resolution.EXCHANGE | Resolution.EXPEDITE:
            return turn.code("resolution", offer.resolution)


def payments_text(turn: Turn, parts: Sequence[Leg]) -> str:
    """The payments by name; with their amounts where there is more than one."""
    if len(parts) < 2:
        return "".join(_payment_name(turn, part) for part in parts) or turn.code("method", "other")
    named = [f"{_payment_name(turn, part)} {turn.money(part.payer_amount)}" for part in parts]
    return "、".join(named) if turn.locale == "zh-CN" else ", ".join(named)


def usual_time(turn: Turn, parts: Sequence[Leg]) -> str:
    """How long the original route usually takes; the slowest of several payments counts."""
    by_hand = [part for part in parts if part.method not in turn.merchant.gateways and part.method != "balance"]
    if by_hand:
        until = turn.now + timedelta(hours=turn.merchant.policy.limits.finance_hours)
        return turn.say("usual_time.by_hand", until=turn.time(until))
    if all(part.method in _WALLETS for part in parts):
        return turn.say("usual_time.wallet")
    return turn.say("usual_time.card" if all(part.method == "card" for part in parts) else "usual_time.other")


def _payment_name(turn: Turn, part: Leg) -> str:
    return part.label or turn.code("method", part.method)


def hours_told(turn: Turn) -> str | None:
    """When people are there, in words; None where the merchant does not say."""
    merchant = turn.merchant
    return None if merchant.hours is None else hours_words(merchant.hours, turn.locale, merchant.texts)
