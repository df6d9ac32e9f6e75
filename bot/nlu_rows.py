"""Words that were doubtful or taken back, as rows to be labelled: masked, each once, the most frequent first."""

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from dialogs.messages import Locale
from dialogs.nlu.embedded import detect_locale
from dialogs.nlu.masking import masked
from storage.insight_store import DoubtfulWords

TEXT_LENGTH_MAX = 400


class ReviewRow(msgspec.Struct, frozen=True):
    """One row in the form that `refundbot nlu-eval` reads; accept is how it was read, for a person to put right."""

    id: str
    locale: Locale
    text: str
    expecting: str | None
    accept: tuple[str, ...]
    reason: str | None
    resolution: str | None
    act: str
    confidence: float
    times: int
    corrected: int


def review_rows(words: Sequence[DoubtfulWords]) -> list[ReviewRow]:
    """The rows; the same words at the same question are one, with how often they came and were taken back."""
    groups: dict[tuple[str, str | None], list[tuple[str, DoubtfulWords]]] = {}
    for one in words:
        text = " ".join("".join(filter(_is_plain, masked(one.text[:TEXT_LENGTH_MAX]))).split())
        if text:
            groups.setdefault((text.casefold(), one.read.expecting), []).append((text, one))
    rows = [_row(found) for found in groups.values()]
    return sorted(rows, key=lambda row: (-row.corrected, -row.times, row.confidence, row.id))


def as_training(rows: Sequence[ReviewRow]) -> Iterator[str]:
    """Lines of Rasa NLU YAML in blocks of what was read alike: move what is wrong to where it belongs, then add it."""
    yield 'version: "3.1"'
    yield ""
    yield "nlu:"
    for intent, metadata in sorted({_block(row) for row in rows}):
        yield f"- intent: {intent}"
        yield f"  metadata: {{{metadata}}}"
        yield "  examples: |"
        yield from (f"    - {_plain(row.text)}" for row in rows if _block(row) == (intent, metadata))


def _block(row: ReviewRow) -> tuple[str, str]:
    """The intent, and the labels of the training files that go with it."""
    labels = (("act", row.act), ("reason", row.reason), ("resolution", row.resolution), ("expecting", row.expecting))
    return row.accept[0], ", ".join(f"{name}: {label}" for name, label in labels if label is not None)


def _row(found: Sequence[tuple[str, DoubtfulWords]]) -> ReviewRow:
    text, last = found[-1]
    read = last.read
    key = f"{text.casefold()}\n{read.expecting}"
    return ReviewRow(
        id=hashlib.blake2b(key.encode(), digest_size=6).hexdigest(),
        locale=detect_locale(text, "en"),
        text=text,
        expecting=None if read.expecting not in _EXPECTED else read.expecting,
        accept=(read.intent,),
        reason=read.reason,
        resolution=read.resolution,
        act=read.act or "statement",
        confidence=min(one.read.confidence for _, one in found),
        times=len(found),
        corrected=sum(one.is_corrected for _, one in found),
    )


_EXPECTED = frozenset({"order", "lines", "quantity", "reason", "evidence", "resolution", "confirm"})


def _is_plain(sign: str) -> bool:
    return sign.isprintable() or sign.isspace()


def _plain(text: str) -> str:
    """Without what Rasa would take for an entity."""
    return text.replace("](", "] (").replace("]{", "] {")
