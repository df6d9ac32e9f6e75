"""A sentence or a button's label that was said, found again in the catalogue, in another language's words; pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter

from dialogs.messages import Locale
from dialogs.texts.catalogue import CATALOGUES, OwnTexts, say

CHOICE = "choice."
_VALUES = {
    "case_no": r"\S+", "order_no": r"\S+", "tracking_no": r"\S+", "title": r".+",
    "quantity": r"[0-9]+", "count": r"[0-9]+", "left": r"[0-9]+", "shown": r"[0-9]+",
}  # fmt: skip
"""The values that read the same in every language; a sentence with others is not found again."""
_FORMATTER = Formatter()


def translated(said: str, was: Locale, locale: Locale, own: OwnTexts, *, is_label: bool = False) -> str | None:
    """The words in the other language; None where they are none of ours, or hold what differs by language."""
    candidates = (*_own_templates(own, was), *_templates(was))
    for key, pattern in candidates:
        found = pattern.fullmatch(said) if key.startswith(CHOICE) is is_label else None
        if found is not None:
            return say(key, locale, own, **found.groupdict())
    return None


def _own_templates(own: OwnTexts, locale: Locale) -> Iterator[tuple[str, re.Pattern[str]]]:
    for (key, said_in), template in own.words.items():
        pattern = _pattern(template) if said_in == locale else None
        if pattern is not None:
            yield key, pattern


@lru_cache(maxsize=2)
def _templates(locale: Locale) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those without a value before those with one, which might match more than they say."""
    found = [(key, _pattern(template)) for key, template in CATALOGUES[locale].items()]
    known = [(key, pattern) for key, pattern in found if pattern is not None]
    return tuple(sorted(known, key=lambda one: one[1].groups))


def _pattern(template: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    for literal, field, _, _ in _FORMATTER.parse(template):
        parts.append(re.escape(literal))
        if field is None:
            continue
        if field not in _VALUES:
            return None
        is_named = any(part.startswith(f"(?P<{field}>") for part in parts)
        parts.append(f"(?P={field})" if is_named else f"(?P<{field}>{_VALUES[field]})")
    return re.compile("".join(parts), re.DOTALL)
