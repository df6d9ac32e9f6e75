"""A case that was opened without a chat: what a person asks or offers is put into the chat of its customer.

It stands there as if it had been asked in the talk, so the customer's buttons and words answer it, and who has no chat
yet sees it first when they open one. Until then a text tells their phone where the case stands, where one is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.sms_notices import progress_sms
from dialogs.facts import Facts, Merchant
from dialogs.flows.from_outside import ask_what_waits
from dialogs.messages import Locale, Reply
from dialogs.notices import notice
from refund_core.cases import CaseChange, CaseState, Moment, RefundCase
from refund_core.orders import OrderFacts
from refund_core.replacing import replace
from storage import outbox
from storage.conversation_store import NewConversation, open_conversation
from storage.customer_store import sealed_phone
from storage.database import Database
from storage.desk_store import Talk, put_talk
from storage.message_store import append_messages
from storage.notice_store import chat_of_customer
from storage.transaction import Transaction
from storage.turn_store import load_conversations

FOR_CALLER = "api"
_STANDING = {CaseState.OFFERED: "note.offered", CaseState.AWAITING_CUSTOMER: "note.evidence_asked"}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a change, and to whose shop it belongs; words are the person's own, where there are any."""

    merchant_id: UUID
    merchant: Merchant
    facts: OrderFacts
    moment: Moment
    words: Callable[[Locale], tuple[Reply, ...]]


async def in_a_chat(db: Database, merchant_id: UUID, case: RefundCase, *, now: datetime) -> RefundCase:
    """The case with a chat: its own, else where its customer spoke last, else one that waits for them to open it."""
    if case.conversation_id is not None:
        return case
    chat = await chat_of_customer(db, merchant_id, case.customer)
    if chat is None:
        chat = await open_conversation(db, merchant_id, NewConversation("web", case.customer, "zh-CN"), now=now)
    return replace(case, conversation_id=str(chat))


async def put_question(tx: Transaction, talk: Talk, change: CaseChange, told: Told) -> CaseChange | None:
    """Ask in the talk what the case waits for, in the transaction that saves the change and holds the talk's lock.

    Returns the change without the notice that the question makes needless; None where nothing was asked: the case waits
    for nothing of the customer's, or something else is being talked about.
    """
    case, now = change.case, told.moment.at
    before = (await load_conversations(tx, [talk.conversation_id])).get(talk.conversation_id)
    if before is None or case.second is not None or case.state not in _STANDING:
        return None
    lead = told.words(talk.locale) or (notice(_STANDING[case.state], case, talk.locale, told.merchant),)
    facts = Facts(told.merchant, order=told.facts, case=case)
    asked = ask_what_waits(before.state, lead, facts, now=now, ids=told.moment.ids)
    if asked is None:
        return None
    await append_messages(tx, told.merchant_id, talk.conversation_id, asked.replies, now=now)
    await put_talk(tx, told.merchant_id, talk.conversation_id, asked.conversation)
    return replace(change, effects=tuple([it for it in change.effects if it.kind != "chat.note"]))


async def text_instead(tx: Transaction, talk: Talk, case: RefundCase, told: Told) -> None:
    """A text to the phone of a customer who has never written in the chat; nothing where no text can be sent."""
    if talk.has_spoken or case.second is not None or told.merchant.proof is None:
        return
    if await sealed_phone(tx, told.merchant_id, case.customer) is None:
        return
    cause = UUID(told.moment.ids.uuid(f"sms:{case.case_no}:{case.version}"))
    await outbox.add(tx, told.merchant_id, [progress_sms(case.case_no, talk.locale, cause=cause)], now=told.moment.at)
