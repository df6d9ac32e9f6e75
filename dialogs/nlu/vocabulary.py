"""A language's words for each intent, and how they are compiled: one search per intent."""

import re
from dataclasses import dataclass, fields

from refund_core.claims import Reason, Remedy, Resolution

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Patterns by meaning, for text in lower case; of reasons, remedies and resolutions the first found wins."""

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


_NAMED = ("reasons", "remedies", "resolutions")


class Patterns:
    """A vocabulary (or several, for mixed text) ready to search."""

    def __init__(self, *vocabularies: Vocabulary) -> None:
        for field in fields(Vocabulary):
            if field.name not in _NAMED:
                words = [word for vocabulary in vocabularies for word in getattr(vocabulary, field.name)]
                setattr(self, "_" + field.name, re.compile("|".join(words)))
        self._reasons = _compiled([row for vocabulary in vocabularies for row in vocabulary.reasons])
        self._remedies = _compiled([row for vocabulary in vocabularies for row in vocabulary.remedies])
        self._resolutions = _compiled([row for vocabulary in vocabularies for row in vocabulary.resolutions])

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


Table = tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]


def _compiled(rows: list[tuple[Reason, Words]] | list[tuple[Remedy, Words]] | list[tuple[Resolution, Words]]) -> Table:
    """One pattern that any row must pass first (most texts name nothing), then the rows in order."""
    everything = "|".join(word for _, words in rows for word in words)
    return re.compile(everything), tuple((code.value, re.compile("|".join(words))) for code, words in rows)


def _first(table: Table, words: str) -> str | None:
    anything, rows = table
    if anything.search(words) is None:
        return None
    return next((code for code, pattern in rows if pattern.search(words)), None)
