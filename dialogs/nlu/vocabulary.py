"""A language's words for each intent, and how they are compiled: one search per intent."""

import re
from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum

from dialogs.nlu.alternatives import Alternatives, sorted_by_start
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.values import value

Words = tuple[str, ...]


@value(frozen=True, slots=True)
class Vocabulary:
    """Patterns by meaning, for text in lower case; of reasons, remedies and resolutions the first found wins.

    opening is what must hold where any of them begins, so that few places of a text are tried.
    """

    want_human: Words
    complaint: Words
    not_human: Words
    withdraw: Words
    status: Words
    policy: Words
    polite_request: Words
    not_now: Words
    negated: Words
    done: Words
    hurry: Words
    exchange: Words
    cancel_order: Words
    request: Words
    anger: Words
    reasons: tuple[tuple[Reason, Words], ...]
    remedies: tuple[tuple[Remedy, Words], ...]
    resolutions: tuple[tuple[Resolution, Words], ...]
    opening: str = ""


_NAMED = frozenset({"reasons", "remedies", "resolutions", "opening"})


class Patterns:
    """A vocabulary (or several, for mixed text) ready to search."""

    def __init__(self, *vocabularies: Vocabulary) -> None:
        for field in fields(Vocabulary):
            if field.name not in _NAMED:
                words = [_either(it, [(0, word) for word in getattr(it, field.name)])[0] for it in vocabularies]
                setattr(self, "_" + field.name, re.compile("|".join(words)))
        self._reasons = [_table(it, it.reasons) for it in vocabularies]
        self._remedies = [_table(it, it.remedies) for it in vocabularies]
        self._resolutions = [_table(it, it.resolutions) for it in vocabularies]

    def has(self, meaning: str, words: str) -> bool:
        """True when the words hold that meaning."""
        pattern: re.Pattern[str] = getattr(self, "_" + meaning)
        return pattern.search(words) is not None

    def without(self, meaning: str, words: str) -> str:
        """The words less what holds that meaning."""
        pattern: re.Pattern[str] = getattr(self, "_" + meaning)
        return pattern.sub(" ", words)

    def named(self, words: str) -> tuple[tuple[str, str], ...]:
        """The reason, remedy and resolution that the words name, as entities."""
        found = (
            ("reason", _first(self._reasons, words)),
            ("remedy", _first(self._remedies, words)),
            ("resolution", _first(self._resolutions, words)),
        )
        return tuple((name, value) for name, value in found if value is not None)


Table = tuple[re.Pattern[str], tuple[int, ...], tuple[str, ...]]


def _either(vocabulary: Vocabulary, alternatives: Alternatives) -> tuple[str, tuple[int, ...]]:
    """One pattern for numbered alternatives, and the number that each of its groups stands for."""
    if not vocabulary.opening:
        numbers = tuple(sorted({number for number, _ in alternatives}))
        words = ("|".join(word for number, word in alternatives if number == it) for it in numbers)
        return "|".join(f"({word})" for word in words), numbers
    pattern, groups = sorted_by_start([(number, word.removeprefix(r"\b")) for number, word in alternatives])
    return f"{vocabulary.opening}(?:{pattern})", groups


def _table(vocabulary: Vocabulary, rows: Sequence[tuple[StrEnum, Words]]) -> Table:
    """One pattern, the row that each of its groups is of, and the codes of the rows."""
    words = [(number, word) for number, (_, words) in enumerate(rows) for word in words]
    pattern, numbers = _either(vocabulary, words)
    return re.compile(pattern), numbers, tuple(code.value for code, _ in rows)


def _first(tables: Sequence[Table], words: str) -> str | None:
    """Of all that the words name, what was listed first."""
    found = [
        (numbers[(match.lastindex or 1) - 1], codes)
        for pattern, numbers, codes in tables
        for match in pattern.finditer(words)
    ]
    if not found:
        return None
    number, codes = min(found)
    return codes[number]
