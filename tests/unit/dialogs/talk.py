"""A consumer's talk with the dialog: loads exactly what needs() asks for and saves what step() changes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from dialogs.commands import Command
from dialogs.conversation import Conversation
from dialogs.engine import Step, needs, step
from dialogs.facts import Facts, Merchant, Needs
from dialogs.messages import InboundMessage, Locale, Reply
from dialogs.nlu.embedded import understand_message
from dialogs.proof import ProofWanted
from dialogs.understanding import Intent, Understanding
from refund_core.cases import CaseState, RefundCase
from refund_core.ids import Ids
from refund_core.offers import OfferUse
from refund_core.orders import Order, OrderFacts
from refund_core.risk import RiskSignals
from tests.unit.core.shop import DAY, NOW, OFFERS, POLICY, ZONE, delivered, line, order
from tests.unit.core.till import Till
from tests.unit.dialogs.phones import Phones

ORDER_NO = "20261101-0001"
MERCHANT = Merchant("shop", "灯具小店", "CNY", ZONE, POLICY, OFFERS)


@dataclass
class Talk:
    """One conversation of one customer with their orders."""

    tills: dict[str, Till] = field(default_factory=dict)
    state: Conversation = field(
        default_factory=lambda: Conversation(customer="c-1001", conversation_id="0193-talk", is_greeted=True)
    )
    merchant: Merchant = MERCHANT
    risk: RiskSignals = field(default_factory=RiskSignals)
    offer_use: OfferUse = field(default_factory=OfferUse)
    now: datetime = NOW
    turns: int = 0
    last: Step | None = None
    wanted: Needs = field(default_factory=Needs)
    locale: Locale | None = None
    order_no: str | None = None
    phones: Phones = field(default_factory=Phones)
    waiting_before: int = 0

    def say(self, text: str, *, pictures: tuple[str, ...] = ()) -> Step:
        return self._turn(text=text, pictures=pictures)

    def tap(self, action: str) -> Step:
        return self._turn(action=action)

    def reads(self, *commands: Command) -> Step:
        """A message that a model turned into these commands."""
        return self._turn(text="?", read=Understanding(Intent.OTHER, 0.9, commands=commands))

    def shows(self, *pictures: str) -> Step:
        return self._turn(pictures=pictures)

    def texts(self) -> str:
        assert self.last is not None
        return "\n".join(reply.text for reply in self.last.replies)

    def actions(self) -> list[str]:
        assert self.last is not None
        return [choice.action for reply in self.last.replies for choice in reply.choices]

    def action(self, start: str) -> str:
        return next(action for action in self.actions() if action.startswith(start))

    def replies(self) -> tuple[Reply, ...]:
        assert self.last is not None
        return self.last.replies

    def cases(self) -> list[RefundCase]:
        cases = [case for till in self.tills.values() for case in till.cases.values()]
        return sorted(cases, key=lambda case: (case.state in _ENDED, -case.created_at.timestamp()))

    def case(self) -> RefundCase:
        (case,) = self.cases()
        return case

    def put(self, case: RefundCase) -> None:
        self.tills[case.order_no].cases[case.case_no] = case

    def paid_out(self) -> int:
        return sum(till.reserved() + till.refunded() for till in self.tills.values())

    def ids(self) -> Ids:
        return Ids(UUID(int=(0x0193_0000_0000 << 80) + self.turns))

    def _turn(
        self,
        *,
        text: str | None = None,
        action: str | None = None,
        pictures: tuple[str, ...] = (),
        read: Understanding | None = None,
    ) -> Step:
        self.turns += 1
        self.now += timedelta(seconds=20)
        message = InboundMessage(str(self.turns), self.now, text, action, pictures, self.order_no, self.locale)
        understanding = read or understand_message(self.state, message)
        self.wanted = needs(self.state, message, understanding)
        facts = self.facts_for(self.wanted)
        taken = step(self.state, message, understanding, facts, now=self.now, ids=self.ids())
        if taken.proof is not None:
            self.phones.save(taken.proof, at=self.now)
        for change in taken.changes:
            self.tills[change.case.order_no].save(change)
        self.state = msgspec.json.decode(msgspec.json.encode(taken.conversation), type=Conversation)
        assert self.state == taken.conversation
        self.last = taken
        return taken

    def facts_for(self, wanted: Needs) -> Facts:
        if wanted.proof is not None:
            return self._proof_facts(wanted, wanted.proof)
        return self._facts_of(self.state.customer, self.state.only_order, wanted)

    def _proof_facts(self, wanted: Needs, asked: ProofWanted) -> Facts:
        if asked.code is None:
            return Facts(self.merchant, proof=self.phones.asked(asked.order_no))
        till = self.tills.get(asked.order_no)
        owner = None if till is None else till.order.customer
        checked = self.phones.checked(asked.order_no, asked.code, owner, at=self.now)
        if not checked.is_right:
            return Facts(self.merchant, proof=checked)
        return replace(self._facts_of(checked.customer, asked.order_no, wanted), proof=checked)

    def _facts_of(self, customer: str | None, only_order: str | None, wanted: Needs) -> Facts:
        seen = [till for till in self.tills.values() if only_order in {None, till.order.order_no}]
        tills = [till for till in seen if till.order.customer == customer]
        newest = sorted(tills, key=lambda till: till.order.placed_at, reverse=True)
        mine = [it for it in self.cases() if it.customer == customer and only_order in {None, it.order_no}]
        return Facts(
            self.merchant,
            next((till.facts() for till in tills if till.order.order_no == wanted.order_no), None),
            tuple(till.facts() for till in newest[: wanted.recent_orders]),
            next((case for case in mine if case.case_no == wanted.case_no), None),
            tuple(mine[: wanted.cases]),
            self.risk if wanted.risk else None,
            self.offer_use if wanted.offer_use else None,
            _till_called(tills, wanted.maybe_order_no),
            waiting_before=self.waiting_before if wanted.is_queue_asked else None,
        )


def _till_called(tills: list[Till], number: str | None) -> OrderFacts | None:
    """The order of that number, written in small or capital letters."""
    if number is None:
        return None
    return next((till.facts() for till in tills if till.order.order_no in {number, number.upper()}), None)


_ENDED = frozenset({CaseState.REFUNDED, CaseState.COMPENSATED, CaseState.REJECTED, CaseState.WITHDRAWN})


def talk(*orders: Order, **more: object) -> Talk:
    """A greeted customer c-1001 who has these orders."""
    return replace(Talk({bought.order_no: Till(bought) for bought in orders}), **more)  # type: ignore[arg-type]  # its fields


def at_offers(**more: object) -> Talk:
    """Asked where the money of an unshipped order goes."""
    talked = talk(order(line("1", 1, 5900)), **more)
    for action in ("start:refund", f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    return talked


def accept(talked: Talk, resolution: str) -> None:
    """Take the offer of that kind."""
    offer = next(offer for offer in talked.case().offers if offer.resolution == resolution)
    talked.tap(f"offer:{offer.offer_id}:accept")


def under_review() -> Talk:
    """Damaged, without a picture: a person looks at it."""
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    for action in (f"order:{ORDER_NO}", "reason:damaged", "evidence:skip"):
        talked.tap(action)
    return talked


def awaiting_return(**more: object) -> Talk:
    """Not wanted any more: the goods come back first."""
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)), **more)
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    talked.tap(talked.action("offer:"))
    talked.tap("confirm:yes")
    return talked
