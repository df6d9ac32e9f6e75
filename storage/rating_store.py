"""How content consumers were: what is to be asked, the one answer to it, and what the desk and reports read of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from storage.database import Database
from storage.ids import new_id

ASKED_DAYS = 7
SHOWN_MAX = 20
# A case is asked about once it is settled, a talk once a person has given it back, or once the bot alone has met what
# was asked for and nothing was said since; who has just answered about the one is not asked about the other.
_CLOSED = """
    SELECT 'case:' || case_no AS subject, case_no, updated_at AS at FROM refund_case
    WHERE merchant_id = $1 AND conversation_id = $2 AND updated_at >= $3
      AND state IN ('refunded', 'compensated', 'rejected')
    UNION ALL
    SELECT 'talk:' || epoch, NULL, updated_at FROM conversation
    WHERE merchant_id = $1 AND id = $2 AND updated_at >= $3 AND holder = 'bot' AND epoch > 0
      AND EXISTS (SELECT FROM message WHERE merchant_id = $1 AND conversation_id = $2 AND sender = 'agent')
      AND NOT EXISTS (
        SELECT FROM rating WHERE merchant_id = $1 AND conversation_id = $2 AND at > $4::timestamptz - interval '1 day')
    UNION ALL
    SELECT 'bot:' || said.seq, NULL, said.at FROM (
        SELECT seq, at, noted FROM message
        WHERE merchant_id = $1 AND conversation_id = $2 AND sender = 'customer'
          AND coalesce(body->>'action', '') NOT LIKE 'locale:%'
        ORDER BY seq DESC LIMIT 1) said
    WHERE said.at >= $3 AND said.noted->'ended'->-1->>'outcome' IN ('answered', 'withdrawn', 'updated')
      AND EXISTS (SELECT FROM conversation WHERE merchant_id = $1 AND id = $2 AND holder = 'bot')
      AND NOT EXISTS (
        SELECT FROM message WHERE merchant_id = $1 AND conversation_id = $2 AND sender = 'agent'
          AND at >= (said.noted->'ended'->-1->>'since')::timestamptz)
      AND NOT EXISTS (
        SELECT FROM rating WHERE merchant_id = $1 AND conversation_id = $2 AND at > $4::timestamptz - interval '1 day')
"""
_DUE = f"""
SELECT subject, case_no FROM ({_CLOSED}) closed
WHERE NOT EXISTS (
    SELECT FROM rating WHERE merchant_id = $1 AND conversation_id = $2 AND rating.subject = closed.subject)
ORDER BY at DESC LIMIT 1
"""  # noqa: S608  # put together from constants alone
_ADD = f"""
INSERT INTO rating (id, merchant_id, conversation_id, subject, case_no, score, words, at)
SELECT $6, $1, $2, subject, case_no, $7::int, $8::text, $4 FROM ({_CLOSED}) closed WHERE subject = $5
ON CONFLICT ON CONSTRAINT rating_once DO NOTHING RETURNING id
"""  # noqa: S608  # the same
_KNOWN = "SELECT score, words FROM rating WHERE merchant_id = $1 AND conversation_id = $2 AND subject = $3"
_SHOWN = """
SELECT score, words, at FROM rating
WHERE merchant_id = $1 AND score IS NOT NULL
  AND (case_no = $2 OR (conversation_id = $3::text::uuid AND case_no IS NULL))
ORDER BY at DESC LIMIT $4
"""
_COUNTED = """
SELECT score, count(*) AS count, CASE split_part(subject, ':', 1) WHEN 'talk' THEN true WHEN 'bot' THEN false
    ELSE EXISTS (
        SELECT FROM message WHERE merchant_id = $1 AND conversation_id = rating.conversation_id
          AND sender = 'agent' AND message.at <= rating.at)
    END AS had_person
FROM rating WHERE merchant_id = $1 AND at >= $2 AND score IS NOT NULL GROUP BY score, had_person
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the consumer answered: a score from 1 to 5 with words if they like, or nothing."""

    score: int | None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRating:
    """A rating as the desk shows it."""

    score: int
    words: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be asked about."""

    subject: str
    case_no: str | None


async def due_rating(db: Database, merchant_id: UUID, conversation_id: UUID, *, now: datetime) -> Due | None:
    """What was closed last and was not asked about yet."""
    rows = await db.fetch(_DUE, merchant_id, conversation_id, _since(now), now)
    return Due(rows[0]["subject"], rows[0]["case_no"]) if rows else None


async def add_rating(
    db: Database, merchant_id: UUID, conversation_id: UUID, subject: str, answer: Answer, *, now: datetime
) -> bool:
    """Keep the answer if that subject is to be asked about; whether it was kept now."""
    row = (merchant_id, conversation_id, _since(now), now, subject, new_id(), answer.score, answer.words)
    return bool(await db.fetch(_ADD, *row))


async def known_answer(db: Database, merchant_id: UUID, conversation_id: UUID, subject: str) -> Answer | None:
    """What was answered about it before."""
    rows = await db.fetch(_KNOWN, merchant_id, conversation_id, subject)
    return Answer(rows[0]["score"], rows[0]["words"]) if rows else None


async def ratings_of(
    db: Database, merchant_id: UUID, case_no: str, conversation_id: str | None
) -> tuple[ShownRating, ...]:
    """What was answered about a case, and about the talks of its conversation; the newest first."""
    rows = await db.fetch(_SHOWN, merchant_id, case_no, conversation_id, SHOWN_MAX)
    return tuple(ShownRating(row["score"], row["words"], row["at"]) for row in rows)


async def rating_counts(db: Database, merchant_id: UUID, *, since: datetime) -> Mapping[tuple[bool, int], int]:
    """How often each score was given since then, by whether a person had spoken in the talk."""
    rows = await db.fetch(_COUNTED, merchant_id, since)
    return {(row["had_person"], row["score"]): row["count"] for row in rows}


def _since(now: datetime) -> datetime:
    return now - timedelta(days=ASKED_DAYS)
