"""Many patterns as one that is quick to search: sorted by the character that each begins with.

A search tries every alternative at every place of a text. Where the alternatives stand below the character that they
begin with, all but a few are passed over by one comparison.
"""

import re
from collections.abc import Iterator, Sequence

Alternatives = Sequence[tuple[int, str]]
_CLASS = re.compile(r"\[([^\]\\^-]{1,16})\]")
_REPEATED = "?*+{"
_SPECIAL = frozenset("[](){}.*+?^$|\\")


def spread(pattern: str) -> Iterator[str]:
    """Patterns that together match what the pattern matches, each beginning with a plain character where it can."""
    for branch in _branches(pattern):
        start = branch[:3]
        if start == "(?:":
            end = _end_of_group(branch)
            yield from _opened(branch[3:end], branch[end + 1 :])
        elif found := _CLASS.match(branch):
            yield from _opened("|".join(found.group(1)), branch[found.end() :])
        else:
            yield branch


def sorted_by_start(alternatives: Alternatives) -> tuple[str, tuple[int, ...]]:
    """One pattern for numbered alternatives, and the number that each of its groups stands for.

    Of those that match at one place the one with the lowest number is found.
    """
    starts: dict[str, dict[int, list[str]]] = {}
    for number, pattern in alternatives:
        for branch in spread(pattern):
            start, rest = _start_of(branch)
            starts.setdefault(start, {}).setdefault(number, []).append(rest)
    numbers: list[int] = []
    parts = []
    for start, by_number in starts.items():
        numbers.extend(sorted(by_number))
        parts.append(start + "(?:" + "|".join(f"({'|'.join(by_number[it])})" for it in sorted(by_number)) + ")")
    return "|".join(parts), tuple(numbers)


def _opened(inside: str, rest: str) -> Iterator[str]:
    """The branches of a leading group, each with what follows it; a group that may be left out also as left out."""
    if rest[:1] not in _REPEATED or not rest:
        for branch in _branches(inside):
            yield from spread(branch + rest)
        return
    if rest[0] != "?" or rest[1:2] in {"?", "+"}:
        yield f"(?:{inside}){rest}"
        return
    for branch in _branches(inside):
        yield from spread(branch + rest[1:])
    yield from spread(rest[1:])


def _start_of(branch: str) -> tuple[str, str]:
    """The plain character that a branch begins with and the rest; no character where it begins otherwise."""
    if branch and branch[0] not in _SPECIAL and branch[1:2] not in _REPEATED:
        return branch[0], branch[1:]
    if len(branch) == 1 and branch not in _SPECIAL:
        return branch, ""
    return "", branch


def _branches(pattern: str) -> list[str]:
    """The pattern cut at the bars that stand outside of every group and class."""
    branches, depth, start = [], 0, 0
    for at, is_open in _marks(pattern):
        if pattern[at] == "|" and depth == 0:
            branches.append(pattern[start:at])
            start = at + 1
        elif pattern[at] != "|":
            depth += 1 if is_open else -1
    return [*branches, pattern[start:]]


def _end_of_group(pattern: str) -> int:
    depth = 0
    for at, is_open in _marks(pattern):
        if pattern[at] != "|":
            depth += 1 if is_open else -1
            if depth == 0:
                return at
    raise ValueError(pattern)


def _marks(pattern: str) -> Iterator[tuple[int, bool]]:
    """Where a pattern's brackets and bars stand, but those that are escaped or in a class."""
    is_class = is_escaped = False
    for at, mark in enumerate(pattern):
        if is_escaped:
            is_escaped = False
        elif mark == "\\":
            is_escaped = True
        elif is_class:
            is_class = mark != "]"
        elif mark == "[":
            is_class = True
        elif mark in "(|)":
            yield at, mark == "("
