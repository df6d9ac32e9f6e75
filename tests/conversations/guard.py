"""What holds at every turn of every talk: watched from outside, by its own reckoning, not by the dialog's."""

import re
from dataclasses import dataclass, replace

from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import understand_message
from dialogs.step import Step
from dialogs.texts.catalogue import CATALOGUES
from dialogs.texts.money import format_money
from refund_core.cases import CaseChange, Offer, RefundCase
from refund_core.claims import Resolution
from refund_core.orders import Order
from tests.unit.dialogs.talk import Talk

STACK_MAX = 2
WAYS_OUT = frozenset({"human", "back", "cancel", "confirm:no"})
PLAIN_YES = frozenset({
    "是", "是的", "对", "对的", "好", "好的", "确认", "确定", "确认退款", "可以", "行", "嗯", "没问题", "同意", "👍",
    "yes", "y", "yes please", "yes confirm", "ok", "okay", "confirm", "sure", "go ahead", "yep", "yeah",
    "confirm the refund",
})  # fmt: skip
"""What may be said instead of the button: everything else must not confirm anything."""
_NOTHING_BUT_YES = re.compile(
    "(?:" + "|".join(word.replace(" ", "") for word in sorted(PLAIN_YES, reverse=True)) + ")+"
)
_INSTEAD = {Resolution.BALANCE: "method.balance", Resolution.COUPON: "method.coupon"}


class Broken(AssertionError):
    """A promise that did not hold."""


@dataclass(frozen=True)
class _Shown:
    """The confirmation that was shown last, with the order and the case as they were then."""

    text: str
    order: Order
    case: RefundCase


@dataclass
class Watch:
    """Watches one talk. Call before() with what is about to be said, after() with what came of it."""

    talked: Talk
    _before: Conversation | None = None
    _known: dict[str, RefundCase] | None = None
    _shown: _Shown | None = None

    def before(self) -> None:
        """Remember how things stood."""
        self._before = self.talked.state
        self._known = {case.case_no: case for case in self.talked.cases()}

    def after(self, taken: Step, *, said: str | None) -> None:
        """Everything that must hold after this turn; said is the text, None for a button or pictures. Raises Broken."""
        assert self._before is not None
        if self._before.holder == "queue":
            self._is_only_waiting(taken)
            return
        if self._before.holder != "bot":
            _need(taken == Step(self._before), "something was said or done while a person holds the conversation")
            return
        _need(len(taken.conversation.stack) <= STACK_MAX, f"the stack grew to {len(taken.conversation.stack)}")
        _need(bool(taken.replies), "nothing was answered")
        _need(all(reply.text or reply.card for reply in taken.replies), "an empty reply")
        _need(not any("{" in reply.text and "{" not in (said or "") for reply in taken.replies), "an unfilled text")
        if taken.hand_over is None:
            shown = {choice.action for reply in taken.replies for choice in reply.choices}
            _need(bool(shown & WAYS_OUT), f"no way out among {sorted(shown)}")
            _need(self._reaches_a_person(), "a person could not be reached")
        for change in taken.changes:
            if self._commits(change):
                self._is_confirmed(change, said)
        self._note(taken)

    def _is_only_waiting(self, taken: Step) -> None:
        """Before anybody took over: only facts are kept with a case, and nobody speaks unasked."""
        _need(all(self._only_keeps(it.case) for it in taken.changes), "something was done while a person is waited for")
        if taken.conversation.holder == "queue":
            _need(all(it.sender == "system" for it in taken.replies), "the bot spoke while a person is waited for")
            return
        _need(taken.conversation.holder == "bot" and taken.replies, "the way back led nowhere")

    def _only_keeps(self, case: RefundCase) -> bool:
        """True for a case that has more facts, or another wish, and is the same otherwise."""
        known = (self._known or {}).get(case.case_no)
        if known is None or known.claim.evidence != case.claim.evidence[: len(known.claim.evidence)]:
            return False
        claim = replace(case.claim, evidence=known.claim.evidence, note=known.claim.note)
        told = replace(case, claim=claim, wish=known.wish, version=known.version)
        return replace(told, state=known.state, due=known.due, history=known.history) == known

    def _reaches_a_person(self) -> bool:
        talked = self.talked
        message = InboundMessage("ask", talked.now, action="human")
        understood = understand_message(talked.state, message)
        facts = talked.facts_for(talked.wanted.__class__())
        return step(talked.state, message, understood, facts, now=talked.now, ids=talked.ids()).hand_over is not None

    def _commits(self, change: CaseChange) -> bool:
        """Money is paid, promised or given by this change."""
        known = (self._known or {}).get(change.case.case_no)
        refunds = () if known is None else known.refunds
        given = None if known is None else known.balance or known.coupon
        consent = None if known is None else known.consent
        now = change.case
        is_given = (now.balance or now.coupon) != given
        return len(now.refunds) > len(refunds) or is_given or (now.consent is not None and now.consent != consent)

    def _is_confirmed(self, change: CaseChange, said: str | None) -> None:
        before, case, shown = self._before, change.case, self._shown
        assert before is not None
        asking = before.stack[-1].asking if before.stack else None
        _need(asking == "confirm", f"paid at the question {asking}")
        _need(said is None or _is_plain_yes(said), f"paid upon {said!r}")
        if shown is None:
            raise Broken("paid without a confirmation that was shown")
        _need(shown.case.case_no == case.case_no, "paid another case than was shown")
        _need(shown.case.version == change.previous_version, "the case changed after it was shown")
        _need(shown.order == self.talked.tills[case.order_no].order, "the order changed after it was shown")
        _need(case.consent is not None and case.consent.chosen is not None, "paid without a record of the consent")
        offer = next(it for it in case.offers if it.offer_id == before.slots.offer_id)
        for words in _must_be_named(shown, offer):
            _need(any(one in shown.text for one in words), f"{words} was not in what was confirmed:\n{shown.text}")

    def _note(self, taken: Step) -> None:
        """Keep the confirmation as it is shown for the first time; showing it again takes no new look at the world."""
        top = taken.conversation.stack[-1] if taken.conversation.stack else None
        asked = taken.conversation.asked
        if top is None or top.asking != "confirm" or asked is None:
            return
        slots, shown = taken.conversation.slots, self._shown
        was_open = self._before is not None and bool(self._before.stack) and self._before.asked == asked
        if was_open and shown is not None and (shown.text, shown.case.case_no) == (asked.text, slots.case_no):
            return
        is_said = any(asked.text in reply.text for reply in taken.replies)
        case = next((it for it in self.talked.cases() if it.case_no == slots.case_no), None)
        if is_said and case is not None:
            self._shown = _Shown(asked.text, self.talked.tills[case.order_no].order, case)


def _is_plain_yes(said: str) -> bool:
    """Those words and no others, whatever marks and invisible characters stand around and between them."""
    kept = "".join(sign for sign in said.lower() if sign.isalnum() or sign == "👍")
    return _NOTHING_BUT_YES.fullmatch(kept) is not None


def _must_be_named(shown: _Shown, offer: Offer) -> list[tuple[str, ...]]:
    """The amount, each line and the destination, in either language."""
    titles = {line.line_no: line.title for line in shown.order.lines}
    named = [(titles[line.line_no][:30],) for line in shown.case.claim.lines[:20]]
    amount = (format_money(offer.amount, "zh-CN"), format_money(offer.amount, "en"))
    instead = _INSTEAD.get(offer.resolution)
    if instead is not None:
        return [*named, amount, (CATALOGUES["zh-CN"][instead], CATALOGUES["en"][instead])]
    payments = [it.label for it in shown.order.payments if it.label] or ["原路退回", "original payment"]
    return [*named, amount, (*payments, "原路退回", "original payment")]


def _need(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


def hand_over(talked: Talk, taken: Step) -> None:
    """What the turn loop does when a conversation goes to the desk: the assistant is silent from then on."""
    if taken.hand_over is not None:
        talked.state = replace(talked.state, holder="queue", epoch=talked.state.epoch + 1, waiting_since=talked.now)
