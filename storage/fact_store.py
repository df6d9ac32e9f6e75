"""Facts for a whole batch of turns in one statement: orders with their use, cases, risk signals, bonuses given.

Documents of orders and cases are large: those that this process knows are named in the question by id and version, and
come back without their document. What of an order is used up, and what a case has paid, is always read anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from dialogs.facts import Facts, Merchant, Needs
from refund_core.budgets import customer_scope, month_scope
from refund_core.cases import RefundCase
from refund_core.offers import OfferUse
from refund_core.orders import LineUse, Order, OrderFacts, OrderUse, PaymentUse
from refund_core.replacing import replace
from refund_core.risk import RiskSignals
from refund_core.values import value
from storage.case_rows import read_case, with_refunds
from storage.columns import column
from storage.fact_question import Part, question
from storage.known_cases import KnownCases
from storage.known_orders import KnownOrders
from storage.order_rules import is_shipping
from storage.reading import CanFetch
from storage.records import decode_order

_A_MOMENT = timedelta(microseconds=1)
_SIGNALS_DECODER = msgspec.json.Decoder(RiskSignals)
_BONUS_DECODER = msgspec.json.Decoder(OfferUse)
_USE_DECODER = msgspec.json.Decoder(list[tuple[str, int, int, int, int, str | None]])
_PAYMENT_DECODER = msgspec.json.Decoder(list[tuple[str, int, int]])
_UNUSED = OrderUse()
_IS_WANTED: Mapping[Part, Callable[[Needs], bool]] = {
    Part.NAMED: lambda need: need.order_no is not None,
    Part.MAYBE: lambda need: need.maybe_order_no is not None,
    Part.RECENT: lambda need: need.recent_orders > 0,
    Part.CASE: lambda need: need.case_no is not None,
    Part.CASES: lambda need: need.cases > 0,
    Part.RISK: lambda need: need.risk,
    Part.BONUS: lambda need: need.offer_use,
    Part.QUEUE: lambda need: need.is_queue_asked,
    Part.PICTURES: lambda need: bool(need.pictures),
}


@value(frozen=True, slots=True)
class FactsWanted:
    """What one turn wants to know, and about whom; only that customer's own orders and cases are found.

    only_order: and of these only what belongs to that order.
    """

    merchant_id: UUID
    merchant: Merchant
    customer_id: UUID | None
    customer: str | None
    needs: Needs
    only_order: str | None = None


@dataclass(slots=True)
class _Found:
    order: OrderFacts | None = None
    recent: list[tuple[int, OrderFacts]] | None = None
    case: RefundCase | None = None
    cases: list[tuple[int, RefundCase]] | None = None
    risk: RiskSignals | None = None
    offer_use: OfferUse | None = None
    maybe: OrderFacts | None = None
    waiting_before: int | None = None
    seen: RiskSignals | None = None


@value(frozen=True, slots=True)
class Known:
    """What this process knows of documents."""

    orders: KnownOrders
    cases: KnownCases

    @classmethod
    def nothing(cls) -> "Known":
        """For a question that is asked once."""
        return cls(KnownOrders(1), KnownCases(1))


@value(frozen=True, slots=True)
class _Kept:
    """Those documents that the question names as known."""

    orders: dict[UUID, tuple[int, Order]]
    cases: dict[UUID, RefundCase]


async def load_facts(db: CanFetch, wanted: Sequence[FactsWanted], known: Known, *, now: datetime) -> list[Facts]:
    """What was found for each, in their order; reads nothing at all when nobody wants anything."""
    asking = [place for place, each in enumerate(wanted) if not each.needs.is_empty()]
    found: dict[int, _Found] = {}
    if asking:
        questions = [wanted[place] for place in asking]
        kept = _kept(questions, known)
        for row in await _ask(db, questions, asking, kept, now):
            _note(found.setdefault(row[0], _Found()), row, wanted[row[0]], kept, known)
    return [_facts(each, found.get(place)) for place, each in enumerate(wanted)]


async def _ask(
    db: CanFetch, wanted: Sequence[FactsWanted], places: list[int], kept: _Kept, now: datetime
) -> Sequence[Any]:
    needs = [each.needs for each in wanted]
    parts = frozenset([part for part, is_wanted in _IS_WANTED.items() if any(map(is_wanted, needs))])
    if not parts:
        return ()
    columns = _columns(wanted, places, kept, now)
    if Part.PICTURES in parts:
        named = [(place, " ".join(need.pictures)) for place, need in zip(places, needs, strict=True) if need.pictures]
        columns = (*columns, [place for place, _ in named], [names for _, names in named])
    return await db.fetch(question(parts), *columns)


def _kept(wanted: Sequence[FactsWanted], known: Known) -> _Kept:
    return _Kept(
        known.orders.likely(
            (each.merchant_id, each.customer_id, each.needs.order_no, each.needs.recent_orders > 0) for each in wanted
        ),
        known.cases.likely((each.merchant_id, each.needs.case_no) for each in wanted),
    )


def _columns(wanted: Sequence[FactsWanted], places: list[int], kept: _Kept, now: datetime) -> tuple[object, ...]:
    needs = [each.needs for each in wanted]
    return (
        places,
        [each.merchant_id for each in wanted],
        [each.customer_id for each in wanted],
        column([each.customer if each.customer_id is None else None for each in wanted]),
        column([need.order_no for need in needs]),
        column([need.recent_orders for need in needs], 0),
        column([need.case_no for need in needs]),
        column([need.cases for need in needs], 0),
        column([need.risk for need in needs], False),
        now,
        column([month_scope(now, each.merchant.timezone) if each.needs.offer_use else None for each in wanted]),
        list(kept.orders),
        [version for version, _ in kept.orders.values()],
        column([_receiver(each) for each in wanted]),
        list(kept.cases),
        [case.version for case in kept.cases.values()],
        column([need.maybe_order_no for need in needs]),
        column([each.only_order for each in wanted]),
        column([(need.waiting_since or now + _A_MOMENT) if need.is_queue_asked else None for need in needs]),
    )


def _receiver(wanted: FactsWanted) -> str | None:
    customer = wanted.customer
    return customer_scope(customer) if wanted.needs.offer_use and customer is not None else None


def _note(found: _Found, row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> None:
    match row[1]:
        case 1:
            found.order = _order(row, wanted, kept, known)
        case 2:
            order = _order(row, wanted, kept, known)
            found.recent = [*(found.recent or ()), (row[2], order)]
        case 3:
            found.case = _case(row, wanted, kept, known)
        case 4:
            found.cases = [*(found.cases or ()), (row[2], read_case(row[5], row[6]))]
        case 5:
            found.risk = _SIGNALS_DECODER.decode(row[5])
        case 8:
            found.waiting_before = int(row[5])
        case 7:
            found.maybe = _order(row, wanted, kept, known)
        case 9:
            found.seen = _SIGNALS_DECODER.decode(row[5])
        case _:
            found.offer_use = _BONUS_DECODER.decode(row[5])


def _order(row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> OrderFacts:
    order_id, version, document = row[3], row[4], row[5]
    if document is None:
        order = kept.orders[order_id][1]
    else:
        order = decode_order(document)
        known.orders.put(order_id, version, order, merchant_id=wanted.merchant_id, customer_id=wanted.customer_id)
    return OrderFacts(str(order_id), version, order, _use(row[7], row[8]))


def _case(row: Any, wanted: FactsWanted, kept: _Kept, known: Known) -> RefundCase:
    if row[5] is None:
        return with_refunds(kept.cases[row[3]], row[6])
    case = read_case(row[5], row[6])
    known.cases.put(wanted.merchant_id, case)
    return case


def _use(lines: str | None, payments: str | None) -> OrderUse:
    if lines is None and payments is None:
        return _UNUSED
    uses = [LineUse(*row) for row in _USE_DECODER.decode(lines)] if lines else []
    return OrderUse(
        tuple([use for use in uses if not is_shipping(use.line_no)]),
        tuple(PaymentUse(*row) for row in _PAYMENT_DECODER.decode(payments)) if payments else (),
        tuple([use for use in uses if is_shipping(use.line_no)]),
    )


def _facts(wanted: FactsWanted, found: _Found | None) -> Facts:
    if found is None:
        return Facts(wanted.merchant)
    return Facts(
        wanted.merchant,
        found.order,
        _in_order(found.recent),
        found.case,
        _in_order(found.cases),
        _risk(found),
        found.offer_use,
        found.maybe,
        waiting_before=found.waiting_before,
    )


def _risk(found: _Found) -> RiskSignals | None:
    if found.risk is None or found.seen is None:
        return found.risk
    return replace(found.risk, pictures_in_other_cases=found.seen.pictures_in_other_cases)


def _in_order(ranked: Sequence[tuple[int, Any]] | None) -> tuple[Any, ...]:
    return tuple(value for _, value in sorted(ranked, key=lambda pair: pair[0])) if ranked else ()
