"""A person's decision on a case: made from fresh facts, saved with its words in one commit, then told.

The desk and the merchants' API both decide here. Whoever is slower gets CaseConflict with the case as it is now; where
only the order or a payment moved meanwhile, the decision is made again from what holds now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from bot.case_chats import FOR_CALLER, Told, in_a_chat, put_question, text_instead
from bot.clock import Clock
from dialogs.facts import Merchant
from dialogs.messages import Locale, Reply
from dialogs.notices import notice
from refund_core.authority import MAY_PAY_BY_HAND, Role, limit_of, may_decide
from refund_core.case_money import Rails, receive_return
from refund_core.case_payouts import PayoutAction, PayoutStep, take_payout_step
from refund_core.case_staff import StaffDecision, finish_replacement, staff_decide
from refund_core.cases import CaseChange, CaseState, HistoryEntry, Moment, RefundCase
from refund_core.errors import MoveNotAllowed, VersionStale
from refund_core.four_eyes import decides_alone, needs_second, second_decides
from refund_core.ids import Ids
from refund_core.money import Money
from refund_core.orders import OrderFacts
from storage.case_reads import load_case
from storage.case_store import WorldChanged, save_changes
from storage.database import Database
from storage.desk_store import Talk, lock_talk
from storage.errors import OutcomeUnknown, TryAgain
from storage.ids import new_id
from storage.live import Live
from storage.message_store import append_messages
from storage.order_store import load_order
from storage.transaction import Transaction, transact

TRIES_MAX = 5
# The states in which a person may decide; a test keeps this in step with staff_decide.
DECIDABLE = frozenset({
    CaseState.OFFERED, CaseState.STOPPING, CaseState.UNDER_REVIEW, CaseState.AWAITING_CUSTOMER,
    CaseState.AWAITING_RETURN, CaseState.INSPECTING, CaseState.REJECTED, CaseState.WITHDRAWN,
})  # fmt: skip
RECEIVABLE = frozenset({CaseState.AWAITING_RETURN, CaseState.INSPECTING})
_log = structlog.get_logger()


class Merchants(Protocol):
    """Merchants with their live policy."""

    async def by_id(self, merchant_id: UUID) -> Merchant:
        """The merchant of that id."""


@dataclass(frozen=True, slots=True, eq=False)
class DecisionParts:
    """What deciding works with."""

    db: Database
    merchants: Merchants
    clock: Clock
    live: Live


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: as the case's history names them ("staff:NAME" or "api"), and as the customer sees them.

    A role bounds what a person may decide; the merchant's own key has none, and may decide anything. is_alone: the shop
    has nobody else at its desk.
    """

    by: str
    agent: str | None = None
    role: Role | None = None
    staff_id: str = ""
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class CaseAt:
    """A case as somebody saw it."""

    merchant_id: UUID
    case_no: str
    version: int


class CaseAbsent(Exception):
    """The merchant has no case of that number."""


class RoleMayNot(Exception):
    """That action is for other roles; limit is up to what this one decides, None where it is no matter of amounts."""

    def __init__(self, role: Role, action: str, limit: Money | None = None) -> None:
        super().__init__(role.value, action)
        self.role = role
        self.action = action
        self.limit = limit


class CaseConflict(Exception):
    """The case is no longer as the person saw it; case is as it is now, and by is who moved it last."""

    def __init__(self, case: RefundCase) -> None:
        super().__init__(f"{case.case_no} is at {case.version}")
        self.case = case

    @property
    def by(self) -> str:
        """Who made the case's last move: "staff:NAME", "customer", "bot", "system" or "api"."""
        return self.case.history[-1].by if self.case.history else "system"

    def since(self, seen: int) -> tuple[HistoryEntry, ...]:
        """The moves that came after the first so many, which are those that the person saw; there may be none."""
        return self.case.history[seen:]


async def decide_case(
    parts: DecisionParts, merchant_id: UUID, case_no: str, decision: StaffDecision, *, who: Decider
) -> RefundCase:
    """Decide, and say the decision's reply as the person's own words; without one the standing words go out.

    Above the limit a first person's decision only waits on the case for a second one's, unless there is nobody else and
    that person is no agent. Raises CaseAbsent,
    CaseConflict, MoveNotAllowed, ClaimRefused, RoleMayNot and OwnRequest; after any of them nothing was changed.
    """

    def change(case: RefundCase, facts: OrderFacts, rails: Rails, moment: Moment) -> CaseChange:
        made = staff_decide(case, facts, decision, rails=rails, moment=moment)
        if who.role is not None and needs_second(decision, made.case, rails.limits):
            if who.is_alone and who.role is not Role.AGENT:
                return decides_alone(made, moment)
            return second_decides(case, made, decision, role=who.role, staff_id=who.staff_id, moment=moment)
        if who.role is not None and not may_decide(who.role, decision, made.case, rails.limits):
            raise RoleMayNot(who.role, decision.action, limit_of(rails.limits, facts.order.currency))
        return made

    words = None
    if decision.reply:
        words = _Words(decision.reply, who.agent)
    return await _change(parts, CaseAt(merchant_id, case_no, decision.version), change, who=who, words=words)


async def receive_goods(parts: DecisionParts, seen: CaseAt, *, who: Decider) -> RefundCase:
    """The goods are back and counted: the reserved refunds are sent. Raises as decide_case does."""

    def change(case: RefundCase, _: OrderFacts, rails: Rails, moment: Moment) -> CaseChange:
        if case.version != seen.version:
            raise VersionStale(case.case_no, case.version)
        if case.state not in RECEIVABLE:
            raise MoveNotAllowed(case.state, "receive_return")
        return receive_return(case, rails=rails, moment=moment)

    return await _change(parts, seen, change, who=who, words=None)


async def send_replacement(parts: DecisionParts, seen: CaseAt, tracking_no: str, *, who: Decider) -> RefundCase:
    """The replacement is on its way: the case ends without money. Raises as decide_case does."""

    def change(case: RefundCase, _: OrderFacts, __: Rails, moment: Moment) -> CaseChange:
        if case.version != seen.version:
            raise VersionStale(case.case_no, case.version)
        return finish_replacement(case, moment=moment, tracking_no=tracking_no)

    return await _change(parts, seen, change, who=who, words=None)


async def settle_payout(
    parts: DecisionParts, merchant_id: UUID, case_no: str, step: PayoutStep, *, who: Decider
) -> RefundCase:
    """A person's step with one refund that waits for one. Raises as decide_case does."""
    is_by_hand = step.action is PayoutAction.PAID_BY_HAND
    if is_by_hand and who.role is not None and who.role not in MAY_PAY_BY_HAND:
        raise RoleMayNot(who.role, step.action)

    def change(case: RefundCase, _: OrderFacts, rails: Rails, moment: Moment) -> CaseChange:
        return take_payout_step(case, step, rails=rails, moment=moment)

    return await _change(parts, CaseAt(merchant_id, case_no, step.version), change, who=who, words=None)


Change = Callable[[RefundCase, OrderFacts, Rails, Moment], CaseChange]


@dataclass(frozen=True, slots=True)
class _Words:
    """What the person says with the decision."""

    text: str
    agent: str | None


async def _change(
    parts: DecisionParts, seen: CaseAt, change: Change, *, who: Decider, words: _Words | None
) -> RefundCase:
    merchant = await parts.merchants.by_id(seen.merchant_id)
    rails = Rails(merchant.gateways, merchant.policy.limits)
    moment = Moment(parts.clock.now(), who.by, Ids(new_id()))
    for tried in range(TRIES_MAX):
        case, facts = await _read(parts.db, seen, now=moment.at)
        if tried and is_ours(case, moment):
            return await _told(parts, seen, case)
        try:
            made = change(case, facts, rails, moment)
        except VersionStale as stale:
            raise CaseConflict(case) from stale
        try:
            told = Told(seen.merchant_id, merchant, facts, moment, _reply(made.case, words, merchant))
            await _save(parts.db, made, told)
        except (WorldChanged, TryAgain, OutcomeUnknown) as error:
            _log.info("decision.again", case_no=seen.case_no, error=type(error).__name__)
            continue
        return await _told(parts, seen, made.case)
    raise TryAgain(seen.case_no)


def is_ours(case: RefundCase, moment: Moment) -> bool:
    """True where this very moment moved the case: a commit whose answer was lost."""
    return any(entry.at == moment.at and entry.by == moment.by for entry in case.history[-2:])


async def _read(db: Database, seen: CaseAt, *, now: datetime) -> tuple[RefundCase, OrderFacts]:
    case = await load_case(db, seen.merchant_id, seen.case_no)
    facts = await load_order(db, seen.merchant_id, case.order_no) if case else None
    if case is None or facts is None:
        raise CaseAbsent(seen.case_no)
    return await in_a_chat(db, seen.merchant_id, case, now=now), facts


async def _save(db: Database, change: CaseChange, told: Told) -> None:
    """One commit under the conversation's lock: what was decided, and what is said of it."""
    conversation_id, merchant_id, now = change.case.conversation_id, told.merchant_id, told.moment.at
    is_for_caller = change.case.channel == FOR_CALLER

    async def work(tx: Transaction) -> None:
        talk: Talk | None = None
        if conversation_id is not None:
            talk = await lock_talk(tx, merchant_id, UUID(conversation_id))
        asked = await put_question(tx, talk, change, told) if talk and is_for_caller else None
        await save_changes(tx, [(merchant_id, asked or change)], now=now)
        replies = told.words(talk.locale) if talk and asked is None else ()
        if talk and replies:
            await append_messages(tx, merchant_id, talk.conversation_id, replies, now=now)
        if talk and is_for_caller:
            await text_instead(tx, talk, change.case, told)

    await transact(db, work, name="decision")


async def _told(parts: DecisionParts, seen: CaseAt, case: RefundCase) -> RefundCase:
    """Wake the customer's chat, and the desk's pages even where a case has no chat."""
    await parts.live.wake(seen.merchant_id, [UUID(case.conversation_id or case.case_id)])
    return case


def _reply(case: RefundCase, words: _Words | None, merchant: Merchant) -> Callable[[Locale], tuple[Reply, ...]]:
    """The person's words, with the button by which the customer can answer."""

    def sayings(locale: Locale) -> tuple[Reply, ...]:
        if words is None or case.second is not None:
            return ()
        kind = _STANDING_NOTE.get(case.state)
        choices = notice(kind, case, locale, merchant).choices[:1] if kind else ()
        return (Reply(words.text, choices, sender="agent", agent=words.agent),)

    return sayings


# The note whose first button fits a person's own words in that state.
_STANDING_NOTE = {
    CaseState.OFFERED: "note.offered",
    CaseState.AWAITING_CUSTOMER: "note.evidence_asked",
    CaseState.REJECTED: "note.rejected",
}
