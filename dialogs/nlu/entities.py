"""What a text names beside its intent: numbers, sums, counts, days and goods, each read exactly."""

import re

from dialogs.nlu.amounts import find_amount, find_count
from dialogs.nlu.dates import find_date
from dialogs.nlu.goods import excepted_words, product_words
from dialogs.nlu.numbers import find_maybe_order_no, find_order_no, find_phone, find_tracking_no, without_phones

Named = tuple[tuple[str, str], ...]
_DIGITS = re.compile(r"[0-9]")


def entities_in(text: str) -> Named:
    """The entities of one text; names as in Understanding."""
    words = text.lower()
    count = find_count(words)
    found = (
        *(_numbers(text) if _DIGITS.search(text) else ()),
        ("amount", find_amount(words)),
        ("quantity", None if count is None else str(count)),
        ("date", find_date(words)),
        ("except", excepted_words(words)),
        ("product", product_words(words)),
    )
    return tuple((name, value) for name, value in found if value is not None)


def _numbers(text: str) -> tuple[tuple[str, str | None], ...]:
    phone = find_phone(text)
    rest = text if phone is None else without_phones(text)
    order_no = find_order_no(rest)
    return (
        ("order_no", order_no),
        ("maybe_order_no", find_maybe_order_no(rest) if order_no is None else None),
        ("tracking_no", find_tracking_no(rest)),
        ("phone", phone),
    )
