"""A turn as the flows see it, and the few ways in which one ends: a question, an answer, the same question again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from dialogs.actions import PLAIN_ACTIONS
from dialogs.commands import Setting
from dialogs.conversation import Asked, Conversation, Frame, Slots
from dialogs.facts import Facts, Merchant
from dialogs.messages import Card, Choice, InboundMessage, Locale, Reply, Select
from dialogs.step import Step
from dialogs.texts.catalogue import CATALOGUES, code_text, say
from dialogs.texts.money import format_money, format_time
from dialogs.understanding import Understanding
from refund_core.case_money import Rails
from refund_core.cases import CaseChange, Moment
from refund_core.ids import Ids
from refund_core.money import Money
from refund_core.replacing import replace
from refund_core.values import value

_NO_SLOTS = Slots()


@value(frozen=True, slots=True)
class Turn:
    """Everything that one step may look at, and the words for it; told is what the message said by the way."""

    conversation: Conversation
    message: InboundMessage
    understanding: Understanding
    facts: Facts
    now: datetime
    ids: Ids
    told: tuple[Setting, ...] = ()

    @property
    def locale(self) -> Locale:
        """The language of this turn."""
        return self.conversation.locale

    @property
    def merchant(self) -> Merchant:
        """Whose customer is talking."""
        return self.facts.merchant

    @property
    def slots(self) -> Slots:
        """What was told so far."""
        return self.conversation.slots

    @property
    def top(self) -> Frame | None:
        """The flow that is being talked in."""
        stack = self.conversation.stack
        return stack[-1] if stack else None

    @property
    def asking(self) -> str | None:
        """The question that waits for an answer."""
        return self.conversation.stack[-1].asking if self.conversation.stack else None

    @property
    def moment(self) -> Moment:
        """The customer acts now."""
        return Moment(self.now, "customer", self.ids)

    @property
    def rails(self) -> Rails:
        """What can be paid with."""
        return Rails(self.merchant.gateways, self.merchant.policy.limits)

    def say(self, key: str, **values: str | int) -> str:
        """A sentence in the consumer's language."""
        own = self.facts.merchant.texts
        if own:
            return say(key, self.conversation.locale, own, **values)
        text = CATALOGUES[self.conversation.locale][key]
        return text.format_map(values) if values else text

    def code(self, kind: str, code: str) -> str:
        """The words for a code."""
        if not self.facts.merchant.texts:
            known = CATALOGUES[self.conversation.locale].get(f"{kind}.{code}")
            if known is not None:
                return known
        return code_text(kind, code, self.locale, self.merchant.texts)

    def money(self, amount: Money) -> str:
        """An amount in the consumer's language."""
        return format_money(amount, self.locale)

    def time(self, at: datetime) -> str:
        """A time in the merchant's zone."""
        return format_time(at, self.locale, self.merchant.timezone)

    def choice(self, key: str, action: str, **values: str | int) -> Choice:
        """A button."""
        if not values and action in PLAIN_ACTIONS and not self.facts.merchant.texts:
            return _plain_choice(key, action, self.conversation.locale)
        return Choice(self.say(f"choice.{key}", **values), action)

    def choice_of(self, kind: str, code: str) -> Choice:
        """A button for a code (reason:damaged), labelled with the code's words."""
        if not self.facts.merchant.texts:
            return _code_choice(kind, code, self.conversation.locale)
        return _labelled(kind, code, self.code(kind, code))

    def human(self) -> Choice:
        """The way out that is always there."""
        return self.choice("human", "human")

    def sayer(self, key: str) -> Callable[[Mapping[str, str | int]], str]:
        """A sentence to be said many times, each time with other values."""
        if self.facts.merchant.texts:
            return lambda values: self.say(key, **values)
        return CATALOGUES[self.conversation.locale][key].format_map


@value(frozen=True, slots=True)
class Question:
    """A question with its buttons; kind is what the understanding expects, cards come in replies of their own."""

    kind: str
    text: str
    choices: tuple[Choice, ...]
    select: Select | None = None
    card: Card | None = None
    more: tuple[Reply, ...] = ()


def ask(
    turn: Turn,
    flow: str,
    question: Question,
    *,
    slots: Slots | None = None,
    changes: tuple[CaseChange, ...] = (),
    before: tuple[Reply, ...] = (),
) -> Step:
    """Put a question: it becomes what this flow waits on."""
    choices = question.choices
    for reply in question.more:
        choices += reply.choices
    conversation = _going_on(
        turn.conversation,
        (*_below(turn.conversation.stack, flow), Frame(flow, question.kind)),
        Asked(question.kind, choices, question.text, question.select),
        turn.conversation.slots if slots is None else slots,
    )
    first = Reply(question.text, question.choices, question.select, question.card)
    return Step(conversation, (*before, first, *question.more), changes)


def ask_aside(
    turn: Turn, flow: str, question: Question, *, case_no: str | None = None, order_no: str | None = None
) -> Step:
    """Put a question of a side flow on top of what is being talked about, which is taken up again afterwards."""
    conversation = turn.conversation
    below = _without_aside(conversation)
    top = Frame(flow, question.kind, case_no, order_no)
    asked = Asked(question.kind, question.choices, question.text)
    return Step(
        replace(conversation, stack=(*below, top), asked=asked, misses=0),
        (Reply(question.text, question.choices, card=question.card),),
    )


def finish(
    turn: Turn, reply: Reply, *more: Reply, changes: tuple[CaseChange, ...] = (), slots: Slots = _NO_SLOTS
) -> Step:
    """The flow is over: what was told so far is forgotten, the reply's buttons are what may follow."""
    conversation = _going_on(turn.conversation, (), _offered(reply, *more), slots)
    return Step(conversation, (reply, *more), changes)


def answer(turn: Turn, reply: Reply, *more: Reply, changes: tuple[CaseChange, ...] = ()) -> Step:
    """Answer aside: a side flow ends with it, and the question that waited underneath is put again."""
    conversation = turn.conversation
    if not conversation.stack:
        resumed = _going_on(conversation, (), _offered(reply, *more), conversation.slots)
        return Step(resumed, (reply, *more), changes)
    below = _without_aside(conversation)
    asked = below[-1].asked or conversation.asked if below else None
    if asked is None:
        resumed = replace(conversation, stack=(), asked=_offered(reply, *more), misses=0)
        return Step(resumed, (reply, *more), changes)
    stack = (*below[:-1], replace(below[-1], asked=None))
    resumed = replace(conversation, stack=stack, asked=asked, misses=0)
    return Step(resumed, (reply, *more, question_again(turn, asked)), changes)


def again(turn: Turn, key: str | None = None, **values: str | int) -> Step:
    """The same question again, after a sentence why; with no question open, what can be done here."""
    asked = turn.conversation.asked
    lead = () if key is None else (turn.say(key, **values),)
    if asked is None or not turn.conversation.stack:
        return answer(turn, menu_reply(turn, *lead))
    text = "\n".join((*lead, asked.text))
    return Step(turn.conversation, (Reply(text, _but_once(asked.choices), asked.select),))


def question_again(turn: Turn, asked: Asked) -> Reply:
    """An open question, put again."""
    return Reply(f"{turn.say('again')}\n{asked.text}", _but_once(asked.choices), asked.select)


def on_main(turn: Turn) -> Turn:
    """The turn with what lies on top of the main flow dropped, its question open again."""
    conversation = turn.conversation
    if len(conversation.stack) < 2:
        return turn
    below = conversation.stack[0]
    resumed = replace(conversation, stack=(replace(below, asked=None),), asked=below.asked or conversation.asked)
    return replace(turn, conversation=resumed)


def menu_reply(turn: Turn, *lead: str) -> Reply:
    """What can be done here."""
    choices = (turn.choice("start", "start:refund"), turn.human())
    return Reply("\n".join((*lead, turn.say("menu"))), choices)


def with_menu(turn: Turn, key: str) -> Reply:
    """A sentence, and what can be done here as buttons."""
    return Reply(turn.say(key), (turn.choice("start", "start:refund"), turn.human()))


def lines_of(parts: Sequence[str]) -> str:
    """Several sentences under one another."""
    return "\n".join(part for part in parts if part)


def _but_once(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The buttons of a question that is put again: one decline for all ways, no second offer in place of money."""
    declines = [choice for choice in choices if choice.action.endswith(":decline")][:-1]
    return tuple([it for it in choices if it not in declines and not it.action.startswith("remedy:")])


def _going_on(conversation: Conversation, stack: tuple[Frame, ...], asked: Asked | None, slots: Slots) -> Conversation:
    """The conversation with another question and no miss; spelled out, since replace() costs thrice as much."""
    old = conversation
    return Conversation(
        locale=old.locale,
        customer=old.customer,
        order_no=old.order_no,
        stack=stack,
        slots=slots,
        asked=asked,
        holder=old.holder,
        epoch=old.epoch,
        is_greeted=old.is_greeted,
        misses=0,
        waiting_since=old.waiting_since,
        minute_started=old.minute_started,
        minute_count=old.minute_count,
        conversation_id=old.conversation_id,
        channel=old.channel,
        only_order=old.only_order,
        also=old.also,
        also_goods=old.also_goods,
    )


@lru_cache(maxsize=256)
def _plain_choice(key: str, action: str, locale: Locale) -> Choice:
    """A button that is the same for everybody."""
    return Choice(CATALOGUES[locale][f"choice.{key}"], action)


@lru_cache(maxsize=256)
def _code_choice(kind: str, code: str, locale: Locale) -> Choice:
    return _labelled(kind, code, code_text(kind, code, locale))


def _labelled(kind: str, code: str, label: str) -> Choice:
    return Choice(label[:1].upper() + label[1:], f"{kind}:{code}")


_MAIN_FLOWS = frozenset({"refund", "verify"})


def _below(stack: tuple[Frame, ...], flow: str) -> tuple[Frame, ...]:
    """What stays under a flow that asks: nothing for a main flow, the main flow for a side one."""
    return () if flow in _MAIN_FLOWS else tuple(frame for frame in stack if frame.flow in _MAIN_FLOWS)


def _without_aside(conversation: Conversation) -> tuple[Frame, ...]:
    """The main flow's frame, holding its open question while something lies on top."""
    stack = conversation.stack
    if not stack or stack[0].flow not in _MAIN_FLOWS:
        return ()
    return stack[:1] if len(stack) > 1 else (replace(stack[0], asked=conversation.asked),)


def _offered(*replies: Reply) -> Asked | None:
    choices = tuple(choice for reply in replies for choice in reply.choices)
    return Asked("menu", choices, replies[-1].text) if choices else None
