"""Which pictures look the same: found when one comes in, among all that its merchant has, and read with their cases.

Two pictures are the same where at most DISTANCE_MAX of 64 bits differ. The bits lie in four bands of 16, with an index
each. At most eleven differences leave one band with two or fewer, so all that is near is found by the 137 values which
that band may have then, however many pictures there are. Videos are the same where their digests are.
"""

from itertools import combinations
from typing import Final
from uuid import UUID

from refund_core.report import SamePicture
from storage.database import Database
from storage.reading import CanFetch
from storage.transaction import Transaction, transact

DISTANCE_MAX: Final = 8
MATCHES_MAX: Final = 100
SHOWN_MAX: Final = 50
_BAND_BITS: Final = 16
_FLIPPED_MAX: Final = 2
_MASKS: Final = [
    sum(1 << bit for bit in flipped)
    for count in range(_FLIPPED_MAX + 1)
    for flipped in combinations(range(_BAND_BITS), count)
]


def _near_in_band(shift: int) -> str:
    """Whose likeness has, in this band, one of the values that are near to mine, and is near as a whole."""
    return f"""
    SELECT o.attachment_id, o.distance FROM mine CROSS JOIN unnest($3::bigint[]) AS mask CROSS JOIN LATERAL (
        SELECT p.attachment_id, bit_count((p.likeness # mine.likeness)::bit(64)) AS distance, p.merchant_id
        FROM picture_likeness p
        WHERE (uuid_hash(p.merchant_id)::bigint << 16) | ((p.likeness >> {shift}) & 65535)
            = (uuid_hash($1)::bigint << 16) | (((mine.likeness >> {shift}) & 65535) # mask)
        OFFSET 0
    ) AS o
    WHERE o.merchant_id = $1 AND o.attachment_id <> $2 AND o.distance <= {DISTANCE_MAX}
    """  # noqa: S608  # constants


# A plan that was made while there were few pictures must not go through all of them when there are many.
_BY_INDEX = """
SELECT set_config(name, 'off', true) FROM unnest('{enable_seqscan, enable_hashjoin, enable_mergejoin}'::text[]) AS name
"""
# $1: merchant. $2: attachment. Each pair is kept in both directions, so that either finds the other.
_NOTE_MATCHES = f"""
WITH mine AS MATERIALIZED (SELECT likeness FROM picture_likeness WHERE merchant_id = $1 AND attachment_id = $2),
near AS (
    {" UNION ALL ".join(_near_in_band(shift) for shift in (48, 32, 16, 0))}
    UNION ALL
    SELECT o.id, 0 FROM attachment m JOIN attachment o
        ON o.merchant_id = m.merchant_id AND o.sha256 = m.sha256 AND o.media_type LIKE 'video/%'
    WHERE m.id = $2 AND m.merchant_id = $1 AND m.media_type LIKE 'video/%' AND o.id <> $2
), nearest AS (
    SELECT attachment_id, min(distance) AS distance FROM near GROUP BY 1 ORDER BY 2, 1 DESC LIMIT {MATCHES_MAX}
)
INSERT INTO picture_match (id, merchant_id, attachment_id, other_id, distance)
SELECT gen_random_uuid(), $1, pair.one, pair.other, nearest.distance
FROM nearest CROSS JOIN LATERAL (VALUES ($2::uuid, attachment_id), (attachment_id, $2::uuid)) AS pair(one, other)
ON CONFLICT DO NOTHING
"""  # noqa: S608  # constants

# Joined to an attachment `mine`: the cases `c` in whose evidence the same picture is, itself or another that looks so.
_CASES_WITH_THE_SAME = """
CROSS JOIN LATERAL (
    SELECT m.other_id, m.distance FROM picture_match m
        WHERE m.merchant_id = mine.merchant_id AND m.attachment_id = mine.id
    UNION ALL
    SELECT mine.id, 0
) AS same
JOIN attachment other ON other.id = same.other_id
JOIN conversation talk ON talk.id = other.conversation_id
JOIN refund_case c ON c.customer_id = talk.customer_id AND c.merchant_id = mine.merchant_id
    AND c.document->'claim'->'evidence' ? other.public_id
"""
_SAME_PICTURES = f"""
SELECT DISTINCT ON (c.created_at, c.id, mine.public_id)
    mine.public_id AS picture, other.public_id AS other_picture, c.case_no, c.order_no, c.state,
    c.customer_id = this.customer_id AS is_same_customer, mine.sha256 = other.sha256 AS is_exact
FROM refund_case this
JOIN attachment mine ON mine.merchant_id = this.merchant_id
    AND mine.public_id IN (SELECT jsonb_array_elements_text(this.document->'claim'->'evidence'))
{_CASES_WITH_THE_SAME}
WHERE this.merchant_id = $1 AND this.case_no = $2 AND c.id <> this.id
ORDER BY c.created_at DESC, c.id, mine.public_id, same.distance
LIMIT {SHOWN_MAX}
"""  # noqa: S608  # constants


def pictures_in_other_cases(*, kind: int, first_argument: int) -> str:
    """A part of fact_store's question: in how many cases on other orders one of the claim's pictures is evidence.

    Its two arguments are places of `wanted`, and for each the pictures' names with a space between them.
    """
    return f"""
    SELECT w.place, {kind}, 0, NULL, 0, jsonb_build_object('pictures_in_other_cases', (
        SELECT count(DISTINCT c.id) FROM attachment mine {_CASES_WITH_THE_SAME}
        WHERE mine.merchant_id = w.merchant_id AND mine.public_id = ANY(string_to_array(shown.names, ' '))
            AND (c.order_no = ANY(ARRAY[w.order_no, w.maybe, upper(w.maybe)])) IS NOT TRUE
    )), NULL, NULL, NULL
    FROM unnest(${first_argument}::int[], ${first_argument + 1}::text[]) AS shown(place, names)
    JOIN wanted w ON w.place = shown.place
    """  # noqa: S608  # numbers


async def note_matches(db: Database, merchant_id: UUID, attachment_id: UUID) -> None:
    """Look for what is the same as this attachment, which is committed: of two that come in at once one sees both."""

    async def work(tx: Transaction) -> None:
        await tx.execute(_BY_INDEX)
        await tx.execute(_NOTE_MATCHES, merchant_id, attachment_id, _MASKS)

    await transact(db, work, name="note matches")


async def same_pictures(db: CanFetch, merchant_id: UUID, case_no: str) -> tuple[SamePicture, ...]:
    """The other cases of the merchant with a picture that is in this case's evidence, newest first."""
    return tuple(SamePicture(**row) for row in await db.fetch(_SAME_PICTURES, merchant_id, case_no))
