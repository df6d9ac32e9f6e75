"""Codes: asked for and tried in their turn's own commit, checked before it, handed to the sender by a worker.

A turn never looks whether an order exists: that is the worker's, long after the answer. So a number that somebody made
up leads to the same rows, counts and answers as a real one, and its code is one that nobody ever gets.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dialogs.messages import Locale
from dialogs.proof import CodeChecked, CodeOutcome, CodesAsked, CodeTried, NewCode, ProofChange, ProofFacts, ProofWanted
from refund_core.cases import Effect
from refund_core.replacing import replace
from storage import outbox
from storage.codes import Codes
from storage.reading import CanFetch
from storage.sms_store import SHOP, ScopeLimit, chat_scope, count_text, forget_uses, order_scope, texts_used
from storage.text import is_storable
from storage.transaction import Transaction

SMS_SEND = "sms.send"
# The order that was named: written like that, or in capitals.
_ORDER = """
SELECT order_no, customer_id FROM shop_order
WHERE merchant_id = p.merchant_id AND order_no = ANY(ARRAY[p.order_no, upper(p.order_no)])
ORDER BY order_no = p.order_no DESC LIMIT 1
"""
_CHECK = f"""
SELECT p.id, p.code_hash, p.tries, p.tries_max, p.expires_at, p.used_at, customer.external_id, o.order_no
FROM phone_proof p
LEFT JOIN LATERAL ({_ORDER}) o ON o.customer_id = p.customer_id
LEFT JOIN customer ON customer.merchant_id = p.merchant_id AND customer.id = o.customer_id
WHERE p.merchant_id = $1 AND p.conversation_id = $2 AND p.order_no = $3
ORDER BY p.created_at DESC, p.id DESC LIMIT 1
"""  # noqa: S608  # constants
_ADD = """
INSERT INTO phone_proof (id, merchant_id, conversation_id, order_no, code_hash, tries_max, expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING
"""
_TRY = """
UPDATE phone_proof SET tries = tries + 1, used_at = CASE WHEN $5::bool THEN $6::timestamptz END
WHERE id = $1 AND merchant_id = $2 AND conversation_id = $3 AND tries = $4 AND tries < tries_max
  AND used_at IS NULL AND expires_at > $6
RETURNING id
"""
_TO_SEND = f"""
SELECT p.conversation_id, p.expires_at, c.id AS customer_id, c.external_id, c.phone, c.phone_hash,
    p.id = (SELECT newest.id FROM phone_proof newest WHERE newest.conversation_id = p.conversation_id
        AND newest.order_no = p.order_no ORDER BY newest.created_at DESC, newest.id DESC LIMIT 1) AS is_newest
FROM phone_proof p
JOIN LATERAL ({_ORDER}) o ON true
JOIN customer c ON c.merchant_id = p.merchant_id AND c.id = o.customer_id
WHERE p.merchant_id = $1 AND p.id = $2 AND p.used_at IS NULL AND c.phone IS NOT NULL
"""  # noqa: S608  # constants
_HANDED_OVER = "UPDATE phone_proof SET customer_id = $3 WHERE merchant_id = $1 AND id = $2"
# On a platform the person who writes is that customer from now on; whoever is known already stays who they are.
_LINK = """
WITH linked AS (
    UPDATE channel_identity i SET customer_id = p.customer_id FROM phone_proof p
    WHERE p.id = $1 AND p.merchant_id = $2 AND i.merchant_id = p.merchant_id AND i.conversation_id = p.conversation_id
      AND i.customer_id IS NULL
    RETURNING i.conversation_id, i.customer_id
)
UPDATE conversation c SET customer_id = linked.customer_id FROM linked
WHERE c.merchant_id = $2 AND c.id = linked.conversation_id
"""
_PROVEN = """
SELECT customer.external_id FROM phone_proof p
JOIN customer ON customer.merchant_id = p.merchant_id AND customer.id = p.customer_id
WHERE p.merchant_id = $1 AND p.conversation_id = $2 AND p.used_at IS NOT NULL
ORDER BY p.used_at DESC LIMIT 1
"""
_FORGET = "DELETE FROM phone_proof WHERE expires_at < $1"


class ProofOvertaken(Exception):
    """Somebody else asked for a code, or tried this one, in the same moment; nothing may be committed."""


@dataclass(frozen=True, slots=True)
class ProofAsked:
    """Whose turn wants to know what."""

    merchant_id: UUID
    conversation_id: UUID
    wanted: ProofWanted
    texts_per_shop_max: int


@dataclass(frozen=True, slots=True)
class ProofMade:
    """What a turn changes: in which conversation and language."""

    merchant_id: UUID
    conversation_id: UUID
    locale: Locale
    change: ProofChange


async def load_proof(db: CanFetch, codes: Codes, asked: ProofAsked, *, now: datetime) -> ProofFacts:
    """What the turn wants to know of the order's codes."""
    if asked.wanted.code is not None:
        return await _checked(db, codes, asked, asked.wanted.code, now)
    order, chat = order_scope(asked.wanted.order_no), chat_scope(asked.conversation_id)
    if not is_storable(order):
        return CodesAsked(is_used_up=True)
    used = await texts_used(db, asked.merchant_id, (order, chat, SHOP), now=now)
    for_order, in_chat, of_shop = used.get(order), used.get(chat), used.get(SHOP)
    return CodesAsked(
        for_order.count if for_order else 0,
        in_chat.count if in_chat else 0,
        for_order.last_at if for_order else None,
        of_shop is not None and of_shop.count >= asked.texts_per_shop_max,
    )


async def save_proof(tx: Transaction, codes: Codes, made: ProofMade, *, now: datetime) -> None:
    """Save a code asked for or tried, and whose the identity of a platform is that gave the right one.

    The caller holds the conversation's lock. Raises ProofOvertaken.
    """
    match made.change:
        case NewCode():
            await _add(tx, codes, made, made.change, now)
        case CodeTried(proof_id, tries, is_right):
            key = (UUID(proof_id), made.merchant_id, made.conversation_id)
            if not await tx.fetch(_TRY, *key, tries, is_right, now):
                raise ProofOvertaken
            if is_right:
                await tx.execute(_LINK, *key[:2])


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """The order's customer, to whose phone (sealed) a code goes until it expires."""

    customer_id: UUID
    customer: str
    phone: bytes
    phone_hash: bytes
    expires_at: datetime


async def code_to_send(db: CanFetch, merchant_id: UUID, proof_id: UUID) -> CodeToSend | None:
    """Where a code goes; None where there is no such order or phone, or a newer code took its place."""
    rows = await db.fetch(_TO_SEND, merchant_id, proof_id)
    if not rows or not rows[0]["is_newest"]:
        return None
    row = rows[0]
    return CodeToSend(row["customer_id"], row["external_id"], row["phone"], row["phone_hash"], row["expires_at"])


async def code_handed_over(tx: Transaction, merchant_id: UUID, proof_id: UUID, customer_id: UUID) -> None:
    """From now on the code may be known to who holds the customer's phone."""
    await tx.execute(_HANDED_OVER, merchant_id, proof_id, customer_id)


async def proven_customer(db: CanFetch, merchant_id: UUID, conversation_id: UUID) -> str | None:
    """Whose phone was verified in that conversation last: the customer's external_id; None for nobody's."""
    rows = await db.fetch(_PROVEN, merchant_id, conversation_id)
    return str(rows[0]["external_id"]) if rows else None


async def forget_codes(db: CanFetch, *, before: datetime) -> None:
    """Forget codes that expired, and counts that ended, before then."""
    await db.fetch(_FORGET, before)
    await forget_uses(db, before=before)


async def _checked(db: CanFetch, codes: Codes, asked: ProofAsked, code: str, now: datetime) -> CodeChecked:
    order_no = asked.wanted.order_no
    rows = await db.fetch(_CHECK, asked.merchant_id, asked.conversation_id, order_no) if is_storable(order_no) else ()
    if not rows:
        return CodeChecked("none")
    row = rows[0]
    is_right = codes.is_right(row["id"], code, row["code_hash"]) and row["external_id"] is not None
    outcome = _outcome(row, now, is_right=is_right)
    checked = CodeChecked(outcome, str(row["id"]), row["tries"], row["tries_max"])
    return replace(checked, customer=row["external_id"], order_no=row["order_no"]) if outcome == "right" else checked


def _outcome(row: Any, now: datetime, *, is_right: bool) -> CodeOutcome:
    if row["used_at"] is not None or row["tries"] >= row["tries_max"]:
        return "spent"
    if row["expires_at"] <= now:
        return "expired"
    return "right" if is_right else "wrong"


async def _add(tx: Transaction, codes: Codes, made: ProofMade, code: NewCode, now: datetime) -> None:
    limits, proof_id = code.limits, UUID(code.proof_id)
    scopes = (
        ScopeLimit(order_scope(code.order_no), limits.codes_per_order_max, limits.resend_seconds),
        ScopeLimit(chat_scope(made.conversation_id), limits.codes_per_chat_max),
    )
    for scope in scopes:
        if not await count_text(tx, made.merchant_id, scope, now=now):
            raise ProofOvertaken
    hashed = codes.hash_of(proof_id, codes.code_of(proof_id))
    row = (proof_id, made.merchant_id, made.conversation_id, code.order_no, hashed, limits.tries_max)
    await tx.execute(_ADD, *row, code.expires_at, now)
    effect = Effect(
        code.effect_id, SMS_SEND, f"sms:{code.proof_id}", {"proof_id": code.proof_id, "locale": made.locale}
    )
    await outbox.add(tx, made.merchant_id, [effect], now=now)
