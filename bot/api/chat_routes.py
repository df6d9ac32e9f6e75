"""The consumers' chat, call by call."""

from typing import Annotated

from msgspec import Meta

from bot.api.chat_attachments import AttachmentAnswer, download, upload
from bot.api.chat_messages import history, say
from bot.api.chat_rating import RatingDue, RatingKept, RatingRequest, get_rating, post_rating
from bot.api.chat_session import SessionAnswer, open_session
from bot.api.chat_stream import stream
from bot.api.mini_program_login import LoginAnswer, LoginRequest, log_in
from bot.api.mini_program_notices import NoticeAnswers, NoticesKept, keep_answers
from bot.api.operations import Operation, Query
from channels.support_chat.web.parse import MessageRequest, SessionRequest
from channels.support_chat.web.render import AnswerView, HistoryView

_BASE = "/api/chat/{slug}"
_AFTER = Query("after", Annotated[int, Meta(ge=0)], "The seq of the last message that is known; 0 for none.")
_HOLDER = Query("holder", str, "In whose hands the client knows the conversation: bot (when left out), queue or agent.")
_WAIT = Query("wait", Annotated[float, Meta(ge=0, le=10)], "Seconds to wait for replies.")

CHAT_OPERATIONS = (
    Operation(
        "POST",
        f"{_BASE}/sessions",
        open_session,
        "Open a session, with the merchant's signed identity or anonymous",
        "chat",
        body=SessionRequest,
        answer=SessionAnswer,
        status=201,
        faults=(400, 401, 404, 422, 429),
    ),
    Operation(
        "POST",
        f"{_BASE}/mini_program/{{account}}/sessions",
        log_in,
        "Open a session in a mini-program, with a code of wx.login",
        "chat",
        body=LoginRequest,
        answer=LoginAnswer,
        status=201,
        faults=(400, 401, 403, 404, 413, 422, 429, 503),
    ),
    Operation(
        "POST",
        f"{_BASE}/notices",
        keep_answers,
        "Tell which notices a mini-program's user allows, as wx.requestSubscribeMessage answered",
        "chat",
        security="session",
        body=NoticeAnswers,
        answer=NoticesKept,
        faults=(400, 409, 413, 422),
    ),
    Operation(
        "POST",
        f"{_BASE}/messages",
        say,
        "Say something; the same client_id again gives the same answer",
        "chat",
        security="session",
        body=MessageRequest,
        answer=AnswerView,
        query=(_WAIT,),
        faults=(400, 409, 413, 422, 429, 503),
    ),
    Operation(
        "GET",
        f"{_BASE}/messages",
        history,
        "What was said after a place, at most 200",
        "chat",
        security="session",
        answer=HistoryView,
        query=(_AFTER,),
        faults=(422,),
    ),
    Operation(
        "GET",
        f"{_BASE}/stream",
        stream,
        'A WebSocket; the first frame is {"session": TOKEN}',
        "chat",
        query=(_AFTER, _HOLDER),
        status=101,
        faults=(403, 404, 422),
    ),
    Operation(
        "GET",
        f"{_BASE}/rating",
        get_rating,
        "What the consumer is to be asked about, once it is closed",
        "chat",
        security="session",
        answer=RatingDue,
    ),
    Operation(
        "POST",
        f"{_BASE}/rating",
        post_rating,
        "How content the consumer was, from 1 to 5; once for each subject",
        "chat",
        security="session",
        body=RatingRequest,
        answer=RatingKept,
        status=201,
        faults=(400, 409, 413, 422),
    ),
    Operation(
        "POST",
        f"{_BASE}/attachments",
        upload,
        "Upload a picture or a short video",
        "chat",
        security="session",
        answer=AttachmentAnswer,
        status=201,
        content_type="multipart/form-data",
        faults=(400, 408, 413, 415, 422, 503),
    ),
    Operation(
        "GET",
        f"{_BASE}/attachments/{{attachment}}",
        download,
        "A picture or video of this conversation, whole or in ranges",
        "chat",
        security="session",
        faults=(404, 503),
    ),
)
