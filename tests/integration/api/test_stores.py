"""What the API keeps: answers by their key, and the audit trail."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from storage.audit_store import AuditEntry, add_audit, first_bad_row
from storage.database import Database
from storage.idempotency_store import GivenAnswer, Held, KeyedCall, answer_key, claim_key, forget_keys

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


async def test_a_call_that_died_on_the_way_may_be_taken_over(database: Database) -> None:
    call = KeyedCall(uuid4(), b"api", b"key", b"body")
    first = await claim_key(database, call, now=NOW, abandoned_before=LONG_AGO)

    early = await claim_key(database, call, now=NOW, abandoned_before=LONG_AGO)
    late = await claim_key(database, call, now=NOW, abandoned_before=NOW + timedelta(seconds=1))

    assert early is Held.IN_FLIGHT
    assert isinstance(late, UUID)
    assert late != first


async def test_of_many_at_once_one_claims_the_key(database: Database) -> None:
    call = KeyedCall(uuid4(), b"api", b"key", b"body")

    claims = await asyncio.gather(*(claim_key(database, call, now=NOW, abandoned_before=LONG_AGO) for _ in range(20)))

    assert sum(isinstance(claim, UUID) for claim in claims) == 1
    assert sum(claim is Held.IN_FLIGHT for claim in claims) == 19


async def test_an_answer_is_kept_and_forgotten_after_its_time(database: Database) -> None:
    call = KeyedCall(uuid4(), b"api", b"key", b"body")
    claim = await claim_key(database, call, now=NOW, abandoned_before=LONG_AGO)
    assert isinstance(claim, UUID)
    await answer_key(database, call.merchant_id, claim, GivenAnswer(201, b"{}"))

    kept = await claim_key(database, call, now=NOW, abandoned_before=LONG_AGO)
    gone = await forget_keys(database, before=NOW + timedelta(seconds=1))

    assert kept == GivenAnswer(201, b"{}")
    assert gone == 1


async def test_audit_rows_written_at_once_make_one_chain(database: Database) -> None:
    merchant_id = uuid4()

    await asyncio.gather(
        *(add_audit(database, merchant_id, AuditEntry("api", "looked", {"n": str(n)}), now=NOW) for n in range(12))
    )
    rows = await database.fetch("SELECT place FROM audit WHERE merchant_id = $1 ORDER BY place", merchant_id)

    assert [row["place"] for row in rows] == list(range(1, 13))
    assert await first_bad_row(database, merchant_id) is None


async def test_a_changed_audit_row_is_the_first_bad_one(database: Database) -> None:
    merchant_id = uuid4()
    for number in range(4):
        await add_audit(database, merchant_id, AuditEntry("api", "looked", {"n": str(number)}), now=NOW)
    await database.execute("ALTER TABLE audit DISABLE TRIGGER USER")

    await database.execute("UPDATE audit SET by = 'nobody' WHERE merchant_id = $1 AND place = 3", merchant_id)

    assert await first_bad_row(database, merchant_id) == 3


async def test_a_lost_audit_row_shows(database: Database) -> None:
    merchant_id = uuid4()
    for number in range(4):
        await add_audit(database, merchant_id, AuditEntry("api", "looked", {"n": str(number)}), now=NOW)
    await database.execute("ALTER TABLE audit DISABLE TRIGGER USER")

    await database.execute("DELETE FROM audit WHERE merchant_id = $1 AND place = 2", merchant_id)

    assert await first_bad_row(database, merchant_id) == 2
