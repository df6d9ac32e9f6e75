"""One run: consumers talk, the monkey strikes, and after every strike everything is checked."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.wiring import SANDBOX_SECRET
from refund_core.sending import AnswerUnknown, SendLater
from tests.chaos.checks import check_books, check_gateway, check_messages
from tests.chaos.consumers import Consumer, Place, Tally
from tests.chaos.monkey import Monkey
from tests.chaos.servers import Servers, running_servers, vault
from tests.chaos.shop import CUSTOMERS_WAITING_MAX, SLUG, Merchant, open_shop, send_customers

CONSUMERS = 6
PAUSE_SECONDS_MAX = 0.3
REST_SECONDS_MAX = 60.0
_OPEN = """
SELECT r.refund_no, r.state, r.last_answer, c.state AS case_state
FROM refund r JOIN refund_case c ON c.merchant_id = r.merchant_id AND c.id = r.case_id
WHERE NOT r.needs_person AND (r.state IN ('sending', 'pending') OR (r.state = 'created' AND c.state = 'refunding'))
"""
# A notice waits for as long as a person holds its conversation; nobody gives it back here.
_WAITING = """
SELECT o.kind, o.attempts, o.last_error FROM outbox o
WHERE o.done_at IS NULL AND o.buried_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM conversation c WHERE o.lane = 'conversation:' || c.id AND c.holder <> 'bot')
"""
# A rest need not wait for schedules that are made for hours.
_HURRY = (
    "UPDATE refund SET next_look_at = now() WHERE state IN ('sending', 'pending')",
    "UPDATE outbox SET not_before = NULL WHERE done_at IS NULL AND buried_at IS NULL",
)
_BY_STATE = "SELECT method || ' ' || state AS name, count(*) AS number FROM refund GROUP BY 1 ORDER BY 1"


@dataclass(frozen=True)
class Plan:
    """How long, and by which dice; the first fault found ends it."""

    seconds: float
    seed: int


@dataclass
class Report:
    """What was done and what was found."""

    seconds: float = 0.0
    kills: int = 0
    strikes: dict[str, int] = field(default_factory=dict)
    checks: int = 0
    talks: int = 0
    acknowledged: int = 0
    repeated: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


async def run_chaos(plan: Plan, folder: Path) -> Report:
    """One run in a folder of its own; a report without faults means that everything held."""
    async with running_servers(folder) as servers:
        run = _Run(plan, servers, await open_shop(servers.db))
        return await run.run()


class _Run:
    def __init__(self, plan: Plan, servers: Servers, merchant: Merchant) -> None:
        self._plan = plan
        self._servers = servers
        self._merchant = merchant
        self._dice = random.Random(plan.seed)
        self._secret = vault().derive(SANDBOX_SECRET)
        self._monkey = Monkey(servers, servers.db, self._secret, self._dice)
        self._tally = Tally()
        self._report = Report()
        self._checked = 0

    async def run(self) -> Report:
        started = time.monotonic()
        tasks = self._consumers()
        await self._monkey.change_faults()
        try:
            while not self._is_over(time.monotonic() - started, tasks):
                await asyncio.sleep(self._dice.random() * PAUSE_SECONDS_MAX)
                await self._monkey.strike()
                await self._check()
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        self._report.faults += [f"the harness: {outcome!r}" for outcome in outcomes if isinstance(outcome, Exception)]
        if not self._report.faults:
            await self._rest()
        return await self._sum_up(time.monotonic() - started)

    def _consumers(self) -> list[asyncio.Task[None]]:
        customers: asyncio.Queue[str] = asyncio.Queue(CUSTOMERS_WAITING_MAX)
        place = Place(self._servers.url, SLUG, self._merchant.chat_secret)
        consumers = [Consumer(place, self._tally, random.Random(self._dice.random())) for _ in range(CONSUMERS)]
        supply = send_customers(self._servers.db, self._merchant, customers, random.Random(self._dice.random()))
        talks = [consumer.talk_forever(customers) for consumer in consumers]
        return [asyncio.create_task(work) for work in (supply, *talks)]

    def _is_over(self, seconds: float, tasks: list[asyncio.Task[None]]) -> bool:
        return bool(self._report.faults) or seconds >= self._plan.seconds or any(task.done() for task in tasks)

    async def _check(self) -> None:
        """Everything but what needs a gateway that just does not answer."""
        db, merchant_id = self._servers.db, self._merchant.merchant_id
        found = await check_books(db, merchant_id)
        try:
            found += await check_gateway(db, merchant_id, self._servers.sandbox_url, self._secret)
        except (AnswerUnknown, SendLater):
            self._monkey.done["gateway not checked"] += 1
        acknowledged = self._tally.acknowledged[self._checked :]
        self._checked += len(acknowledged)
        found += await check_messages(db, merchant_id, acknowledged)
        found += self._tally.disagreements + self._monkey.wrong
        self._report.faults += [fault for fault in found if fault not in self._report.faults]
        self._report.checks += 1

    async def _rest(self) -> None:
        """Nobody strikes any more: everything under way must come to its end, or before a person."""
        await self._monkey.behave()
        deadline = time.monotonic() + REST_SECONDS_MAX
        while (left := await self._under_way()) and time.monotonic() < deadline:  # noqa: ASYNC110 - rows
            await asyncio.sleep(0.5)
        self._report.faults += [f"does not come to its end: {one}" for one in left[:5]]
        self._report.faults += [f"never acknowledged: {client_id}" for client_id in self._tally.unanswered[:5]]
        self._checked = 0
        await self._check()

    async def _under_way(self) -> list[str]:
        """Refunds without an end and effects that wait; what has to be done for them is not put off any more."""
        for statement in _HURRY:
            await self._servers.db.execute(statement)
        rows = [*await self._servers.db.fetch(_OPEN), *await self._servers.db.fetch(_WAITING)]
        return [str(tuple(row)) for row in rows]

    async def _sum_up(self, seconds: float) -> Report:
        report = self._report
        report.seconds = seconds
        report.kills = self._monkey.kills
        report.strikes = dict(self._monkey.done)
        report.talks = self._tally.talks
        report.acknowledged = len(self._tally.acknowledged)
        report.repeated = self._tally.repeated
        report.refunds = {row["name"]: row["number"] for row in await self._servers.db.fetch(_BY_STATE)}
        return report
