"""Due dates: when one has passed, what the case says then is done, once, however many processes look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot.work import WorkParts, forever
from refund_core.case_due import due_passed
from refund_core.cases import Moment
from refund_core.ids import Ids
from storage import outbox
from storage.case_reads import load_case
from storage.case_store import WorldChanged, save_changes
from storage.due_store import DueCase, due_cases
from storage.errors import OutcomeUnknown, TryAgain
from storage.ids import new_id
from storage.order_store import load_order
from storage.transaction import Transaction, transact

SWEEP_EVERY = timedelta(minutes=10)
_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Timers:
    """Looks for passed due dates of every merchant, and sweeps what was done long ago."""

    parts: WorkParts
    _swept_at: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        limits = self.parts.limits
        await forever(
            "timers", self.turn, pause=limits.timers_pause_seconds, trouble_pause=limits.trouble_pause_seconds
        )

    async def turn(self) -> bool:
        """Go once through all that is due; always False, since what could not be done now is not to be hurried."""
        now = self.parts.clock.now()
        last: DueCase | None = None
        while page := await due_cases(self.parts.db, after=last, limit=self.parts.limits.cases_at_once, now=now):
            for case in page:
                await self._pass(case)
            last = page[-1]
        await self._sweep(now)
        return False

    async def _sweep(self, now: datetime) -> None:
        if self._swept_at is not None and now - self._swept_at < SWEEP_EVERY:
            return
        self._swept_at = now
        await outbox.sweep(self.parts.db, before=now - timedelta(hours=self.parts.limits.done_rows_kept_hours))

    async def _pass(self, due: DueCase) -> None:
        try:
            if await pass_due(self.parts, due.merchant_id, due.case_no):
                _log.info("case.due_passed", case_no=due.case_no)
        except (WorldChanged, TryAgain, OutcomeUnknown) as error:
            _log.info("case.due_again", case_no=due.case_no, error=repr(error))
        except Exception:  # noqa: BLE001 - one case must not stop the others; it is late and shown as such
            _log.exception("case.due_failed", case_no=due.case_no)


async def pass_due(parts: WorkParts, merchant_id: UUID, case_no: str) -> bool:
    """Do what a passed due date says; False when it has not passed (any more). Raises WorldChanged."""
    case = await load_case(parts.db, merchant_id, case_no)
    facts = await load_order(parts.db, merchant_id, case.order_no) if case else None
    if case is None or facts is None:
        return False
    now, rails = parts.clock.now(), await parts.rails(merchant_id)
    change = due_passed(case, facts, rails=rails, moment=Moment(now, "system", Ids(new_id())))
    if change is None:
        return False

    async def work(tx: Transaction) -> None:
        await save_changes(tx, [(merchant_id, change)], now=now)

    await transact(parts.db, work, name="due")
    return True
