"""Random lives of orders on a real database and a real gateway: whatever happens in whatever order, the books hold."""

import random
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.effects import EffectsWorker
from bot.settlement import Poller
from connectors.payments.sandbox.faults import Fault, FaultKind
from refund_core.case_answers import replace_closed_refund, retry_failed_refund
from refund_core.case_customer import appeal, hand_over, withdraw
from refund_core.case_money import receive_return
from refund_core.case_staff import StaffAction, StaffDecision, staff_decide
from refund_core.cases import RefundCase, RefundState
from refund_core.claims import ClaimLine, Reason, Remedy, Resolution
from refund_core.errors import CoreError
from refund_core.orders import Payment
from storage.case_reads import CaseFilter, list_cases
from storage.case_store import WorldChanged
from tests.integration.money.rig import Rig
from tests.integration.money.shop import confirming, moment
from tests.unit.core import shop as core

LIMITS, RAILS = core.POLICY.limits, core.RAILS
FAULTS = [FaultKind.LOST_ANSWER, FaultKind.SERVER_ERROR, FaultKind.REFUSED, FaultKind.CLOSED_LATER, FaultKind.TRUNCATED]
STEPS = 60


@pytest.mark.parametrize("seed", range(6))
async def test_no_walk_moves_money_twice_or_breaks_the_books(rig: Rig, seed: int) -> None:
    walk = Walk(rig, random.Random(seed))
    await walk.start()

    for _ in range(STEPS):
        await walk.step()
    await walk.rest()

    await rig.assert_books_are_right()
    assert walk.done > STEPS // 4
    captured = 3 * 24400
    assert await rig.moved() <= captured


class Walk:
    """Customers, staff and the gateway, in the order of the dice."""

    def __init__(self, rig: Rig, dice: random.Random) -> None:
        self.rig = rig
        self.dice = dice
        self.done = 0

    async def start(self) -> None:
        orders = []
        for number in range(3):
            payments = (
                Payment(f"a-{number}", "sandbox", 10_000, 9_000),
                Payment(f"b-{number}", "sandbox", 14_400, 14_400),
            )
            lines = (core.line("1"), core.line("2"))
            orders.append(core.order(*lines, order_no=f"o-{number}", shipping_fee=800, payments=payments))
        await self.rig.shop.stock(*orders)

    async def step(self) -> None:
        """One thing that somebody does; what the rules or the world refuse is no harm done."""
        action: Callable[[], Awaitable[None]] = self.dice.choice(self._actions())
        try:
            await action()
            self.done += 1
        except (CoreError, WorldChanged, IndexError):
            return

    async def rest(self) -> None:
        """The gateway behaves from now on, and everything under way comes to its end."""
        await self.rig.faults()
        for _ in range(8):
            await EffectsWorker(self.rig.parts).drain()
            await Poller(self.rig.parts).look()
            self.rig.clock.move(minutes=20)

    def _actions(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return (
            self._open, self._open, self._open, self._confirm, self._confirm, self._withdraw, self._hand_over,
            self._decide, self._decide, self._return, self._appeal, self._retry, self._replace, self._gateway,
            self._gateway, self._fault, self._time,
        )  # fmt: skip

    async def _open(self) -> None:
        lines = self.dice.sample(
            [("1", self.dice.randint(1, 2)), ("2", self.dice.randint(1, 2))], self.dice.randint(1, 2)
        )
        reason = self.dice.choice([Reason.NO_LONGER_WANTED, Reason.DAMAGED, Reason.LATE_SHIPPING])
        remedy = self.dice.choice([Remedy.REFUND_ONLY, Remedy.RETURN_REFUND])
        claim = core.claim(*lines, reason=reason, remedy=remedy)
        await self.rig.shop.open(claim, order_no=f"o-{self.dice.randint(0, 2)}")

    async def _confirm(self) -> None:
        case = await self._case("offered")
        facts = await self.rig.shop.facts(case.order_no)
        await self.rig.shop.save(confirming(case, facts, self.dice.choice(["original_route", "balance", "coupon"])))

    async def _withdraw(self) -> None:
        await self.rig.shop.save(withdraw(await self._case(), moment()))

    async def _hand_over(self) -> None:
        await self.rig.shop.save(hand_over(await self._case(), limits=LIMITS, moment=moment(), why="asked"))

    async def _decide(self) -> None:
        case = await self._case()
        action = self.dice.choice(
            [StaffAction.APPROVE, StaffAction.PARTIAL, StaffAction.REJECT, StaffAction.APPROVE_AFTER_RETURN]
        )
        decision = StaffDecision(
            action,
            case.version,
            lines=(ClaimLine("1", 1),) if action is StaffAction.PARTIAL else (),
            resolution=self.dice.choice([Resolution.ORIGINAL_ROUTE, Resolution.BALANCE]),
            reason_code="other",
        )
        facts = await self.rig.shop.facts(case.order_no)
        await self.rig.shop.save(staff_decide(case, facts, decision, rails=RAILS, moment=moment("staff:Wu")))

    async def _return(self) -> None:
        await self.rig.shop.save(
            receive_return(await self._case("awaiting_return"), rails=RAILS, moment=moment("staff:Wu"))
        )

    async def _appeal(self) -> None:
        case = await self._case("withdrawn", "rejected")
        facts = await self.rig.shop.facts(case.order_no)
        await self.rig.shop.save(appeal(case, facts, limits=LIMITS, moment=moment()))

    async def _retry(self) -> None:
        case = await self._case("failed")
        refund = self.dice.choice([refund for refund in case.refunds if refund.state is RefundState.FAILED])
        await self.rig.shop.save(retry_failed_refund(case, refund.refund_no, rails=RAILS, moment=moment("staff:Wu")))

    async def _replace(self) -> None:
        case = await self._case("failed")
        refund = self.dice.choice([refund for refund in case.refunds if refund.state is RefundState.CLOSED])
        await self.rig.shop.save(replace_closed_refund(case, refund.refund_no, rails=RAILS, moment=moment("staff:Wu")))

    async def _gateway(self) -> None:
        await EffectsWorker(self.rig.parts).drain()
        await Poller(self.rig.parts).look()

    async def _fault(self) -> None:
        await self.rig.faults(Fault(self.dice.choice(FAULTS), code="NOT_ENOUGH", share=0.5))

    async def _time(self) -> None:
        self.rig.clock.move(minutes=self.dice.choice([1, 10, 60]))

    async def _case(self, *states: str) -> RefundCase:
        page = await list_cases(self.rig.shop.db, self.rig.shop.merchant_id, CaseFilter(states=states), limit=200)
        return self.dice.choice(page.cases)
