"""What must hold at any moment: the books, the gateway's ledger against them, and every acknowledged message."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from connectors.payments.sandbox.admin import read_bill, read_movements
from connectors.payments.sandbox.parse import RefundAnswer, to_refund
from storage.book_store import BillEntry, Finding, compare_with_bill, verify_books
from storage.database import Database
from tests.chaos.consumers import Acknowledged
from tests.chaos.shop import SLUG

_SAID = """
SELECT a.conversation_id, a.client_id, count(m.id) AS times, min(m.seq) AS seq
FROM unnest($2::uuid[], $3::text[]) AS a(conversation_id, client_id)
LEFT JOIN message m ON m.merchant_id = $1 AND m.conversation_id = a.conversation_id AND m.client_id = a.client_id
GROUP BY a.conversation_id, a.client_id HAVING count(m.id) <> 1
"""
_REPLIED = """
SELECT a.conversation_id, a.seq
FROM unnest($2::uuid[], $3::int[], $4::text[]) AS a(conversation_id, seq, text)
LEFT JOIN message m ON m.merchant_id = $1 AND m.conversation_id = a.conversation_id AND m.seq = a.seq
WHERE m.body->>'text' IS DISTINCT FROM a.text
"""
_TWICE = """
SELECT conversation_id, client_id, count(*) AS times FROM message
WHERE merchant_id = $1 AND client_id IS NOT NULL GROUP BY conversation_id, client_id HAVING count(*) > 1 LIMIT 5
"""
_GAPS = """
SELECT c.id, c.last_seq, count(m.id) AS said, max(m.seq) AS last FROM conversation c
LEFT JOIN message m ON m.merchant_id = c.merchant_id AND m.conversation_id = c.id
WHERE c.merchant_id = $1 GROUP BY c.id, c.last_seq
HAVING count(m.id) <> c.last_seq OR coalesce(max(m.seq), 0) <> c.last_seq LIMIT 5
"""
_BURIED = "SELECT source, error FROM buried LIMIT 5"
_CAPTURED = "SELECT payment_no, captured_minor FROM payment WHERE merchant_id = $1"


async def check_books(db: Database, merchant_id: UUID) -> list[str]:
    """Every invariant of the books."""
    return [_text(finding) for finding in await verify_books(db, merchant_id)]


async def check_gateway(db: Database, merchant_id: UUID, url: str, secret: bytes) -> list[str]:
    """The gateway's ledger: nothing unknown to the books, nothing paid twice, nothing beyond what was captured.

    The bill is read before and after the books; a real difference is in both comparisons, work under way in one only.
    """
    before = _entries(await read_bill(url, secret, SLUG))
    early = set(await compare_with_bill(db, merchant_id, before, method="sandbox"))
    captured = {row[0]: row[1] for row in await db.fetch(_CAPTURED, merchant_id)}
    movements = await read_movements(url, secret, SLUG)
    after = _entries(await read_bill(url, secret, SLUG))
    late = await compare_with_bill(db, merchant_id, after, method="sandbox")
    about = {finding.about for finding in early}
    found = [_text(finding) for finding in late if finding.about in about]
    times = Counter(movement.refund_no for movement in movements)
    found += [f"gateway: refund {number} was paid {often} times" for number, often in times.items() if often > 1]
    paid: Counter[str] = Counter()
    for movement in movements:
        paid[movement.payment_no] += movement.amount
    found += [
        f"gateway: payment {number} got {minor} back of {captured.get(number)}"
        for number, minor in paid.items()
        if minor > captured.get(number, 0)
    ]
    return found


async def check_messages(db: Database, merchant_id: UUID, acknowledged: Sequence[Acknowledged]) -> list[str]:
    """No acknowledged message lost or doubled, its replies where they were said, no gap in any conversation."""
    conversations = [one.conversation_id for one in acknowledged]
    found = [
        f"message {row['client_id']} was acknowledged and is stored {row['times']} times"
        for row in await db.fetch(_SAID, merchant_id, conversations, [one.client_id for one in acknowledged])
    ]
    replies = [(one.conversation_id, *reply) for one in acknowledged for reply in one.replies]
    columns = ([reply[place] for reply in replies] for place in range(3))
    found += [
        f"reply {row['seq']} of conversation {row['conversation_id']} is not what was answered"
        for row in await db.fetch(_REPLIED, merchant_id, *columns)
    ]
    found += [
        f"message {row['client_id']} is stored {row['times']} times" for row in await db.fetch(_TWICE, merchant_id)
    ]
    found += [
        f"conversation {row['id']} counts {row['last_seq']} and holds {row['said']} up to {row['last']}"
        for row in await db.fetch(_GAPS, merchant_id)
    ]
    return found + [f"buried: {row['source']}: {row['error']}" for row in await db.fetch(_BURIED)]


def _entries(bill: Sequence[RefundAnswer]) -> list[BillEntry]:
    return [BillEntry(one.refund_no, one.payment_no, one.amount, to_refund(one).state.value) for one in bill]


def _text(finding: Finding) -> str:
    return f"invariant {finding.invariant}: {finding.about} {finding.detail}"
