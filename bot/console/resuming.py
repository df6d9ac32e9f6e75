"""What the assistant says when a person gives a conversation back, and what of the talk is new with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from dialogs.facts import Merchant
from dialogs.flows.resuming import resume, resume_needs, told_meanwhile
from dialogs.messages import Reply
from refund_core.ids import Ids
from storage.database import Database
from storage.desk_store import Hold, read_last_messages
from storage.fact_store import FactsWanted, Known, load_facts
from storage.ids import new_id
from storage.message_store import SaidMessage
from storage.turn_store import load_conversations

MESSAGES_READ = 60


class _Said(msgspec.Struct, frozen=True):
    sender: str
    text: str = ""
    action: str | None = None


_BODIES = msgspec.json.Decoder(_Said)


async def resumed(
    db: Database, hold: Hold, notice: str, merchant: tuple[UUID, Merchant], *, now: datetime
) -> tuple[Reply, Mapping[str, object]]:
    """The notice with where things stand, and the parts of the dialog's state that go with it."""
    merchant_id, facts_of_merchant = merchant
    found = (await load_conversations(db, [hold.conversation_id])).get(hold.conversation_id)
    if found is None:
        return Reply(notice, sender="system"), {}
    said = await read_last_messages(db, merchant_id, hold.conversation_id, limit=MESSAGES_READ)
    told = told_meanwhile(found.state, _told(said))
    wanted = FactsWanted(
        merchant_id,
        facts_of_merchant,
        found.customer_id,
        found.state.customer or found.customer,
        resume_needs(found.state, told),
        found.state.only_order,
    )
    (facts,) = await load_facts(db, [wanted], Known.nothing(), now=now)
    step = resume(found.state, notice, told, facts, now=now, ids=Ids(new_id()))
    state = step.conversation
    talk = {"stack": state.stack, "slots": state.slots, "asked": state.asked, "misses": 0}
    return step.replies[0], msgspec.to_builtins(talk)


def _told(said: Sequence[SaidMessage]) -> list[str]:
    """The customer's own words since the assistant spoke last, oldest first."""
    told: list[str] = []
    for message in reversed(said):
        body = _BODIES.decode(message.body)
        if body.sender == "bot":
            break
        if body.sender == "customer" and body.action is None and body.text:
            told.append(body.text)
    return told[::-1]
