"""The chat's WebSocket: the session first, then everything that is said, in order, from the place the client knows."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.api.chat_messages import HISTORY_MAX, handover_of, seq_of
from bot.api.chat_session import check_session, merchant_of
from bot.api.errors import Problem
from bot.api.services import SERVICES, Services
from bot.api.streams import Listener, TooManyStreams
from channels.support_chat.web.parse import MessageRefused, parse_first_frame, parse_frame
from channels.support_chat.web.render import HandoverFrame, TypingFrame, reply_frame, signal_frame
from channels.support_chat.web.signature import Session
from storage.errors import OutcomeUnknown, TryAgain
from storage.message_store import read_messages

TOKEN_REFUSED = 4401
TOO_MANY_STREAMS = 4429
_APP_SCHEME, _APP_ORIGIN = "weapp://", "https://servicewechat.com"
"""What phones call a mini-program, whosever it is; no page of a browser's can have such an origin."""
_HEARTBEAT_SECONDS = 25.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the client knows: the last place, and in whose hands the conversation is, at first by hearsay."""

    after: int
    hands: HandoverFrame
    is_checked: bool = True


async def stream(request: web.Request) -> web.WebSocketResponse:
    """GET …/stream?after=SEQ, and in whose hands the client believes the conversation to be (holder=bot)."""
    services = request.app[SERVICES]
    merchant = await merchant_of(request)
    known = _Known(seq_of(request), HandoverFrame(request.query.get("holder", "bot")), is_checked=False)
    _check_origin(request, merchant.origins, services)
    socket = web.WebSocketResponse(
        max_msg_size=services.settings.chat.frame_bytes_max, heartbeat=_HEARTBEAT_SECONDS, compress=False
    )
    await socket.prepare(request)
    session = await _first_frame(socket, merchant.slug, services)
    if session is None:
        return socket
    try:
        with services.streams.listen(session.conversation_id) as listener:
            await _run(socket, session, listener, services, known)
    except TooManyStreams:
        await socket.close(code=TOO_MANY_STREAMS, message=b"too many streams")
    return socket


def _check_origin(request: web.Request, origins: tuple[str, ...], services: Services) -> None:
    """Browsers name the page's origin: ours, or one that the merchant has named. Raises Problem 403."""
    origin = request.headers.get("Origin")
    if origin is None or origin in origins or origin == services.settings.public_url:
        return
    if origin.startswith(_APP_SCHEME) or origin == _APP_ORIGIN:
        return
    if urlsplit(origin).netloc.lower() == request.host.lower():
        return
    raise Problem(403, "foreign-origin", "This origin may not open streams of this merchant.")


async def _first_frame(socket: web.WebSocketResponse, slug: str, services: Services) -> Session | None:
    """The session in the first frame; without a good one, in time, the socket is closed."""
    try:
        frame = await socket.receive(timeout=services.settings.chat.first_frame_seconds)
    except TimeoutError:
        await socket.close(code=TOKEN_REFUSED, message=b"no session in time")
        return None
    if frame.type is not WSMsgType.TEXT:
        await _close_for(socket, frame.type)
        return None
    try:
        return check_session(parse_first_frame(frame.data).session, slug, services)
    except (MessageRefused, Problem):
        await socket.close(code=TOKEN_REFUSED, message=b"no valid session")
        return None


async def _run(
    socket: web.WebSocketResponse, session: Session, listener: Listener, services: Services, known: _Known
) -> None:
    """Write what is new until the client leaves, the session ends or the server stops."""
    reading = asyncio.create_task(_read(socket))
    try:
        while not (socket.closed or reading.done()):
            known = await _write_news(socket, session, listener, services, known)
            if session.expires <= services.clock.now().timestamp():
                await socket.close(code=TOKEN_REFUSED, message=b"session expired")
            elif services.streams.is_closing:
                await socket.close(code=WSCloseCode.GOING_AWAY, message=b"server stops")
            else:
                await _wait(listener, reading, services.settings.chat.poll_seconds)
    except (ConnectionResetError, TryAgain, OutcomeUnknown) as error:
        _log.info("stream.broken", kind=type(error).__name__)
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
    finally:
        reading.cancel()


async def _write_news(
    socket: web.WebSocketResponse, session: Session, listener: Listener, services: Services, known: _Known
) -> _Known:
    """What was said, then the small signals, then in whose hands the conversation is, where that is news."""
    was_woken = listener.wake.is_set()
    listener.wake.clear()
    after = await _write_said(socket, session, services, after=known.after)
    notes, listener.notes = listener.notes, []
    for agent in [agent for kind, agent in notes if kind == "typing"]:
        await socket.send_str(signal_frame(TypingFrame(agent)))
    may_be_handed = any(kind != "typing" for kind, _ in notes) or (after > known.after and not was_woken)
    if known.is_checked and not may_be_handed:
        return _Known(after, known.hands)
    hands = await handover_of(services, session)
    if hands != known.hands:
        await socket.send_str(signal_frame(hands))
    return _Known(after, hands)


async def _write_said(socket: web.WebSocketResponse, session: Session, services: Services, *, after: int) -> int:
    while True:
        messages = await read_messages(
            services.db, session.merchant_id, session.conversation_id, after=after, limit=HISTORY_MAX
        )
        for message in messages:
            await socket.send_str(reply_frame(message.as_reply()))
            after = message.seq
        if len(messages) < HISTORY_MAX:
            return after


async def _wait(listener: Listener, reading: "asyncio.Task[None]", seconds: float) -> None:
    waking = asyncio.create_task(listener.wake.wait())
    try:
        await asyncio.wait((waking, reading), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waking.cancel()


async def _read(socket: web.WebSocketResponse) -> None:
    """Read what the client says until it leaves; nothing it may say changes anything, and nonsense ends the socket."""
    while True:
        frame = await socket.receive()
        if frame.type is not WSMsgType.TEXT:
            await _close_for(socket, frame.type)
            return
        try:
            parse_frame(frame.data)
        except MessageRefused:
            await socket.close(code=WSCloseCode.INVALID_TEXT, message=b"frames are JSON objects with a type")
            return


async def _close_for(socket: web.WebSocketResponse, kind: WSMsgType) -> None:
    if kind is WSMsgType.BINARY:
        await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"frames are text")
