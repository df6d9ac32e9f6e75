"""A case opened for a caller: the rules look at the claim, and a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bot.clock import Clock
from dialogs.facts import Merchant, Needs
from refund_core.case_open import Origin, open_case
from refund_core.cases import CaseChange, Moment, RefundCase
from refund_core.claims import Claim, ClaimLine, Reason, Remedy
from refund_core.decisions import decide
from refund_core.errors import ClaimRefused
from refund_core.ids import Ids
from refund_core.orders import OrderFacts, OrderStatus
from refund_core.outcomes import Outcome
from refund_core.refundable import lines_left
from refund_core.risk import RiskSignals
from storage.case_store import WorldChanged, save_changes
from storage.database import Database
from storage.errors import OutcomeUnknown, TryAgain
from storage.fact_store import FactsWanted, Known, load_facts
from storage.ids import new_id
from storage.order_store import load_order
from storage.transaction import Transaction, transact

TRIES_MAX = 5


@dataclass(frozen=True, slots=True)
class OpeningParts:
    """What opening works with."""

    db: Database
    clock: Clock
    merchant_id: UUID
    merchant: Merchant


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What the caller asks for; without lines all that is left of the order."""

    order_no: str
    reason: Reason
    remedy: Remedy
    lines: tuple[ClaimLine, ...] = ()
    note: str | None = None


class OrderAbsent(Exception):
    """The merchant has no order of that number."""


async def open_for_caller(parts: OpeningParts, asked: AskedFor, *, by: str) -> RefundCase:
    """Open the case at review. Raises OrderAbsent, ClaimRefused, and TryAgain where others were faster too often.

    A try whose outcome is unknown is looked for under its own number, so it is never opened twice.
    """
    ids = Ids(new_id())
    for _ in range(TRIES_MAX):
        facts = await load_order(parts.db, parts.merchant_id, asked.order_no)
        if facts is None:
            raise OrderAbsent(asked.order_no)
        if facts.order.status is OrderStatus.UNPAID:
            raise ClaimRefused("nothing_left", field="order_no")
        moment = Moment(parts.clock.now(), by, ids)
        change = _opened(parts, facts, asked, await _signals(parts, facts), moment)
        try:
            await _save(parts, change, moment)
        except ClaimRefused:
            raise
        except (WorldChanged, TryAgain, OutcomeUnknown):
            if await _is_there(parts, change.case.case_no):
                return change.case
            continue
        return change.case
    raise TryAgain(asked.order_no)


def _opened(
    parts: OpeningParts, facts: OrderFacts, asked: AskedFor, signals: RiskSignals, moment: Moment
) -> CaseChange:
    merchant = parts.merchant
    claim = Claim(asked.lines or _all_left(facts), asked.reason, asked.remedy, moment.at, (), asked.note)
    decision = decide(facts, claim, merchant.policy, signals, timezone=merchant.timezone, now=moment.at)
    for_a_person = replace(decision, outcome=Outcome.REVIEW, rule_outcome=decision.outcome, remedy=asked.remedy)
    limits = merchant.policy.limits
    return open_case(facts, claim, for_a_person, (), origin=Origin("api"), limits=limits, moment=moment)


def _all_left(facts: OrderFacts) -> tuple[ClaimLine, ...]:
    """What is left and in no open claim. Raises ClaimRefused: line_in_open_claim or nothing_left where that is none."""
    left: Sequence[ClaimLine] = [
        ClaimLine(one.line_no, one.quantity) for one in lines_left(facts) if one.quantity > 0 and not one.open_case_no
    ]
    if not left:
        holder = next((one.open_case_no for one in lines_left(facts) if one.open_case_no), None)
        code = "line_in_open_claim" if holder else "nothing_left"
        raise ClaimRefused(code, field="order_no", case_no=holder)
    return tuple(left)


async def _signals(parts: OpeningParts, facts: OrderFacts) -> RiskSignals:
    needs = Needs(risk=True)
    wanted = FactsWanted(parts.merchant_id, parts.merchant, None, facts.order.customer, needs)
    (found,) = await load_facts(parts.db, [wanted], Known.nothing(), now=parts.clock.now())
    return found.risk or RiskSignals()


async def _save(parts: OpeningParts, change: CaseChange, moment: Moment) -> None:
    async def work(tx: Transaction) -> None:
        await save_changes(tx, [(parts.merchant_id, change)], now=moment.at)

    await transact(parts.db, work, name="case.open")


async def _is_there(parts: OpeningParts, case_no: str) -> bool:
    rows = await parts.db.fetch(
        "SELECT 1 FROM refund_case WHERE merchant_id = $1 AND case_no = $2", parts.merchant_id, case_no
    )
    return bool(rows)
