"""Reading what was noted of a merchant's talks: how they ended, and the words that were doubtful or taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from dialogs.conversation import Tally
from dialogs.insight import SILENCE, Ended, Noted, Read, ended_in_silence
from storage.database import Database

_NOTED = "m.noted ?| '{doubt,corrects,ended}'::text[]"
_ENDED = f"""
SELECT m.conversation_id, c.channel, m.at, m.noted FROM message m
JOIN conversation c ON c.merchant_id = m.merchant_id AND c.id = m.conversation_id
WHERE m.merchant_id = $1 AND m.at >= $2 AND {_NOTED} AND m.noted ? 'ended'
ORDER BY m.at DESC LIMIT $3
"""  # noqa: S608  # a constant
_SILENT = """
SELECT c.id, c.channel, c.state->'tally' AS tally, c.state ? 'stack' AND c.state->'stack' <> '[]' AS is_asked
FROM conversation c
WHERE c.merchant_id = $1 AND c.updated_at >= $2 AND c.holder = 'bot' AND jsonb_typeof(c.state->'tally') = 'object'
ORDER BY c.updated_at DESC LIMIT $3
"""
_DOUBTFUL = f"""
WITH marked AS (
    SELECT m.conversation_id, m.seq, m.at, m.noted FROM message m
    WHERE m.merchant_id = $1 AND m.at >= $2 AND {_NOTED} AND (m.noted ? 'doubt' OR m.noted ? 'corrects')
    ORDER BY m.at DESC LIMIT $3
), wanted AS (
    SELECT conversation_id, seq, false AS is_corrected FROM marked WHERE noted ? 'doubt'
    UNION ALL
    SELECT conversation_id, (noted->>'corrects')::int, true FROM marked WHERE noted ? 'corrects'
)
SELECT m.body->>'text' AS text, m.noted->'read' AS read, bool_or(wanted.is_corrected) AS is_corrected, m.at
FROM wanted JOIN message m ON m.merchant_id = $1 AND m.conversation_id = wanted.conversation_id AND m.seq = wanted.seq
WHERE m.sender = 'customer' AND m.noted ? 'read'
GROUP BY m.id, m.body, m.noted, m.at ORDER BY m.at
"""  # noqa: S608  # the same


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk with where it was; ended is None while it may still go on."""

    conversation_id: UUID
    channel: str
    tally: Tally | None
    ended: Ended | None


@dataclass(frozen=True, slots=True)
class DoubtfulWords:
    """A customer's words as written, how they were read, and whether the customer took that back."""

    text: str
    read: Read
    is_corrected: bool


async def load_talks(db: Database, merchant_id: UUID, *, since: datetime, now: datetime, limit: int) -> list[Talk]:
    """The talks that ended since then, and those that are going on; the newest first."""
    rows = await db.fetch(_ENDED, merchant_id, since, limit)
    ended = [
        Talk(row["conversation_id"], row["channel"], None, one)
        for row in rows
        for one in msgspec.json.decode(row["noted"], type=Noted).ended
        if one.at >= since
    ]
    silent = [_silent(row, now) for row in await db.fetch(_SILENT, merchant_id, since, limit)]
    return sorted([*silent, *ended], key=_last, reverse=True)[:limit]


async def load_doubtful(db: Database, merchant_id: UUID, *, since: datetime, limit: int) -> list[DoubtfulWords]:
    """What we were not sure of or what was taken back, the oldest first."""
    rows = await db.fetch(_DOUBTFUL, merchant_id, since, limit)
    return [
        DoubtfulWords(row["text"], msgspec.json.decode(row["read"], type=Read), row["is_corrected"]) for row in rows
    ]


def _silent(row: Any, now: datetime) -> Talk:
    """A talk that nobody has ended: a day of silence does."""
    tally = msgspec.json.decode(row["tally"], type=Tally)
    is_over = now - tally.at >= SILENCE
    ended = ended_in_silence(tally, is_asked=row["is_asked"]) if is_over else None
    return Talk(row["id"], row["channel"], tally, ended)


def _last(talk: Talk) -> datetime:
    known = talk.ended or talk.tally
    assert known is not None  # noqa: S101  # every talk has one of them
    return known.at
