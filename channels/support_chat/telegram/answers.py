"""What the Bot API's answer to a call means: its result, or the error that says what to do next; pure."""

import re
from typing import Any, TypeVar, cast

from aiogram import Bot
from aiogram.methods import Response, TelegramMethod
from pydantic import ValidationError

from channels.channel import Unreachable
from refund_core.sending import RETRY_AFTER_SECONDS_MAX, AnswerUnknown, SendLater, SendRefused

ANSWER_BYTES_MAX = 8 << 20
"""A hundred updates with all that a message may hold are not a tenth of it."""
RETRY_SECONDS = 5.0
_CODE_LENGTH_MAX = 60
Result = TypeVar("Result")


def read_answer(method: TelegramMethod[Result], bot: Bot, status: int, raw: bytes) -> Result:
    """The call's result. Raises SendLater, SendRefused, AnswerUnknown and Unreachable, whatever the bytes are.

    aiogram's own reading takes for granted that an answer is UTF-8 and that an error has a description.
    """
    try:
        answer: Response[Any] = Response[method.__returning__].model_validate_json(raw, context={"bot": bot})  # type: ignore[name-defined]
    except ValidationError:
        raise _unreadable(status) from None
    if 200 <= status < 300 and answer.ok:
        return cast(Result, answer.result)
    raise _refusal(status, answer)


def _unreadable(status: int) -> SendLater | SendRefused | AnswerUnknown:
    """Not the Bot API's words, as when something between answers for it."""
    if status == 429:
        return SendLater(RETRY_SECONDS, "too_many_requests")
    if 300 <= status < 500 and status != 408:
        return SendRefused(f"http_{status}")
    return AnswerUnknown("no_json")


def _refusal(status: int, answer: Response[Any]) -> Exception:
    reason = code_of(answer.description or f"http {status}")
    asked = None if answer.parameters is None else answer.parameters.retry_after
    if asked is not None and asked > 0:
        return SendLater(min(float(asked), RETRY_AFTER_SECONDS_MAX), "too_many_requests")
    if status == 429 or "too_many_requests" in reason:
        return SendLater(RETRY_SECONDS, "too_many_requests")
    if status == 403:
        return Unreachable(reason)
    if status == 408 or status >= 500:
        return AnswerUnknown("server_error")
    return SendRefused("too_large" if status == 413 else reason)


def code_of(description: str) -> str:
    """The platform's reason as one word of letters, so that nothing of a customer is in it."""
    return re.sub(r"[^a-z]+", "_", description.lower()).strip("_")[:_CODE_LENGTH_MAX] or "refused"
