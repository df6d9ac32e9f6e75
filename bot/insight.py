"""The report on talks: how they ended, in how many turns, with how many misses, for which reasons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import msgspec

from dialogs.insight import Outcome
from storage.database import Database
from storage.insight_store import Talk, load_talks
from storage.rating_store import rating_counts

TALKS_MAX = 10_000
OPEN = "open"


class TalkView(msgspec.Struct, frozen=True):
    """One talk; outcome "open" while it may still go on."""

    conversation: str
    channel: str
    began: datetime
    last: datetime
    outcome: str
    turns: int
    misses: int
    repairs: int
    reason_stated: str | None
    reason_found: str | None
    case_no: str | None


class OutcomeView(msgspec.Struct, frozen=True):
    """The talks that ended in one way."""

    outcome: str
    talks: int
    turns_median: float
    misses: int
    repairs: int


class ReasonView(msgspec.Struct, frozen=True):
    """How often a reason that was stated came to be the reason found."""

    stated: str | None
    found: str | None
    talks: int


class ScoresView(msgspec.Struct, frozen=True):
    """How content consumers were who answered: how many, their mean score from 1 to 5, and how many gave each."""

    count: int
    average: float | None
    scores: dict[str, int]


class RatingsView(msgspec.Struct, frozen=True):
    """The same for all, and apart for talks that the bot held alone and those in which a person spoke."""

    count: int
    average: float | None
    scores: dict[str, int]
    by_bot: ScoresView
    by_person: ScoresView


class TalkReport(msgspec.Struct, frozen=True):
    """The talks of the last days, the newest first, and their sums; is_whole false where there were more."""

    days: int
    talks: int
    is_whole: bool
    outcomes: tuple[OutcomeView, ...]
    reasons: tuple[ReasonView, ...]
    ratings: RatingsView
    items: tuple[TalkView, ...]


async def talk_report(db: Database, merchant_id: UUID, *, days: int, now: datetime, shown_max: int) -> TalkReport:
    """The report; its sums are over all talks of those days, its items the newest of them."""
    since = now - timedelta(days=days)
    talks = await load_talks(db, merchant_id, since=since, now=now, limit=TALKS_MAX + 1)
    views = [_view(talk) for talk in talks[:TALKS_MAX]]
    return TalkReport(
        days=days,
        talks=len(views),
        is_whole=len(talks) <= TALKS_MAX,
        outcomes=tuple(_outcomes(views)),
        reasons=tuple(_reasons(views)),
        ratings=_ratings(await rating_counts(db, merchant_id, since=since)),
        items=tuple(views[:shown_max]),
    )


def _ratings(counts: Mapping[tuple[bool, int], int]) -> RatingsView:
    by_bot, by_person = ({score: times for (had, score), times in counts.items() if had is of} for of in (False, True))
    whole = _scores({score: by_bot.get(score, 0) + by_person.get(score, 0) for score in range(1, 6)})
    return RatingsView(whole.count, whole.average, whole.scores, _scores(by_bot), _scores(by_person))


def _scores(counts: Mapping[int, int]) -> ScoresView:
    count = sum(counts.values())
    average = round(sum(score * times for score, times in counts.items()) / count, 2) if count else None
    return ScoresView(count, average, {str(score): counts.get(score, 0) for score in range(1, 6)})


def _view(talk: Talk) -> TalkView:
    known = talk.ended or talk.tally
    if known is None:
        raise ValueError("a talk has figures")
    return TalkView(
        conversation=str(talk.conversation_id),
        channel=talk.channel,
        began=known.since,
        last=known.at,
        outcome=OPEN if talk.ended is None else talk.ended.outcome.value,
        turns=known.turns,
        misses=known.misses,
        repairs=known.repairs,
        reason_stated=known.stated,
        reason_found=known.found,
        case_no=talk.ended.case_no if talk.ended is not None else None,
    )


def _outcomes(views: Sequence[TalkView]) -> list[OutcomeView]:
    found = []
    for outcome in (*(one.value for one in Outcome), OPEN):
        those = [view for view in views if view.outcome == outcome]
        if those:
            turns = float(median(view.turns for view in those))
            misses, repairs = sum(view.misses for view in those), sum(view.repairs for view in those)
            found.append(OutcomeView(outcome, len(those), turns, misses, repairs))
    return found


def _reasons(views: Sequence[TalkView]) -> list[ReasonView]:
    pairs = Counter((view.reason_stated, view.reason_found) for view in views)
    pairs.pop((None, None), None)
    return [ReasonView(stated, found, count) for (stated, found), count in pairs.most_common()]
