"""Long texts in pieces that a platform takes, cut where a reader would pause; pure.

A piece is never over the limit and never ends inside what a reader sees as one character (an emoji of several code
points, a letter with its accents). Blank space around a cut is left out; nothing else is.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Literal

Unit = Literal["characters", "utf16", "bytes"]

_SENTENCE_ENDS = "。！？!?…；;"
_CLAUSE_ENDS = "，、,：:"
_CLOSING = "”’」』）)】》\"'"
_ZERO_WIDTH_JOINER = "\u200d"


def split_text(text: str, limit: int, *, unit: Unit = "characters") -> tuple[str, ...]:
    """The text in as few pieces as good cuts allow, each of 1 to limit units; () for a blank text.

    limit holds at least one character of the text, in its units.
    """
    return tuple(_pieces(text, limit, _SIZES[unit]))


def text_size(text: str, *, unit: Unit = "characters") -> int:
    """How long a platform that counts so takes the text to be."""
    return _SIZES[unit](text)


def cut_text(text: str, limit: int, *, unit: Unit = "characters") -> str:
    """The text if it fits, else its beginning with an ellipsis, for a label that may not run on."""
    size = _SIZES[unit]
    if size(text) <= limit:
        return text
    end = _last_whole(text, _fitting(text, 0, limit - size("…"), size), 0)
    return f"{text[:end].rstrip()}…"


def _utf16_units(text: str) -> int:
    return len(text) + sum([character > "\uffff" for character in text])


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_SIZES: dict[Unit, Callable[[str], int]] = {"characters": len, "utf16": _utf16_units, "bytes": _utf8_bytes}


def _pieces(text: str, limit: int, size: Callable[[str], int]) -> Iterator[str]:
    start = _after_blanks(text, 0)
    while start < len(text):
        fitting = _fitting(text, start, limit, size)
        end = fitting if fitting == len(text) else _best_cut(text, start, fitting)
        piece = text[start:end].rstrip()
        if piece:
            yield piece
        start = _after_blanks(text, end)


def _after_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _fitting(text: str, start: int, limit: int, size: Callable[[str], int]) -> int:
    """The end of the longest piece from start that is within the limit."""
    ends = range(start + 1, min(len(text), start + limit) + 1)
    return start + bisect_right(ends, limit, key=lambda end: size(text[start:end]))


def _best_cut(text: str, start: int, end: int) -> int:
    """The last good place to cut: a paragraph, a line, a sentence, a clause, a blank, else between two characters.

    A better kind wins only where the piece stays of use: half of what fits for paragraphs and lines, a third else.
    """
    for is_end, share in _KINDS:
        lowest = start + max(1, (end - start) // share)
        cut = next((place for place in range(end, lowest - 1, -1) if is_end(text, place)), None)
        if cut is not None:
            return cut
    return _last_whole(text, end, start)


def _is_paragraph(text: str, place: int) -> bool:
    return text[place - 2 : place] == "\n\n" or text[place : place + 2] == "\n\n"


def _is_line(text: str, place: int) -> bool:
    return text[place - 1] == "\n" or text[place : place + 1] == "\n"


def _is_sentence(text: str, place: int) -> bool:
    """After 。！？ and what closes them, or after . where a blank follows (not inside 3.50 or a.com)."""
    following = text[place : place + 1]
    if following and (following in _SENTENCE_ENDS or following in _CLOSING or following == "."):
        return False
    last = place - 1
    while last > 0 and text[last] in _CLOSING:
        last -= 1
    if text[last] in _SENTENCE_ENDS:
        return True
    return text[last] == "." and following.isspace()


def _is_clause(text: str, place: int) -> bool:
    """After a comma or colon, but not inside 1,200 or 18:00."""
    return text[place - 1] in _CLAUSE_ENDS and not text[place : place + 1].isdecimal()


def _is_blank(text: str, place: int) -> bool:
    return text[place - 1].isspace() or text[place : place + 1].isspace()


_KINDS = ((_is_paragraph, 2), (_is_line, 2), (_is_sentence, 3), (_is_clause, 3), (_is_blank, 3))


def _last_whole(text: str, end: int, start: int) -> int:
    """The last place up to end where no visible character is cut; end itself where one alone is too long."""
    place = end
    while place > start and _is_inside(text, place):
        place -= 1
    return place if place > start else end


def _is_inside(text: str, place: int) -> bool:
    """True between the code points of one visible character."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _ZERO_WIDTH_JOINER in {before, after} or _joins_to_the_left(after):
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    return _is_flag_letter(before) and _is_flag_letter(after) and _flag_letters_before(text, place) % 2 == 1


def _joins_to_the_left(character: str) -> bool:
    """Accents, variation selectors, skin tones and the tags of a flag belong to the character before."""
    if unicodedata.category(character) in {"Mn", "Mc", "Me"}:
        return True
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, place: int) -> int:
    count = 0
    while place - count > 0 and _is_flag_letter(text[place - count - 1]):
        count += 1
    return count
