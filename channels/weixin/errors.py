"""WeChat's error codes, by what they mean for a message of ours; pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from channels.channel import Unreachable, WindowClosed
from refund_core.sending import AnswerUnknown, SendLater, SendRefused, wait_seconds
from refund_core.shape_words import UNREADABLE

TOKEN_REFUSED = frozenset({"40001", "40014", "42001"})
"""Wrong, invalid, expired: WeChat wants another token."""
_WINDOW_CLOSED = frozenset({"45015", "45047"})
"""Too long since the user wrote; too many messages since."""
_UNREACHABLE = frozenset({"40003", "43004", "48002"})
"""No such user; does not follow; has switched our messages off."""
_LATER_SECONDS: Mapping[str, float] = {
    "-1": 5.0,  # busy
    "45009": 3_600.0,  # the day's calls are used up
    "45011": 60.0,  # too many calls in this minute
    "45033": 60.0,  # too many calls at once
    "50002": 3_600.0,  # the user or the account is blocked for now
}
_RETRY_AFTER_SECONDS = 60.0
_CODE_MAX = 999_999_999


def check_answer(raw: bytes) -> Mapping[str, Any]:
    """The answer of a call that succeeded; else the error that its code stands for."""
    try:
        answer = _ANSWERS.decode(raw)
    except UNREADABLE:
        raise AnswerUnknown("UNREADABLE") from None
    code = answer.get("errcode", 0)
    if code == 0:
        return answer
    if type(code) is not int or not -_CODE_MAX <= code <= _CODE_MAX:
        raise AnswerUnknown("UNREADABLE")
    raise error_of(str(code))


_ANSWERS = msgspec.json.Decoder(dict[str, Any])


def error_of(code: str) -> Exception:
    """What an error code means for what was to be sent."""
    if code in _WINDOW_CLOSED:
        return WindowClosed(code)
    if code in _UNREACHABLE:
        return Unreachable(code)
    if code in _LATER_SECONDS:
        return SendLater(_LATER_SECONDS[code], code)
    return SendRefused(code)


def check_status(status: int, retry_after: str | None) -> None:
    """Raises what an HTTP status other than 200 means: WeChat itself answers 200 with a code."""
    if status == 200:
        return
    if status == 429:
        raise SendLater(wait_seconds(retry_after, _RETRY_AFTER_SECONDS), "429")
    if status == 408 or status >= 500:
        raise AnswerUnknown(str(status))
    raise SendRefused(f"HTTP {status}")
