"""The outbox loop: claims what is to be done outside the database and does it, each with a key of ours.

A refund is never paid again: its number is stored before the first call and stays. After an answer that says nothing
clear it is looked up first, and sent again under the same number only when the gateway surely never heard of it.
A gateway that is away costs no refund: after so many tries a person is told, and it is tried for days more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.background import to_their_end
from bot.channel_sends import send
from bot.giving_up import GivenUp, Why, why_of
from bot.notes import tell
from bot.settlement import answer_to, change_refund, gateway_of, instruction_of, look_up, settle
from bot.sms_effects import send_sms
from bot.work import WorkParts, forever
from connectors.payments.gateway import PaymentGateway
from refund_core.case_answers import RefundAnswer, find_refund, refund_sending
from refund_core.cases import CaseChange, Moment, Refund, RefundCase, RefundState
from refund_core.policy import Limits
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage import outbox
from storage.case_reads import case_of_refund
from storage.errors import OutcomeUnknown, TryAgain
from storage.proof_store import SMS_SEND
from storage.send_batches import SendBatches
from storage.send_store import SEND

_log = structlog.get_logger()
Handler = Callable[[WorkParts, outbox.Claimed], Awaitable[None]]
_REFUND = "gateway.refund"
_NOT_FOR_SENDING = frozenset({RefundState.SUCCEEDED, RefundState.CLOSED, RefundState.FAILED})


class EffectsWorker:
    """Does what the outbox holds; any number of processes may run one.

    Money, words, platforms and texts to phones have a queue each: no crowd of notices, no slow platform can keep a
    refund waiting.
    """

    def __init__(self, parts: WorkParts) -> None:
        at_once, batches = parts.limits.effects_at_once, SendBatches(parts.keyed or parts.db)
        sends = EffectQueue(parts, {SEND: partial(send, batches)}, at_once=parts.limits.sends_at_once)
        sends.gather_seconds = parts.limits.sends_gather_seconds
        self._queues = (
            *(EffectQueue(parts, handlers, at_once=at_once) for handlers in (_MONEY, _WORDS, _TEXTS)),
            sends,
        )

    async def run(self) -> None:
        """Work until cancelled; what is under way then comes to its end."""
        await asyncio.gather(*(queue.run() for queue in self._queues))

    async def drain(self) -> None:
        """Do everything that is due now, and what becomes due by it; for tests and one-off commands."""
        while any([await queue.drain() for queue in self._queues]):
            continue

    async def do(self, row: outbox.Claimed) -> None:
        """Do one row that was claimed."""
        for queue in self._queues:
            if row.kind in queue.kinds:
                await queue.do(row)


class EffectQueue:
    """Rows of some kinds, several at a time; gather_seconds lets a few rows become more before the next look."""

    def __init__(self, parts: WorkParts, handlers: Mapping[str, Handler], *, at_once: int) -> None:
        self._parts = parts
        self._handlers = handlers
        self._at_once = at_once
        self.gather_seconds = 0.0
        self._running: set[asyncio.Task[None]] = set()
        self._looking: set[asyncio.Task[bool]] = set()

    @property
    def kinds(self) -> list[str]:
        """What it does."""
        return list(self._handlers)

    async def run(self) -> None:
        limits = self._parts.limits
        try:
            await forever(
                "effects", self.turn, pause=limits.effects_pause_seconds, trouble_pause=limits.trouble_pause_seconds
            )
        finally:  # a look that ends now may have claimed rows, which nobody else would do while they are leased
            await to_their_end(self._looking)
            await to_their_end(self._running)

    async def turn(self) -> bool:
        """Start what is due, as much as there is room for, and wait until one is done; False when nothing was due."""
        look = asyncio.create_task(self._start_due(), name="look for effects")
        self._looking.add(look)
        look.add_done_callback(self._looking.discard)
        was_due = await asyncio.shield(look)
        if len(self._running) >= self._at_once:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        elif was_due and self.gather_seconds:
            await asyncio.sleep(self.gather_seconds)
        return was_due

    async def _start_due(self) -> bool:
        parts, free = self._parts, self._at_once - len(self._running)
        seconds, now = parts.limits.lease_seconds, parts.clock.now()
        rows = await outbox.claim(parts.keyed or parts.db, self.kinds, limit=free, lease_seconds=seconds, now=now)
        for row in rows:
            task = asyncio.create_task(self.do(row), name=f"effect {row.kind}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(rows)

    async def drain(self) -> bool:
        """Do everything that is due now; False when nothing was."""
        was_due = False
        while await self.turn() or self._running:
            was_due = True
            if self._running:
                await asyncio.wait(self._running)
        return was_due

    async def do(self, row: outbox.Claimed) -> None:
        try:
            await self._handlers[row.kind](self._parts, row)
        except outbox.LeaseLost:
            _log.warning("effect.lease_lost", kind=row.kind, row_id=str(row.row_id))
        except GivenUp as error:
            await self._safely(row, self._bury(row, error))
        except Exception as error:  # noqa: BLE001 - tried again, and buried where an operator sees it
            await self._safely(row, self._again(row, error))

    async def _again(self, row: outbox.Claimed, error: Exception) -> None:
        limits, now = self._parts.limits, self._parts.clock.now()
        if row.attempts >= limits.tries_max:
            if not self._may_wait(row, error):
                await self._bury(row, error)
                return
            await self._call_a_person(row, error)
        seconds = min(limits.retry_seconds * 2 ** min(row.attempts - 1, limits.tries_max), limits.retry_seconds_max)
        if isinstance(error, SendLater):
            seconds = max(seconds, error.after_seconds)
        _log.info("effect.later", kind=row.kind, row_id=str(row.row_id), error=repr(error), seconds=seconds)
        await outbox.later(self._parts.db, row, at=now + timedelta(seconds=seconds), error=repr(error))

    def _may_wait(self, row: outbox.Claimed, error: Exception) -> bool:
        """True for money whose gateway is away or unclear, for so many hours since it was decided."""
        age = self._parts.clock.now() - row.created_at
        is_away = row.kind == _REFUND and isinstance(error, SendLater | AnswerUnknown)
        return is_away and age < timedelta(hours=self._parts.limits.sending_hours_max)

    async def _bury(self, row: outbox.Claimed, error: Exception) -> None:
        _log.error("effect.buried", kind=row.kind, row_id=str(row.row_id), error=repr(error))
        if row.kind == _REFUND:
            await self._call_a_person(row, error)
        await outbox.bury(self._parts.db, row, error=why_of(error), now=self._parts.clock.now())

    async def _call_a_person(self, row: outbox.Claimed, error: Exception) -> None:
        """Say on the refund that a person has to see to it; where its case cannot be read, the buried row says so."""
        answer = RefundAnswer(str(row.payload["refund_no"]), "abnormal", code=why_of(error)[:200])
        try:
            await settle(self._parts, row.merchant_id, answer)
        except (TryAgain, OutcomeUnknown):
            raise
        except Exception:  # noqa: BLE001 - a poisoned case must not keep its row in the queue for ever
            _log.exception("effect.case_unreadable", refund_no=answer.refund_no)

    async def _safely(self, row: outbox.Claimed, work: Awaitable[None]) -> None:
        """What fails here is tried again when the lease has passed."""
        try:
            await work
        except Exception:  # noqa: BLE001 - the row stays claimed until its lease passes
            _log.exception("effect.not_put_back", kind=row.kind, row_id=str(row.row_id))


async def _refund(parts: WorkParts, row: outbox.Claimed) -> None:
    """Send one refund, or find out what became of it. Raises SendLater and AnswerUnknown for another try."""
    case, refund = await _found(parts, row)
    gateway = await gateway_of(parts, row.merchant_id, refund)
    if gateway is None:
        raise GivenUp(Why.NO_GATEWAY, refund.method)
    if refund.state in _NOT_FOR_SENDING:
        await outbox.done(parts.db, row, now=parts.clock.now())
        return
    if refund.attempts > 0:
        heard = await look_up(parts, row.merchant_id, case, refund)
        if heard is not None:
            await settle(parts, row.merchant_id, heard, row=row)
            return
    answer = await _send(parts, row, gateway, refund)
    if answer is None:
        await outbox.done(parts.db, row, now=parts.clock.now())
    else:
        await settle(parts, row.merchant_id, answer, row=row)


async def _send(parts: WorkParts, row: outbox.Claimed, gateway: PaymentGateway, refund: Refund) -> RefundAnswer | None:
    """The gateway's answer; None when the case does not want the refund sent any more."""
    case = await change_refund(parts, row.merchant_id, refund.refund_no, _sending(refund.refund_no))
    sending = find_refund(case, refund.refund_no)
    if sending.state is not RefundState.SENDING or sending.attempts == refund.attempts:
        return None
    instruction = await instruction_of(parts, row.merchant_id, case, sending)
    try:
        async with asyncio.timeout(parts.limits.call_seconds):
            return answer_to(instruction, await gateway.refund(instruction))
    except SendRefused as error:
        return await _after_refusal(parts, row, case, sending, code=error.code)
    except (AnswerUnknown, TimeoutError) as error:
        unclear = error if isinstance(error, AnswerUnknown) else AnswerUnknown("TIMEOUT")
        await settle(parts, row.merchant_id, RefundAnswer(refund.refund_no, "pending", code=unclear.code))
        raise unclear from error


async def _after_refusal(
    parts: WorkParts, row: outbox.Claimed, case: RefundCase, refund: Refund, *, code: str
) -> RefundAnswer:
    """A refusal counts only when the gateway has no refund of that number: an earlier try may have got through."""
    heard = await look_up(parts, row.merchant_id, case, refund)
    return heard or RefundAnswer(refund.refund_no, "failed", code=code)


def _sending(refund_no: str) -> Callable[[RefundCase, Limits, Moment], CaseChange | None]:
    def change(case: RefundCase, _limits: Limits, moment: Moment) -> CaseChange | None:
        return refund_sending(case, refund_no, moment)

    return change


async def _look_up(parts: WorkParts, row: outbox.Claimed) -> None:
    """Ask what became of a refund; a gateway that never heard of it leaves it as it is."""
    case, refund = await _found(parts, row)
    heard = await look_up(parts, row.merchant_id, case, refund)
    if heard is None:
        await outbox.done(parts.db, row, now=parts.clock.now())
        return
    await settle(parts, row.merchant_id, heard, row=row)


async def _found(parts: WorkParts, row: outbox.Claimed) -> tuple[RefundCase, Refund]:
    refund_no = str(row.payload["refund_no"])
    case = await case_of_refund(parts.db, row.merchant_id, refund_no)
    if case is None:
        raise GivenUp(Why.NO_REFUND, refund_no)
    return case, find_refund(case, refund_no)


_MONEY: Mapping[str, Handler] = {_REFUND: _refund, "gateway.look_up": _look_up}
_WORDS: Mapping[str, Handler] = {"chat.note": tell}
_TEXTS: Mapping[str, Handler] = {SMS_SEND: send_sms}
