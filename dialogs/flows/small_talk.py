"""Everything that is no request: greeting, thanks, anger, off-topic, what was not understood."""

from dataclasses import replace

from dialogs.commands import Talk
from dialogs.conversation import Asked
from dialogs.flows.told import order_shown
from dialogs.flows.turn import Turn, again, answer, menu_reply, with_menu
from dialogs.messages import Reply
from dialogs.step import Step

MISSES_BEFORE_PERSON = 2
_CHOSEN_FROM = frozenset({"order", "lines", "reason", "resolution", "declined"})


def first_contact(turn: Turn) -> Reply:
    """Said once, before anything else: an assistant answers, what is kept, and that a person can be had."""
    return Reply(turn.say("greeting", merchant=_named(turn)).strip(), (turn.human(),))


def _named(turn: Turn) -> str:
    """The merchant's name, with a space where Latin letters would touch Chinese ones."""
    name = turn.merchant.name
    if turn.locale != "zh-CN" or not name:
        return name
    before, after = (" " if letter.isascii() and letter.isalnum() else "" for letter in (name[0], name[-1]))
    return f"{before}{name}{after}"


def chat(turn: Turn, kind: Talk) -> Step:
    """Said without a wish: an open question stays open, otherwise what can be done here is at hand."""
    match kind:
        case "greeting":
            return again(turn) if turn.conversation.stack else answer(turn, menu_reply(turn))
        case "thanks":
            return again(turn, kind) if turn.conversation.stack else _farewell(answer(turn, with_menu(turn, kind)))
        case "bot":
            return _about_bot(turn)
        case "off_topic":
            return miss(turn, "off_topic")
        case "closing":
            key = "closing_open" if turn.conversation.stack else "closing"
            said = Step(turn.conversation, (Reply(turn.say(key), (turn.human(),)),))
            return said if turn.conversation.stack else _farewell(said)
        case "anger":
            return _calm(turn)


def _farewell(said: Step) -> Step:
    """Nothing is open, and the customer says that all is said."""
    return replace(said, is_farewell=True)


def _about_bot(turn: Turn) -> Step:
    """That a program answers, and how to reach a person; what is open stays open."""
    said = turn.say("about_bot", merchant=_named(turn)).strip()
    choices = (turn.human(),) if turn.conversation.stack else (turn.choice("start", "start:refund"), turn.human())
    return answer(turn, Reply(said, choices))


def _calm(turn: Turn) -> Step:
    """Regret, and a person at hand; what is open stays open."""
    if turn.conversation.stack:
        return answer(turn, Reply(turn.say("sorry_anger_open"), (turn.human(),)))
    choices = (turn.human(), turn.choice("start", "start:refund"))
    return answer(turn, Reply(turn.say("sorry_anger"), choices))


def reason_hint(turn: Turn, reason: str) -> Step:
    """A complaint without a wish: ask whether a refund is wanted, and remember what was told."""
    order_no = turn.slots.order_no
    action = "start:refund" if order_no is None else f"order:{order_no}"
    text = turn.say("offer_refund", reason=turn.code("reason", reason))
    reply = Reply(text, (turn.choice("start", action), turn.human()))
    about = order_no or (None if turn.conversation.stack else order_shown(turn.conversation))
    hinted = replace(turn.slots, order_no=about, reason=reason, evidence=turn.message.attachments)
    asked = Asked("hint", reply.choices, reply.text)
    return Step(replace(turn.conversation, slots=hinted, asked=asked, stack=(), misses=0), (reply,))


def which(turn: Turn) -> Step:
    """A yes where several can be meant: that one is to be chosen, without all of the question over again."""
    asked = again(turn)
    if turn.asking not in _CHOSEN_FROM or not asked.replies:
        return asked
    return replace(asked, replies=(replace(asked.replies[0], text=turn.say("which")),))


def stale(turn: Turn) -> Step:
    """A button that no longer fits."""
    return again(turn, "stale")


def miss(turn: Turn, first: str = "miss") -> Step:
    """Not understood: the question again; the second time a person is proposed first."""
    misses = turn.conversation.misses + 1
    key = first if misses < MISSES_BEFORE_PERSON else "miss_again"
    asked = again(turn, key)
    replies = asked.replies
    if misses >= MISSES_BEFORE_PERSON and replies and turn.asking != "confirm":
        replies = (_with_person_first(turn, replies[0]), *replies[1:])
    return replace(asked, conversation=replace(asked.conversation, misses=misses), replies=replies)


def _with_person_first(turn: Turn, asked: Reply) -> Reply:
    """The question with the way to a person in front of its other buttons; a list to tick stays a list."""
    listed = tuple([it for it in asked.choices if asked.select is not None and it.action.startswith("line:")])
    rest = tuple([it for it in asked.choices if it.action != "human" and it not in listed])
    return replace(asked, choices=(*listed, turn.human(), *rest))
