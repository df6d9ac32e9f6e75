"""Saying something in the chat, and reading what was said."""

from aiohttp import web

from bot.api.chat_session import message_problem, session_of
from bot.api.errors import Problem, invalid, too_many, unauthorized
from bot.api.http import json_response, read_body
from bot.api.said_answer import said_response
from bot.api.services import SERVICES, Services
from bot.turn_batch import BOT
from bot.turn_errors import Conflict, NoSuchConversation, NotTaken, OutcomeNotKnown, RateLimited, TurnFailed
from channels.support_chat.web import render
from channels.support_chat.web.parse import MessageRefused, parse_message
from channels.support_chat.web.signature import Session
from dialogs.flows.waiting import QUEUE
from storage.attachment_store import owned_attachments
from storage.desk_store import read_hold
from storage.message_store import read_messages

HISTORY_MAX = 200
WAIT_SECONDS_MAX = 10
_NO_TURN = (NotTaken, Conflict, OutcomeNotKnown, TurnFailed)


async def say(request: web.Request) -> web.StreamResponse:
    """POST …/messages: answered only when the turn is committed, so what was answered is never lost."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    if request.rel_url.raw_query_string:
        _check_wait(request.query.get("wait"))
    raw = await read_body(request, services.settings.chat.body_bytes_max)
    try:
        message, body_hash = parse_message(raw, session, services.message_limits, now=services.clock.now())
    except MessageRefused as refused:
        raise message_problem(refused) from None
    if message.attachments:
        await _check_attachments(services, session, message.attachments)
    try:
        said = await services.turns.say(session.conversation_id, message, body_hash)
    except _NO_TURN as error:
        raise _turn_problem(error) from None
    return said_response(request, said.as_json())


async def history(request: web.Request) -> web.Response:
    """GET …/messages?after=SEQ: what was said since, oldest first."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    after = seq_of(request)
    messages = await read_messages(
        services.db, session.merchant_id, session.conversation_id, after=after, limit=HISTORY_MAX + 1
    )
    replies = [message.as_reply() for message in messages[:HISTORY_MAX]]
    hands = await handover_of(services, session)
    return json_response(render.history(replies, hands, has_more=len(messages) > HISTORY_MAX))


async def handover_of(services: Services, session: Session) -> render.HandoverFrame:
    """In whose hands the session's conversation is now."""
    hold = await read_hold(services.db, session.merchant_id, session.conversation_id)
    if hold is None or hold.holder == BOT:
        return render.HandoverFrame(BOT)
    return render.HandoverFrame(QUEUE) if hold.holder == QUEUE else render.HandoverFrame("agent", hold.holder_name)


def seq_of(request: web.Request) -> int:
    """The place after which to read. Raises Problem 422."""
    text = request.query.get("after", "0")
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise invalid("after", "wrong_shape", "Expected the seq of the last message that is known, or 0.")
    return int(text)


def _turn_problem(error: Exception) -> Problem:
    """After all but a conflict the same message, with the same client_id, may be sent again."""
    match error:
        case RateLimited():
            return too_many(error.seconds_to_wait)
        case Conflict():
            return invalid("client_id", "used_before", "It was used for another message.", status=409)
        case NoSuchConversation():
            return unauthorized("session-of-no-conversation", "This session's conversation is gone; open a new one.")
        case TurnFailed():
            return Problem(500, "turn-failed", "The message could not be handled; an operator can see it.")
        case _:
            again = "The message is not confirmed; send it again with the same client_id."
            return Problem(503, "not-confirmed", again, headers={"Retry-After": "1"})


def _check_wait(text: str | None) -> None:
    """The contract allows 0 to 10 seconds; a turn is answered as soon as it is committed, mostly long before."""
    if text is None:
        return
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= WAIT_SECONDS_MAX:
        raise invalid("wait", "out_of_range", f"Expected seconds from 0 to {WAIT_SECONDS_MAX}.", limit=WAIT_SECONDS_MAX)


async def _check_attachments(services: Services, session: Session, wanted: tuple[str, ...]) -> None:
    owned = await owned_attachments(services.db, session.merchant_id, session.conversation_id, wanted)
    if missing := [name for name in wanted if name not in owned]:
        raise invalid("attachments", "unknown", f"{len(missing)} of the attachments are not of this conversation.")
