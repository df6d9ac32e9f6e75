"""A code that came by SMS, as people type or say it back; and that none came."""

import re

from dialogs.nlu.numbers import named_order_no
from dialogs.proof import CODE_DIGITS

_GROUPED = re.compile(
    r"(?<![0-9A-Za-z.¥$-])(?:[0-9]{6}|[0-9]{3}[ -][0-9]{3}|[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}|[0-9](?: [0-9]){5})"
    r"(?![0-9A-Za-z-]|\.[0-9])"
)
_DIGITS_ALONE = re.compile(r"[0-9](?:[ -]?[0-9]){2,7}")
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺]{6}")
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_NOT_DIGITS = re.compile(r"[^0-9]")
_AGAIN = re.compile(
    r"重发|重新发|再发|没(?:有)?(?:收到|收着)|收不到|未收到|没(?:有)?短信|换个验证码|新的?验证码"
    r"|\bresend|\bsend (?:it |me |another |a new |the code |one )*(?:again|code)\b|\bsend (?:me )?(?:another|a new)\b"
    r"|\bnew code\b"
    r"|\b(?:did ?n['’o]?t|have ?n['’o]?t|not|never|no) (?:\w+ )?(?:get|got|received?|arrived?|come|code|sms)\b"
)
_NOT_THE_CODE = re.compile(r"[货品]|快递|包裹|退款|订单|\b(?:order|parcel|package|refund|goods|items?|delivery)\b")


def code_given(words: str) -> str | None:
    """The digits of the code in a text; those of another length only where the text is nothing else.

    A number that the text calls its order's is none.
    """
    order_no = named_order_no(words)
    rest = words if order_no is None else words.replace(order_no, " ")
    found = _GROUPED.search(rest)
    if found is not None:
        return _NOT_DIGITS.sub("", found.group())
    spoken = _SPOKEN.search(rest)
    if spoken is not None:
        return spoken.group().translate(_SPOKEN_DIGITS)
    alone = _DIGITS_ALONE.fullmatch(rest.strip())
    return None if alone is None else _NOT_DIGITS.sub("", alone.group())


def is_code(digits: str) -> bool:
    """True for what may be a code at all."""
    return len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit()


def wants_code_again(words: str) -> bool:
    """True when a text says that no code came, or asks for another."""
    return _AGAIN.search(words) is not None and _NOT_THE_CODE.search(words) is None
