"""The consumer chose another language: the open question once more in that one, as if it had been put in it.

Nothing is answered by it: no turn, no miss, and what was told stays. What depends on the order or the case is put
together anew from the facts; whatever else was said is found again in the catalogue.
"""

from collections.abc import Sequence

from dialogs.actions import spoken_language
from dialogs.conversation import Asked, Conversation, Slots
from dialogs.facts import Needs
from dialogs.flows.offers import ask_confirmation, ask_offers, have_expired, offer_needs
from dialogs.flows.reason import ask_reason
from dialogs.flows.refund import more_needs, order_choice
from dialogs.flows.turn import Turn, again, menu_reply, on_main
from dialogs.flows.words import order_card
from dialogs.messages import Choice, InboundMessage, Locale, Reply
from dialogs.step import Step
from dialogs.texts.catalogue import say
from dialogs.texts.translated import translated
from dialogs.understanding import Understanding
from refund_core.cases import CaseState, RefundCase
from refund_core.circumstances import guess_reason
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

_CODES = frozenset({"reason", "remedy"})
_PAGES_READ = 3
_NOTHING = Needs()


def spoken(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Conversation:
    """The conversation in the language of this message, as far as it shows one."""
    locale = understanding.locale
    is_told = message.is_locale_chosen and spoken_language(understanding.action) is None
    if locale is None and (is_told or not conversation.is_greeted):
        locale = message.locale
    return conversation if locale in {None, conversation.locale} else replace(conversation, locale=locale)


def speak_needs(conversation: Conversation, locale: Locale) -> Needs:
    """What the open question is about, where it is to be put again."""
    if locale == conversation.locale or not conversation.stack:
        return _NOTHING
    slots, frame = conversation.slots, conversation.stack[0]
    match frame.asking if frame.flow == "refund" else None:
        case "order":
            return _order_needs(_asked_below(conversation))
        case "lines" | "reason":
            return Needs(order_no=slots.order_no)
        case "resolution" | "confirm":
            return offer_needs(slots)
        case _:
            return _NOTHING


def speak(turn: Turn, locale: Locale) -> Step:
    """The conversation in that language, and its open question in it.

    Where that is its language, or nothing was said yet, a page's choice is not answered; words are.
    """
    before = turn.conversation
    told = replace(turn, conversation=replace(before, locale=locale))
    if locale == before.locale or not before.is_greeted:
        return Step(told.conversation) if turn.message.action is not None else again(told)
    if not before.stack:
        asked = _without_question(told, before)
        reply = Reply(asked.text, asked.choices)
        return Step(replace(told.conversation, asked=asked), (reply,))
    main = _main_question(on_main(told), before)
    if len(before.stack) == 1:
        return replace(main, conversation=replace(main.conversation, misses=before.misses))
    aside = _in_words(told, before.asked or Asked(""), before.locale)
    below = replace(before.stack[0], asked=main.conversation.asked)
    talk = replace(main.conversation, stack=(below, *before.stack[1:]), asked=aside, misses=before.misses)
    return Step(talk, (Reply(aside.text, aside.choices, aside.select),))


def _asked_below(conversation: Conversation) -> Asked:
    """The main flow's question, whatever lies on top of it."""
    below = conversation.stack[0].asked if len(conversation.stack) > 1 else None
    return below or conversation.asked or Asked("")


def _main_question(turn: Turn, before: Conversation) -> Step:
    asked = _asked_below(before)
    anew = _from_facts(turn, asked, before.locale) if before.stack[0].flow == "refund" else None
    if anew is not None:
        return anew
    said = _in_words(turn, asked, before.locale)
    card = None
    if said.kind == "lines" and turn.facts.order is not None:
        card = order_card(turn, turn.facts.order.order)
    return Step(replace(turn.conversation, asked=said), (Reply(said.text, said.choices, said.select, card),))


def _from_facts(turn: Turn, asked: Asked, was: Locale) -> Step | None:
    """The question put together anew; None for one that holds nothing of the order or the case, or lost it since."""
    facts, case, slots = turn.facts.order, turn.facts.case, turn.slots
    match turn.asking:
        case "order":
            return _orders(turn, asked, was)
        case "reason" if facts is not None and facts.order.order_no == slots.order_no:
            return ask_reason(turn, facts, _as_guessed(turn, facts))
        case "resolution" | "confirm" if facts is not None and case is not None:
            return _ways(turn, facts, case, asked, was)
        case _:
            return None


def _as_guessed(turn: Turn, facts: OrderFacts) -> Slots:
    """A reason that is still to be confirmed, told or guessed as it was."""
    slots, hours = turn.slots, turn.merchant.policy.limits.fake_shipment_hours
    if slots.reason is None or guess_reason(facts, turn.now, fake_shipment_hours=hours) == slots.reason:
        return replace(slots, reason=None, reason_guessed=False)
    return replace(slots, reason_guessed=True)


def _ways(turn: Turn, facts: OrderFacts, case: RefundCase, asked: Asked, was: Locale) -> Step | None:
    if case.state is not CaseState.OFFERED or case.case_no != turn.slots.case_no or have_expired(turn, case):
        return None
    if turn.asking == "confirm":
        offer = next((it for it in case.offers if it.offer_id == turn.slots.offer_id), None)
        return None if offer is None else ask_confirmation(turn, facts, case, offer, slots=turn.slots)
    is_else_open = any(it.action.startswith("remedy:") for it in asked.choices)
    put = ask_offers(turn, facts, case, is_listed=True, is_else_open=is_else_open)
    others = [it for it in asked.choices if it.action.startswith("resolution:")]
    return _with_choices(put, [_label(turn, it, was) for it in others])


def _with_choices(put: Step, others: Sequence[Choice]) -> Step:
    """What was offered in place of money stands again before the ways out."""
    question, last = put.conversation.asked, put.replies[-1]
    if not others or question is None:
        return put
    shown, known = _before_back(last.choices, others), _before_back(question.choices, others)
    talk = replace(put.conversation, asked=replace(question, choices=known))
    return replace(put, conversation=talk, replies=(*put.replies[:-1], replace(last, choices=shown)))


def _before_back(choices: tuple[Choice, ...], others: Sequence[Choice]) -> tuple[Choice, ...]:
    place = next((at for at, it in enumerate(choices) if it.action == "back"), len(choices))
    return (*choices[:place], *others, *choices[place:])


def _order_needs(asked: Asked) -> Needs:
    numbers = _numbers(asked)
    if len(numbers) < 2:
        return Needs(order_no=numbers[0]) if numbers else _NOTHING
    further = [it.action.removeprefix("orders:") for it in asked.choices if it.action.startswith("orders:")]
    page = int(further[0]) - 1 if further and further[0].isdigit() else _PAGES_READ
    return more_needs(max(1, page))


def _numbers(asked: Asked) -> list[str]:
    return [it.action.removeprefix("order:") for it in asked.choices if it.action.startswith("order:")]


def _orders(turn: Turn, asked: Asked, was: Locale) -> Step | None:
    """The same orders with their cards; None where no order is shown, or one is not at hand."""
    found = (*turn.facts.recent_orders, *((turn.facts.order,) if turn.facts.order is not None else ()))
    known = {facts.order.order_no: facts for facts in found}
    numbers = _numbers(asked)
    if not numbers or any(order_no not in known for order_no in numbers):
        return None
    said = _in_words(turn, asked, was)
    proposed = say("choice.this_order", was, turn.merchant.texts)
    replies = []
    for choice in [it for it in asked.choices if it.action.startswith("order:")]:
        facts = known[choice.action.removeprefix("order:")]
        label = turn.choice("this_order", choice.action) if choice.label == proposed else order_choice(turn, facts)
        replies.append(Reply("", (label,), card=order_card(turn, facts.order)))
    others = tuple([it for it in said.choices if not it.action.startswith("order:")])
    replies[-1] = replace(replies[-1], choices=(*replies[-1].choices, *others))
    replies[0] = replace(replies[0], text=said.text)
    shown = tuple([choice for reply in replies for choice in reply.choices])
    return Step(replace(turn.conversation, asked=replace(said, choices=shown)), tuple(replies))


def _without_question(turn: Turn, before: Conversation) -> Asked:
    """What was said last where that can be said again, else what can be done here; with the buttons that it had."""
    asked = before.asked
    if asked is None or not asked.choices:
        reply = menu_reply(turn)
        return Asked("menu", reply.choices, reply.text)
    said = _in_words(turn, asked, before.locale)
    if asked.kind == "hint" and turn.slots.reason is not None:
        return replace(said, text=turn.say("offer_refund", reason=turn.code("reason", turn.slots.reason)))
    is_known = all(translated(line, before.locale, turn.locale, turn.merchant.texts) for line in asked.text.split("\n"))
    return said if is_known else replace(said, text=turn.say("menu"))


def _in_words(turn: Turn, asked: Asked, was: Locale) -> Asked:
    """The question's sentences and labels as they are found in the catalogue; what is not ours stays as it was."""
    own = turn.merchant.texts
    lines = [translated(line, was, turn.locale, own) or line for line in asked.text.split("\n")]
    choices = tuple([_label(turn, it, was) for it in asked.choices])
    if asked.kind == "change" and choices:
        lines = [turn.say("change.ask", what=turn.code("reason", choices[0].action.removeprefix("reason:")))]
    return Asked(asked.kind, choices, "\n".join(lines), asked.select)


def _label(turn: Turn, choice: Choice, was: Locale) -> Choice:
    own = turn.merchant.texts
    known = translated(choice.label, was, turn.locale, own, is_label=True)
    if known is not None:
        return Choice(known, choice.action)
    kind, _, code = choice.action.partition(":")
    if kind not in _CODES:
        return choice
    words = turn.choice_of(kind, code)
    is_change = turn.conversation.asked is not None and turn.conversation.asked.kind == "change"
    return replace(words, label=turn.say("choice.change", what=turn.code(kind, code))) if is_change else words
