"""What the classifier sees of a text: runs of characters, words, what the rules made of it and what was asked."""

import re

FEATURES_MAX = 600
_NUMBER = re.compile(r"[0-9]+")
_PIECE = re.compile(r"[a-z']+|[\u3400-\u9fff\uf900-\ufaff]+|[0?？!！]")


def features(text: str, signs: tuple[str, ...] = ()) -> list[str]:
    """The features of a text in lower case, each once; signs are added as they are."""
    found: dict[str, None] = dict.fromkeys(signs)
    pieces = _PIECE.findall(_NUMBER.sub("0", text))
    before = "^"
    for piece in pieces:
        if piece[0] >= "\u3400":
            _add_runs(found, piece)
        else:
            _add_word(found, piece, before)
        before = piece
    found[f"{before[-1]}$" if before[-1] >= "\u3400" else f"{before} $"] = None
    if pieces and pieces[0][0] >= "\u3400":
        found[f"^{pieces[0][:2]}"] = None
    found[f"~{min(len(pieces), 9) if text.isascii() else min(len(text) // 3, 9)}"] = None
    return list(found)[:FEATURES_MAX]


def _add_runs(found: dict[str, None], piece: str) -> None:
    for length in (1, 2, 3):
        for start in range(len(piece) - length + 1):
            found[piece[start : start + length]] = None


def _add_word(found: dict[str, None], word: str, before: str) -> None:
    found[word] = None
    found[f"{before} {word}"] = None
    if len(word) > 4:
        for start in range(len(word) - 3):
            found["_" + word[start : start + 4]] = None
