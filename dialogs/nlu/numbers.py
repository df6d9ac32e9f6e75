"""Numbers in text: small ones in digits and words, and those of orders, parcels and phones."""
# a pattern stays whole

import re

NUMBER_LENGTH_MAX = 200
_CHINESE_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_ENGLISH_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3,
}  # fmt: skip


def to_number(word: str) -> int | None:
    """A number written in digits, Chinese numerals up to 999 or English words up to ten."""
    if word.isascii() and word.isdigit():
        return int(word)
    if word in _ENGLISH_NUMBERS:
        return _ENGLISH_NUMBERS[word]
    return _chinese_number(word)


def _chinese_number(word: str) -> int | None:
    hundreds, hundred, rest = word.partition("百")
    if not hundred:
        return _below_hundred(word)
    high = _CHINESE_DIGITS.get(hundreds)
    if len(rest) == 1 and rest in _CHINESE_DIGITS:
        low: int | None = _CHINESE_DIGITS[rest] * 10
    else:
        low = _below_hundred(rest.removeprefix("零")) if rest else 0
    return None if high is None or low is None else high * 100 + low


def _below_hundred(word: str) -> int | None:
    tens, ten, ones = word.partition("十")
    if not ten:
        return _CHINESE_DIGITS.get(word)
    high = 1 if not tens else _CHINESE_DIGITS.get(tens)
    low = 0 if not ones else _CHINESE_DIGITS.get(ones)
    return None if high is None or low is None else high * 10 + low


_NUMBER = r"(?<![0-9A-Za-z¥$£€.-])(?=[0-9A-Za-z-]*[0-9]{%d})[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*(?![0-9A-Za-z.-])"
_NO_AMOUNT = r"(?! ?(?:元|块|年|月|yuan|rmb|cny|usd))"
# Five digits, or letters with a serial number that is filled up with zeros: "GTX-4090" is goods, "SHOP-0007" an order.
_ORDER_NO = re.compile(
    _NUMBER % 5 + _NO_AMOUNT + r"|(?<![0-9A-Za-z-])[A-Za-z]{2,12}-0[0-9]{2,}(?![0-9A-Za-z.-])",
)
_MAYBE_ORDER_NO = re.compile(
    r"(?<![0-9A-Za-z¥$£€._/-])(?=[0-9A-Za-z_/-]*[0-9])(?=[0-9A-Za-z_/-]{4})[0-9A-Za-z]+(?:[_/-][0-9A-Za-z]+)*(?![0-9A-Za-z_/-]|[.][0-9])"
    + _NO_AMOUNT
)
_NAMED_ORDER_NO = re.compile(_NUMBER % 1)
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{1,2}(?:-[0-9]{1,2})?")
_PARCEL = re.compile(r"[A-Za-z]{2,4}[0-9]{8,15}(?:[A-Za-z]{2})?")
_TRACKING_NO = re.compile(r"(?<![0-9A-Za-z])((?:[A-Za-z]{2,4}[0-9]{8,15}(?:[A-Za-z]{2})?)|[0-9]{12,18})(?![0-9A-Za-z])")
_SHORT_PARCEL = re.compile(
    r"(?<![0-9A-Za-z])((?:SF|YT|YTO|ZTO|STO|YD|JD|JDV|JT|EMS|DB|DPK|UPS|DHL|LP)[0-9]{5,7})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_NAMED_PARCEL = re.compile(
    r"(?:(?<!订)单号|\btracking (?:number|no\.?))(?:是|为| is)?[:： #]*(?=[0-9A-Za-z-]*[0-9]{4})([0-9A-Za-z-]{6,40})",
    re.IGNORECASE,
)
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_ANY_PHONE = re.compile(
    r"(?<![0-9A-Za-z+-])(?:"
    r"(?:(?:\+|00)?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})"
    r"|\+[1-9][0-9]{0,2}(?:[ -]?[(]?[0-9]{2,4}[)]?){2,5}"
    r"|0[0-9]{2,3}-[0-9]{7,8}|[(][0-9]{3}[)] ?[0-9]{3}-[0-9]{4}|[0-9]{3}-[0-9]{3}-[0-9]{4}"
    r")(?![0-9A-Za-z-])"
)
_NOT_DIALLED = re.compile(r"[^0-9+]")
_ORDER_WORD = re.compile(
    r"(?:订单编?号?|单号|\border(?: number| no\.?)?)(?:是|为| is)?[:： #]*(?=[0-9A-Za-z])", re.IGNORECASE
)


def find_order_no(text: str) -> str | None:
    """What the text calls its order's number, else the first thing that looks like one.

    Phone numbers, dates, amounts and a parcel's number (letters and digits) do not.
    """
    named = named_order_no(text)
    if named is not None:
        return named
    return next((found.group() for found in _ORDER_NO.finditer(text) if _may_be_order(found.group())), None)


def find_maybe_order_no(text: str) -> str | None:
    """The first word with digits that is an order's number if the customer has such an order ("DEMO-1003", "7741")."""
    return next((found.group() for found in _MAYBE_ORDER_NO.finditer(text) if _may_be_order(found.group())), None)


def named_order_no(text: str) -> str | None:
    """What the text calls its order's number."""
    named = _ORDER_WORD.search(text)
    found = None if named is None else _NAMED_ORDER_NO.match(text, named.end())
    return found.group() if found is not None and len(found.group()) <= NUMBER_LENGTH_MAX else None


def find_tracking_no(text: str) -> str | None:
    """The first thing in the text that looks like a parcel's number; a short one by its carrier or its name alone."""
    found = _TRACKING_NO.search(text) or _SHORT_PARCEL.search(text) or _NAMED_PARCEL.search(text)
    return found.group(1) if found is not None else None


def find_phone(text: str) -> str | None:
    """The first thing in the text that looks like a telephone number: its digits, after a + where it had one."""
    found = _ANY_PHONE.search(text)
    return None if found is None else _NOT_DIALLED.sub("", found.group())


def without_phones(text: str) -> str:
    """The text with its telephone numbers taken out, so that no order's number is seen in one."""
    return _ANY_PHONE.sub(" ", text)


def _may_be_order(number: str) -> bool:
    is_other = _PHONE.fullmatch(number) or _DATE.fullmatch(number) or _PARCEL.fullmatch(number)
    return not is_other and len(number) <= NUMBER_LENGTH_MAX
