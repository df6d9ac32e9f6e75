"""Taking orders in: stored as their source says; an open claim shrinks by what was refunded elsewhere.

A report that an open claim is in the way of is stored once the claim has made room. A payout that is on its way stays:
then the report is refused, with the case that is in its way, and can be sent again when that is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from refund_core.case_elsewhere import refunded_elsewhere
from refund_core.cases import CaseChange, CaseState, Moment, RefundCase
from refund_core.ids import Ids
from refund_core.incoming import IncomingOrder, Rejected
from refund_core.orders import Order
from refund_core.policy import Limits
from storage.case_store import WorldChanged, save_changes
from storage.crypto import Vault
from storage.database import Database
from storage.desk_store import lock_talk
from storage.errors import OutcomeUnknown, TryAgain
from storage.ids import new_id
from storage.order_elsewhere import CASES_MAX, read_reported
from storage.order_writing import Stored, upsert_orders
from storage.transaction import Transaction, transact

TRIES_MAX = 5
# What a claim may be in the way of, as the rules of an update name it.
_CLAIMED = frozenset({"lines", "payments", "shipping_fee"})
_PAYING = frozenset({CaseState.AWAITING_FINANCE, CaseState.REFUNDING, CaseState.FAILED})
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """What taking a merchant's orders in works with; limits are those of its policy."""

    db: Database
    vault: Vault
    merchant_id: UUID
    limits: Limits


async def take_orders(intake: Intake, orders: Sequence[IncomingOrder], *, now: datetime) -> list[Stored | Rejected]:
    """Store orders as storage.upsert_orders does, and bring the open cases of those that report refunds up to date.

    Raises what upsert_orders raises; doing it again is harmless.
    """
    answers = await upsert_orders(intake.db, intake.vault, intake.merchant_id, orders, now=now)
    for place, (incoming, answer) in enumerate(zip(orders, answers, strict=True)):
        if not incoming.order.refunds or _is_settled(answer):
            continue
        in_the_way = await _make_room(intake, incoming.order, now)
        if isinstance(answer, Rejected):
            answers[place] = await _once_more(intake, incoming, in_the_way, now)
    return answers


def _is_settled(answer: Stored | Rejected) -> bool:
    """True where no open claim can have to do with it."""
    return answer.field not in _CLAIMED if isinstance(answer, Rejected) else answer.change != "updated"


async def _once_more(
    intake: Intake, incoming: IncomingOrder, in_the_way: Sequence[RefundCase], now: datetime
) -> Stored | Rejected:
    (answer,) = await upsert_orders(intake.db, intake.vault, intake.merchant_id, [incoming], now=now)
    if not isinstance(answer, Rejected) or not in_the_way:
        return answer
    cases = ", ".join(f"{case.case_no} ({case.state})" for case in in_the_way)
    reason = f"{answer.reason}; a payout is on its way in {cases}: send it again when that is over"
    return Rejected(answer.field, reason, answer.order_no)


async def _make_room(intake: Intake, order: Order, now: datetime) -> Sequence[RefundCase]:
    """Shrink the order's open claims, one after the other, to what is left; the cases that are paying stay."""
    for _ in range(TRIES_MAX + CASES_MAX):
        reported = await read_reported(intake.db, intake.merchant_id, order)
        if reported is None:
            return ()
        moment = Moment(now, "system", Ids(new_id()))
        changes = (
            refunded_elsewhere(case, reported.before, reported.after, limits=intake.limits, moment=moment)
            for case in reported.cases
        )
        change = next((change for change in changes if change is not None), None)
        if change is None:
            return [case for case in reported.cases if case.state in _PAYING]
        try:
            await _save(intake, change, now)
        except (WorldChanged, TryAgain, OutcomeUnknown) as error:
            _log.info("orders.again", order_no=order.order_no, error=type(error).__name__)
    raise TryAgain(order.order_no)


async def _save(intake: Intake, change: CaseChange, now: datetime) -> None:
    async def work(tx: Transaction) -> None:
        if change.case.conversation_id is not None:
            await lock_talk(tx, intake.merchant_id, UUID(change.case.conversation_id))
        await save_changes(tx, [(intake.merchant_id, change)], now=now)

    await transact(intake.db, work, name="orders.elsewhere")
