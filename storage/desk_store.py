"""What the desk reads and does: who waits, who holds a conversation, taking it over and giving it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from dialogs.conversation import Conversation
from dialogs.messages import Locale
from storage.database import Database
from storage.message_store import SaidMessage
from storage.transaction import Transaction

QUEUE_LIMIT = 200
# The states in which the next move is the staff's.
STATES_FOR_STAFF = ("under_review", "inspecting", "awaiting_finance", "failed")

# The case that stands beside a conversation in the queue: one that waits for staff before all others, then the newest.
_FOREMOST = "ORDER BY state = ANY($2::text[]) DESC, created_at DESC LIMIT 1"
_NEWEST_CASE = f"""
LEFT JOIN LATERAL (
    SELECT case_no, order_no, state, due_at, document FROM refund_case
    WHERE merchant_id = conversation.merchant_id AND conversation_id = conversation.id
    {_FOREMOST}
) newest ON true
LEFT JOIN LATERAL (
    SELECT body->>'text' AS text FROM message
    WHERE merchant_id = conversation.merchant_id AND conversation_id = conversation.id AND sender = 'customer'
    ORDER BY seq DESC LIMIT 1
) said ON true
"""  # noqa: S608  # constants
_CASE_COLUMNS = """
    newest.case_no, newest.order_no, newest.state, newest.due_at,
    newest.document->'decision'->'risk'->>'level' AS risk,
    newest.document->'handoff'->>'reason' AS reason,
    newest.document->'claim'->>'reason' AS claim_reason,
    (newest.document->'decision'->'allocation'->'total'->>'minor')::bigint AS amount_minor,
    newest.document->'decision'->'allocation'->'total'->>'currency' AS currency
"""
_HELD = f"""
SELECT conversation.id, CASE conversation.holder WHEN 'bot' THEN 'queue' ELSE conversation.holder END AS holder,
    conversation.waiting_since AS since, coalesce(customer.external_id, conversation.state->>'customer') AS customer,
    staff.name AS holder_name, left(said.text, 160) AS last_text, {_CASE_COLUMNS}
FROM conversation
LEFT JOIN customer ON customer.merchant_id = conversation.merchant_id AND customer.id = conversation.customer_id
LEFT JOIN staff ON staff.merchant_id = conversation.merchant_id AND staff.id::text = conversation.holder
{_NEWEST_CASE}
WHERE conversation.merchant_id = $1 AND conversation.is_open
  AND (conversation.holder <> 'bot' OR conversation.waiting_since IS NOT NULL)
ORDER BY conversation.waiting_since NULLS LAST, conversation.id LIMIT {QUEUE_LIMIT}
"""  # noqa: S608  # put together from constants alone
_TO_DECIDE = f"""
SELECT NULL::uuid AS id, 'bot' AS holder, newest.updated_at AS since, newest.customer, NULL AS holder_name,
    newest.document->'claim'->>'note' AS last_text, {_CASE_COLUMNS}
FROM refund_case newest
LEFT JOIN conversation ON conversation.merchant_id = newest.merchant_id AND conversation.id = newest.conversation_id
WHERE newest.merchant_id = $1 AND newest.state = ANY($2::text[])
  AND (conversation.id IS NULL OR (conversation.holder = 'bot' AND conversation.waiting_since IS NULL)
    OR NOT conversation.is_open OR newest.id <> (
    SELECT id FROM refund_case WHERE merchant_id = conversation.merchant_id AND conversation_id = conversation.id
    {_FOREMOST}))
ORDER BY newest.due_at NULLS LAST, newest.id LIMIT {QUEUE_LIMIT}
"""  # noqa: S608  # the same
_HOLD = """
SELECT conversation.id, conversation.holder, conversation.epoch, conversation.customer_id,
    conversation.spoke_at IS NOT NULL AS has_spoken,
    conversation.state->>'locale' AS locale,
    coalesce(customer.external_id, conversation.state->>'customer') AS customer, staff.name AS holder_name
FROM conversation
LEFT JOIN customer ON customer.merchant_id = conversation.merchant_id AND customer.id = conversation.customer_id
LEFT JOIN staff ON staff.merchant_id = conversation.merchant_id AND staff.id::text = conversation.holder
WHERE conversation.merchant_id = $1 AND conversation.id = $2
"""
_CHANGE_HOLDER = """
UPDATE conversation SET
    holder = $4, epoch = epoch + 1, version = version + 1, updated_at = $5,
    waiting_since = CASE WHEN $4 = 'queue' THEN $5::timestamptz END,
    state = state || $6::jsonb || jsonb_build_object('holder', $4::text, 'epoch', epoch + 1,
        'waiting_since', CASE WHEN $4 = 'queue' THEN to_jsonb($5::timestamptz) ELSE 'null'::jsonb END)
WHERE merchant_id = $1 AND id = $2 AND epoch = $3
RETURNING epoch
"""
_LOCK_TALK = """
SELECT id, holder, state->>'locale' AS locale, spoke_at IS NOT NULL AS has_spoken
FROM conversation WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE
"""
_PUT_TALK = """
UPDATE conversation SET state = state || $3::jsonb, version = version + 1 WHERE merchant_id = $1 AND id = $2
"""
_LAST_SAID = """
SELECT seq, at, body, client_id FROM message WHERE merchant_id = $1 AND conversation_id = $2 ORDER BY seq DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue: a conversation that a person holds or should, or a case to decide."""

    conversation_id: UUID | None
    holder: str
    holder_name: str | None
    customer: str | None
    since: datetime | None
    last_text: str | None
    case_no: str | None
    order_no: str | None
    state: str | None
    due_at: datetime | None
    risk: str | None
    reason: str | None
    claim_reason: str | None
    amount_minor: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds a conversation: "bot", "queue" or a staff id; epoch counts the changes of hand.

    has_spoken: the customer has written there at least once.
    """

    conversation_id: UUID
    holder: str
    holder_name: str | None
    epoch: int
    customer_id: UUID | None
    customer: str | None
    locale: Locale
    has_spoken: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation whose lock is held: whose it is, its language, and whether its customer ever spoke."""

    conversation_id: UUID
    holder: str
    locale: Locale
    has_spoken: bool = True


async def read_queue(db: Database, merchant_id: UUID) -> tuple[QueueItem, ...]:
    """Conversations held by people or waiting for one, longest wait first; then cases to decide, soonest due first."""
    states = list(STATES_FOR_STAFF)
    held = await db.fetch(_HELD, merchant_id, states)
    cases = await db.fetch(_TO_DECIDE, merchant_id, states)
    return tuple(
        QueueItem(
            conversation_id=row["id"], holder=row["holder"], holder_name=row["holder_name"], customer=row["customer"],
            since=row["since"], last_text=row["last_text"], case_no=row["case_no"], order_no=row["order_no"],
            state=row["state"], due_at=row["due_at"], risk=row["risk"], reason=row["reason"],
            claim_reason=row["claim_reason"],
            amount_minor=row["amount_minor"], currency=row["currency"],
        )
        for row in [*held, *cases]
    )  # fmt: skip


async def read_hold(db: Database, merchant_id: UUID, conversation_id: UUID) -> Hold | None:
    """Who holds the conversation now; None when the merchant has no such conversation."""
    rows = await db.fetch(_HOLD, merchant_id, conversation_id)
    if not rows:
        return None
    row = rows[0]
    locale = _locale(row["locale"])
    who = (row["holder"], row["holder_name"], row["epoch"], row["customer_id"], row["customer"])
    return Hold(row["id"], *who, locale, row["has_spoken"])


async def read_last_messages(
    db: Database, merchant_id: UUID, conversation_id: UUID, *, limit: int
) -> tuple[SaidMessage, ...]:
    """The newest things that were said, oldest of them first."""
    rows = await db.fetch(_LAST_SAID, merchant_id, conversation_id, limit)
    return tuple(SaidMessage(*row) for row in reversed(rows))


async def lock_talk(tx: Transaction, merchant_id: UUID, conversation_id: UUID) -> Talk | None:
    """Take the conversation's lock, first in a transaction; None when the merchant has no such conversation."""
    row = await tx.fetch_one(_LOCK_TALK, merchant_id, conversation_id)
    return Talk(row["id"], row["holder"], _locale(row["locale"]), row["has_spoken"]) if row else None


async def put_talk(tx: Transaction, merchant_id: UUID, conversation_id: UUID, state: Conversation) -> None:
    """What is being talked about from now on; the caller holds the conversation's lock and has said it there."""
    talk = {"stack": state.stack, "slots": state.slots, "asked": state.asked, "is_greeted": True, "misses": 0}
    await tx.execute(_PUT_TALK, merchant_id, conversation_id, msgspec.json.encode(talk))


async def change_holder(
    tx: Transaction,
    merchant_id: UUID,
    conversation_id: UUID,
    *,
    to: str,
    seen_epoch: int,
    now: datetime,
    talk: Mapping[str, object] | None = None,
) -> int | None:
    """Give the conversation into other hands ("bot", "queue" or a staff id) if it is still in those that were seen.

    talk is what of the dialog's state (stack, slots, asked) is new with it; nothing else changes that meanwhile.
    Returns the new epoch; None means that somebody else was faster. A bot turn that was stepped before this has seen
    an older version and is stepped again, now under the new holder.
    """
    changed = msgspec.json.encode(talk or {})
    rows = await tx.fetch(_CHANGE_HOLDER, merchant_id, conversation_id, seen_epoch, to, now, changed)
    return int(rows[0]["epoch"]) if rows else None


def _locale(stored: str | None) -> Locale:
    return "en" if stored == "en" else "zh-CN"
