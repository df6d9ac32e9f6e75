"""The small bodies of our own pages, and the forms in which they send pictures."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from types import MappingProxyType

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from bot.api.chat_rating import WORDS_LENGTH_MAX, RatingRequest, answer_of
from bot.api.errors import Problem
from bot.api.http import decoded
from bot.api.mini_program_login import ORDER_LENGTH_MAX, LoginRequest, check_wish
from bot.api.mini_program_notices import NoticeAnswers
from bot.uploads import UploadUnreadable, read_form
from tests.fuzz.mutations import damaged_text

LOGINS = (
    b'{"code":"0a1bZ2c","locale":"en","order_no":"20261101-0001"}',
    '{"code":"0a1bZ2c","identity":"a.b.c","order_no":"订单-1"}'.encode(),
)
NOTICES = (b'{"answers":{"tpl-1":"accept","tpl-2":"reject"}}', b'{"answers":{}}')
RATINGS = ('{"subject":"case:R-1","score":5,"words":"很满意"}'.encode(), b'{"subject":"talk:7"}')
EDGE = "edge-7f3a"
TEXTS_BYTES_MAX = 4_000
_PIECE_BYTES_MAX = 65_536


def _form(*parts: tuple[str, bytes]) -> bytes:
    written = b"".join(b"--%s\r\n%s\r\n\r\n%s\r\n" % (EDGE.encode(), head.encode(), body) for head, body in parts)
    return written + b"--%s--\r\n" % EDGE.encode()


FILE = 'Content-Disposition: form-data; name="file"; filename="杯子.jpg"\r\nContent-Type: image/jpeg'
FORMS = (
    _form((FILE, b"\xff\xd8\xff" + bytes(range(256)))),
    _form(('Content-Disposition: form-data; name="text"', "请看图片".encode()), (FILE, b"\xff\xd8\xff")),
    _form((FILE + "\r\nContent-Transfer-Encoding: base64", b"/9j/4AAQ"), (FILE, b"second")),
    _form(("Content-Disposition: form-data; name*=utf-8''file; filename*=utf-8''%E6%9D%AF.jpg", b"\xff\xd8\xff")),
)


def a_login(_: Random, raw: bytes) -> bool:
    """A code of wx.login and what the page is about."""
    try:
        wish = decoded(raw, LoginRequest)
        check_wish(wish)
    except Problem as problem:
        return _is_refused(problem)
    assert len(wish.order_no or "") <= ORDER_LENGTH_MAX
    for word in (wish.code, wish.identity, wish.order_no):
        assert "\x00" not in (word or "")
        (word or "").encode()
    return True


def a_notice(_: Random, raw: bytes) -> bool:
    """Which notices are allowed."""
    try:
        told = decoded(raw, NoticeAnswers)
    except Problem as problem:
        return _is_refused(problem)
    "".join([*told.answers, *told.answers.values()]).encode()
    return True


def a_rating(_: Random, raw: bytes) -> bool:
    """How content somebody was."""
    try:
        wanted = decoded(raw, RatingRequest)
        given = answer_of(wanted)
    except Problem as problem:
        return _is_refused(problem)
    assert given.score is None or 1 <= given.score <= 5
    assert len(given.words or "") <= WORDS_LENGTH_MAX
    (wanted.subject + (given.words or "")).encode()
    return True


def a_form(chance: Random, raw: bytes) -> bool:
    """A form with a picture, in pieces as it comes; what its head names may be broken too."""
    kind = f"multipart/form-data; boundary={EDGE}"
    if chance.random() < 0.1:
        kind = "".join(sign for sign in damaged_text(chance, kind) if sign.isprintable())
    return _loop().run_until_complete(_is_read(raw, kind, ends=chance.random() < 0.9))


async def _is_read(raw: bytes, kind: str, *, ends: bool) -> bool:
    loop = asyncio.get_running_loop()
    body = StreamReader(BaseProtocol(loop), _PIECE_BYTES_MAX, loop=loop)
    request = make_mocked_request("POST", "/", {"Content-Type": kind}, payload=body)
    body.feed_data(raw)
    if ends:
        body.feed_eof()
    else:
        body.set_exception(web.RequestPayloadError())
    try:
        form = await read_form(request, text_bytes_max=TEXTS_BYTES_MAX)
        size = sum([len(piece) async for piece in form.pieces()])
    except UploadUnreadable:
        return False
    assert size <= len(raw)
    assert sum(len(text.encode()) for text in form.texts.values()) <= len(raw)
    return True


def _is_refused(problem: Problem) -> bool:
    """Always False; a refusal is the caller's to mend."""
    assert problem.status in {400, 422}
    problem.body()
    return False


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for this process."""
    return asyncio.new_event_loop()


Checks = Mapping[str, tuple[Sequence[bytes], Callable[[Random, bytes], bool]]]
TARGETS: Checks = MappingProxyType(
    {
        "mini_program_login": (LOGINS, a_login),
        "mini_program_notices": (NOTICES, a_notice),
        "rating": (RATINGS, a_rating),
        "upload_form": (FORMS, a_form),
    }
)
