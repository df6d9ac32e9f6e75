"""A question that a person put outside of the talk: asked in it, so that what is said next answers it."""

from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.facts import Facts
from dialogs.flows.aftercare import ask_more_pictures
from dialogs.flows.offers import ask_offers
from dialogs.flows.small_talk import first_contact
from dialogs.flows.turn import Turn
from dialogs.messages import InboundMessage, Reply
from dialogs.step import Step
from dialogs.understanding import Intent, Understanding
from refund_core.cases import CaseState
from refund_core.ids import Ids
from refund_core.replacing import replace

_READ_NOTHING = Understanding(Intent.OTHER, 0.0)
ASKED_IN = frozenset({CaseState.OFFERED, CaseState.AWAITING_CUSTOMER})


def ask_what_waits(
    conversation: Conversation, lead: tuple[Reply, ...], facts: Facts, *, now: datetime, ids: Ids
) -> Step | None:
    """What the case among the facts waits for, after the person's words; None where it waits for nothing of that kind.

    Nothing is asked into a talk about something else, nor while a person holds the conversation.
    """
    case, order = facts.case, facts.order
    if case is None or order is None or case.state not in ASKED_IN:
        return None
    if conversation.stack or conversation.holder != "bot":
        return None
    turn = Turn(conversation, InboundMessage("", now), _READ_NOTHING, facts, now, ids)
    offered = case.state is CaseState.OFFERED
    asked = ask_offers(turn, order, case, is_listed=True) if offered else ask_more_pictures(turn)
    said = tuple(replace(reply, choices=()) for reply in lead)
    greeting = () if conversation.is_greeted else (first_contact(turn),)
    greeted = replace(asked.conversation, is_greeted=True)
    return replace(asked, conversation=greeted, replies=(*greeting, *said, *asked.replies))
