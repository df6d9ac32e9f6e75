"""Asking a consumer, once, how content they were with what was closed."""

from typing import Annotated

import msgspec
from aiohttp import web

from bot.api.chat_session import session_of
from bot.api.errors import conflict, invalid
from bot.api.http import answer, decoded, read_body
from bot.api.services import SERVICES
from channels.clean import clean
from storage.rating_store import Answer, add_rating, due_rating, known_answer

WORDS_LENGTH_MAX = 500


class RatingSubject(msgspec.Struct, frozen=True):
    """What is asked about: a case that was settled, or a talk that a person has given back."""

    subject: str
    case_no: str | None


class RatingDue(msgspec.Struct, frozen=True):
    """Whether there is something to ask about."""

    due: RatingSubject | None


class RatingRequest(msgspec.Struct, frozen=True):
    """The answer; without a score the question is put aside and not put again."""

    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    score: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    words: str | None = None


class RatingKept(msgspec.Struct, frozen=True):
    """The answer as it was kept."""

    subject: str
    score: int | None


async def get_rating(request: web.Request) -> web.Response:
    """GET …/rating."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    due = await due_rating(services.db, session.merchant_id, session.conversation_id, now=services.clock.now())
    return answer(RatingDue(None if due is None else RatingSubject(due.subject, due.case_no)))


async def post_rating(request: web.Request) -> web.Response:
    """POST …/rating: kept once; the same answer again is told again, another one is refused."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    wanted = decoded(await read_body(request, services.settings.chat.body_bytes_max), RatingRequest)
    given = answer_of(wanted)
    place = (services.db, session.merchant_id, session.conversation_id, wanted.subject)
    if await add_rating(*place, given, now=services.clock.now()):
        await services.live.wake(session.merchant_id, [session.conversation_id])
        return answer(RatingKept(wanted.subject, given.score), status=201)
    known = await known_answer(*place)
    if known is None:
        raise invalid("subject", "not_due", "Nothing of that name is to be asked about in this conversation.")
    if known != given:
        raise conflict("rated-before", "This was answered before.")
    return answer(RatingKept(wanted.subject, known.score))


def answer_of(wanted: RatingRequest) -> Answer:
    """The answer as it is kept. Raises Problem 422."""
    words = clean(wanted.words or "")
    if len(words) > WORDS_LENGTH_MAX:
        raise invalid("words", "too_long", f"At most {WORDS_LENGTH_MAX} characters.", limit=WORDS_LENGTH_MAX)
    if words and wanted.score is None:
        raise invalid("score", "missing", "Words come with a score from 1 to 5.")
    return Answer(wanted.score, words or None)
