"""What the platforms answer to our own calls, or what something on the way answers for them."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any

from aiogram import Bot
from aiogram.methods import GetFile, SendMessage, TelegramMethod
from yarl import URL

from channels.channel import Unreachable, WindowClosed
from channels.mini_program.login import person_of
from channels.support_chat.telegram.answers import read_answer
from channels.support_chat.telegram.client import RawUpdates
from channels.weixin.errors import check_answer, check_status
from channels.weixin.media import HOSTS, video_url
from refund_core.sending import RETRY_AFTER_SECONDS_MAX, AnswerUnknown, SendLater, SendRefused

STATUSES = (200, 200, 200, 204, 302, 400, 401, 403, 408, 409, 413, 429, 500, 502, 504)
WAITS = (None, "5", "nan", "-1", "inf", "x", "9" * 400, "1e999", "５")
REASON_LENGTH_MAX = 64
API = URL("https://api.weixin.qq.com")
MESSAGE = {"message_id": 7, "date": 1764133200, "chat": {"id": 5238471906, "type": "private"}, "text": "您好"}
FILE = {"file_id": "f-1", "file_unique_id": "u-1", "file_size": 9, "file_path": "photos/1.jpg"}
BOT_API = tuple(
    json.dumps(answer, ensure_ascii=False).encode()
    for answer in (
        {"ok": True, "result": MESSAGE},
        {"ok": True, "result": FILE},
        {"ok": True, "result": [{"update_id": 837465101, "message": MESSAGE}]},
        {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}},
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    )
)  # fmt: skip
WEIXIN = tuple(
    json.dumps(answer, ensure_ascii=False).encode()
    for answer in (
        {"errcode": 0, "errmsg": "ok", "msgid": 24837465101},
        {"errcode": 45047, "errmsg": "out of response count limit rid: 6a"},
        {"access_token": "88_token", "expires_in": 7200},
        {"openid": "oFan6s0d4w9GZ3mT7kL1q", "session_key": "k==", "unionid": "o6_bmasdasdsad6_2sgVt7hMZOPf"},
        {"video_url": "https://mpvideo.qpic.cn/0b2e.mp4?dis_k=1&dis_t=2", "title": "杯子"},
    )
)


@cache
def _bot() -> Bot:
    return Bot("7012345678:AAF-token")


def a_bot_api_answer(chance: Random, raw: bytes) -> bool:
    """A result, or one of the errors that say what to do, with a reason that a row can hold."""
    call: TelegramMethod[Any] = chance.choice(
        (SendMessage(chat_id=5238471906, text="您好"), GetFile(file_id="f-1"), RawUpdates())
    )
    return _is_result(lambda: read_answer(call, _bot(), chance.choice(STATUSES), raw))


def a_weixin_answer(chance: Random, raw: bytes) -> bool:
    """The same of WeChat's; whom it names can be kept, and a video lies with WeChat itself."""

    def read() -> None:
        check_status(chance.choice(STATUSES), chance.choice(WAITS))
        answer = check_answer(raw)
        if "openid" in answer:
            person = person_of(answer)
            assert all(name.isascii() and name.isprintable() for name in (person.user, person.union_id or ""))
        if isinstance(answer.get("video_url"), str):
            url = video_url(answer["video_url"], API)
            assert url.origin() == API or (url.host or "").endswith(HOSTS)

    return _is_result(read)


def _is_result(read: Callable[[], object]) -> bool:
    try:
        read()
    except (SendLater, SendRefused, AnswerUnknown, Unreachable, WindowClosed) as error:
        reason = getattr(error, "code", str(error))
        assert 0 < len(reason) <= REASON_LENGTH_MAX
        assert reason.isascii()
        assert reason.isprintable()
        assert 0 < getattr(error, "after_seconds", 1) <= RETRY_AFTER_SECONDS_MAX  # noqa: PT017
        return False
    return True


Checks = Mapping[str, tuple[Sequence[bytes], Callable[[Random, bytes], bool]]]
TARGETS: Checks = MappingProxyType(
    {"bot_api_answer": (BOT_API, a_bot_api_answer), "weixin_answer": (WEIXIN, a_weixin_answer)}
)
