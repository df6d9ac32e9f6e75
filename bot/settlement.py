"""A gateway's word on a refund, taken into the case and the books: from an answer, a notice or a look-up, forward only.

Whoever hears first writes; the rest finds nothing new. A refund that is not final is looked up by its own number until
it is.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from bot.work import WorkParts, forever
from connectors.payments.gateway import (
    GatewayRefund,
    PaymentGateway,
    RefundInstruction,
)
from refund_core.case_answers import RefundAnswer, find_refund, refund_answered
from refund_core.cases import CaseChange, Moment, Refund, RefundCase
from refund_core.ids import Ids
from refund_core.policy import Limits
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage import outbox, refund_store
from storage.case_reads import case_of_refund
from storage.case_store import WorldChanged, save_changes
from storage.errors import OutcomeUnknown, TryAgain
from storage.ids import new_id
from storage.transaction import Transaction, transact

_log = structlog.get_logger()
_SYSTEM = "system"


class UnknownRefund(Exception):
    """The merchant has no refund of that number."""


Change = Callable[[RefundCase, Limits, Moment], CaseChange | None]


async def settle(
    parts: WorkParts, merchant_id: UUID, answer: RefundAnswer, *, row: outbox.Claimed | None = None
) -> RefundCase:
    """Take an answer into its case; with an outbox row, that is done in the same commit, or nothing is.

    Raises UnknownRefund, LeaseLost, and TryAgain or OutcomeUnknown when the database was away for too long.
    """

    def change(case: RefundCase, limits: Limits, moment: Moment) -> CaseChange | None:
        return refund_answered(case, answer, limits=limits, moment=moment)

    case = await change_refund(parts, merchant_id, answer.refund_no, change, row=row)
    _log.info("refund.heard", refund_no=answer.refund_no, said=answer.state, code=answer.code, case_state=case.state)
    return case


async def change_refund(
    parts: WorkParts, merchant_id: UUID, refund_no: str, change: Change, *, row: outbox.Claimed | None = None
) -> RefundCase:
    """Change the case of a refund, from fresh facts for as long as somebody else is faster; the case as it is then."""
    rails = await parts.rails(merchant_id)
    for attempt in range(parts.limits.conflicts_max):
        case = await case_of_refund(parts.db, merchant_id, refund_no)
        if case is None:
            raise UnknownRefund(refund_no)
        made = change(case, rails.limits, Moment(parts.clock.now(), _SYSTEM, Ids(new_id())))
        if made is None and row is None:
            return case
        try:
            await _commit(parts, merchant_id, made, row)
        except (WorldChanged, TryAgain, OutcomeUnknown) as error:
            _log.info("refund.again", refund_no=refund_no, error=repr(error))
            await asyncio.sleep(min(0.01 * 2**attempt, 1.0))
            continue
        return made.case if made else case
    raise TryAgain(refund_no)


async def _commit(parts: WorkParts, merchant_id: UUID, change: CaseChange | None, row: outbox.Claimed | None) -> None:
    now = parts.clock.now()

    async def work(tx: Transaction) -> None:
        if change is not None:
            await save_changes(tx, [(merchant_id, change)], now=now)
        if row is not None:
            await outbox.done(tx, row, now=now)

    await transact(parts.db, work, name="refund")


def answer_of(heard: GatewayRefund) -> RefundAnswer:
    """The gateway's word in the core's terms."""
    return RefundAnswer(heard.refund_no, heard.state.value, heard.code, heard.gateway_refund_id, heard.amount)


def answer_to(instruction: RefundInstruction, heard: GatewayRefund) -> RefundAnswer:
    """The gateway's word on just this refund; raises AnswerUnknown where it speaks of another one."""
    if heard.refund_no != instruction.refund_no:
        raise AnswerUnknown("OTHER_REFUND")
    return answer_of(heard)


async def gateway_of(parts: WorkParts, merchant_id: UUID, refund: Refund) -> PaymentGateway | None:
    """The gateway that pays the refund; None where a person does."""
    known = await parts.merchants.known(merchant_id)
    return parts.gateways.of(known.slug, refund.method)


async def instruction_of(parts: WorkParts, merchant_id: UUID, case: RefundCase, refund: Refund) -> RefundInstruction:
    """What the gateway is asked; the same for every try."""
    captured = await refund_store.captured_of(parts.db, merchant_id, refund.refund_no)
    return RefundInstruction(refund.refund_no, refund.payment_no, refund.amount, captured, case.claim.reason.value)


@dataclass(frozen=True, slots=True, eq=False)
class Poller:
    """Owns every refund that was sent and is not final: looks it up when its time comes."""

    parts: WorkParts

    async def run(self) -> None:
        """Look up until cancelled."""
        limits = self.parts.limits
        await forever("poller", self.look, pause=limits.looks_pause_seconds, trouble_pause=limits.trouble_pause_seconds)

    async def look(self) -> bool:
        """One round over those that are due; False when none was."""
        limits = self.parts.limits
        due = await refund_store.claim_to_look_up(
            self.parts.db, limits.look_seconds, limit=limits.looks_at_once, now=self.parts.clock.now()
        )
        outcomes = await asyncio.gather(*(self._look_up(*one) for one in due), return_exceptions=True)
        for (_, refund_no), outcome in zip(due, outcomes, strict=True):
            if isinstance(outcome, Exception):
                _log.warning("refund.not_looked_up", refund_no=refund_no, error=repr(outcome))
        return bool(due)

    async def _look_up(self, merchant_id: UUID, refund_no: str) -> None:
        case = await case_of_refund(self.parts.db, merchant_id, refund_no)
        if case is None:
            return
        heard = await look_up(self.parts, merchant_id, case, find_refund(case, refund_no))
        if heard is not None:
            await settle(self.parts, merchant_id, heard)


async def look_up(parts: WorkParts, merchant_id: UUID, case: RefundCase, refund: Refund) -> RefundAnswer | None:
    """What the gateway knows of the refund; None when it surely never heard of it. Raises AnswerUnknown otherwise."""
    gateway = await gateway_of(parts, merchant_id, refund)
    if gateway is None:
        raise AnswerUnknown("NO_GATEWAY")
    instruction = await instruction_of(parts, merchant_id, case, refund)
    try:
        async with asyncio.timeout(parts.limits.call_seconds):
            heard = await gateway.look_up(instruction)
    except (SendLater, SendRefused) as error:
        raise AnswerUnknown(error.code) from error
    except TimeoutError:
        raise AnswerUnknown("TIMEOUT") from None
    return answer_to(instruction, heard) if heard else None
