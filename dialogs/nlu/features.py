"""What the classifier sees of a text: runs of characters, words, what they mean, the rules and the question."""

import re

from dialogs.nlu.concepts import CHINESE_CONCEPTS, ENGLISH_CONCEPTS

FEATURES_MAX = 600
ANSWER_LENGTH = 5
_NUMBER = re.compile(r"[0-9]+")
_PIECE = re.compile(r"[a-z']+|[\u3400-\u9fff\uf900-\ufaff]+|[0?？!！\u2600-\u27bf\U0001f300-\U0001faff]")


def features(text: str, signs: tuple[str, ...] = (), asked: str | None = None) -> list[str]:
    """The features of a text in lower case, each once; signs are added as they are.

    Short words are also told together with what was asked, since it is the question that gives them their meaning.
    """
    found: dict[str, None] = dict.fromkeys(signs)
    meant: list[str] = []
    pieces = _PIECE.findall(_NUMBER.sub("0", text))
    before = "^"
    for piece in pieces:
        if "\u3400" <= piece[0] < "\U0001f300":
            _add_runs(found, piece, meant)
        else:
            _add_word(found, piece, before, meant)
        before = piece
    found[f"{before[-1]}$" if before[-1] >= "\u3400" else f"{before} $"] = None
    if pieces and "\u3400" <= pieces[0][0] < "\U0001f300":
        found[f"^{pieces[0][:2]}"] = None
    elif len(pieces) > 2:
        found[f"^ {pieces[0]} {pieces[1]} {pieces[2]}"] = None
    length = min(len(pieces), 9) if text.isascii() else min(len(text) // 3, 9)
    found[f"~{length}"] = None
    if asked is not None:
        found[f"{asked}~{length}"] = None
        if length < ANSWER_LENGTH:
            _add_answer(found, asked, pieces, meant)
    _add_concepts(found, meant)
    return list(found)[:FEATURES_MAX]


def _add_answer(found: dict[str, None], asked: str, pieces: list[str], meant: list[str]) -> None:
    for said in (*pieces, *meant):
        found[f"{asked}|{said[:4]}"] = None


def _add_runs(found: dict[str, None], piece: str, meant: list[str]) -> None:
    """Runs of up to three characters; the concepts in the order in which their words begin."""
    concepts = CHINESE_CONCEPTS
    end = len(piece)
    for start in range(end):
        found[piece[start]] = None
        for length in (4, 3, 2, 1):
            if start + length <= end:
                run = piece[start : start + length]
                if length < 4:
                    found[run] = None
                if run in concepts:
                    meant.extend(concepts[run])


def _add_word(found: dict[str, None], word: str, before: str, meant: list[str]) -> None:
    pair = f"{before} {word}"
    found[word] = found[pair] = None
    if pair in ENGLISH_CONCEPTS:
        meant.extend(ENGLISH_CONCEPTS[pair])
    if word in ENGLISH_CONCEPTS:
        meant.extend(ENGLISH_CONCEPTS[word])
    if len(word) > 4:
        for start in range(len(word) - 3):
            found["_" + word[start : start + 4]] = None


def _add_concepts(found: dict[str, None], meant: list[str]) -> None:
    before = "^"
    for concept in meant:
        found[concept] = None
        if concept != before:
            found[before + concept] = None
            before = concept
    found[before + "$"] = None
