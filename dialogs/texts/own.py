"""A merchant's own wordings: what they may say, and the document they come in and are stored as; pure.

Own words take the place of ours sentence by sentence. What makes a sentence true stays: the values in it, the rules of
after-sales wording (no pet names, nothing promised "at once", "refunded" only once it is), and that a program answers.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter

from dialogs.messages import Locale
from dialogs.texts.catalogue import CATALOGUES, OwnTexts
from refund_core.errors import SettingsInvalid

LENGTH_MAX = 1_000
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")
SETTLED_KEYS = frozenset({
    "note.refund_succeeded", "note.refunded", "state.refunded", "payout.succeeded", "order.nothing_left",
})  # fmt: skip
"""The sentences that say that money has arrived, said only when it has."""
_PROMISES = {
    "zh-CN": re.compile("亲|马上|秒到|立即|立刻"),
    "en": re.compile(r"\b(dear|immediately|instantly|right away|at once)\b", re.IGNORECASE),
}
_SETTLED = {
    "zh-CN": re.compile("已退款|已到账|已全部成功|成功退回"),
    "en": re.compile(r"\b(has|have) (been|already been) refunded\b", re.IGNORECASE),
}
_ASSISTANT = {
    "zh-CN": re.compile("智能|机器人|自动|程序|AI", re.IGNORECASE),
    "en": re.compile(r"\b(assistant|bot|automated|automatic|AI|program)\b", re.IGNORECASE),
}
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MAY_BE_LEFT_OUT = frozenset({"merchant", "name", "count", "shown"})
_FORMATTER = Formatter()


def read_own_texts(document: Mapping[str, object]) -> OwnTexts:
    """{language: {key: text}} as wordings; a text of null is ours again. Raises SettingsInvalid with every problem."""
    words: dict[tuple[str, str], str] = {}
    problems: list[tuple[str, str]] = []
    for locale, texts in document.items():
        if locale not in LOCALES:
            problems.append((locale, f"is no language of the chat: {', '.join(LOCALES)}"))
        elif not isinstance(texts, dict):
            problems.append((locale, "must be an object of texts by key"))
        else:
            for key, text in texts.items():
                problems += [(f"{locale}.{key}", problem) for problem in problems_of(key, locale, text)]
                if isinstance(text, str):
                    words[key, locale] = text.strip()
    if problems:
        raise SettingsInvalid(tuple(problems))
    return OwnTexts(words)


def own_document(own: OwnTexts) -> dict[str, dict[str, str]]:
    """The wordings as they are stored and shown, sorted by key."""
    found: dict[str, dict[str, str]] = {}
    for (key, locale), text in sorted(own.words.items()):
        found.setdefault(locale, {})[key] = text
    return found


def stored_texts(document: Mapping[str, object]) -> OwnTexts:
    """The wordings of a stored document; what an older version knew and this one does not is left out."""
    return OwnTexts({
        (key, locale): text
        for locale, texts in document.items()
        if isinstance(texts, dict)
        for key, text in texts.items()
        if key in CATALOGUES["en"] and isinstance(text, str)
    })  # fmt: skip


def problems_of(key: str, locale: Locale, text: object) -> Iterator[str]:
    """What is wrong with one wording, in plain words; nothing for one that may be said, or for null."""
    if key not in CATALOGUES[locale]:
        yield "there is no sentence of that key"
    elif text is None:
        return
    elif not isinstance(text, str) or not text.strip():
        yield "must be a text with words in it, or null for the delivered one"
    elif len(text) > LENGTH_MAX:
        yield f"is longer than {LENGTH_MAX} characters"
    elif _UNPRINTABLE.search(text):
        yield "holds control characters"
    else:
        yield from _problems_of_values(key, text)
        yield from _problems_of_words(key, locale, text)


@cache
def values_of(key: str) -> frozenset[str]:
    """The values that a sentence is said with."""
    return frozenset(name for _, name, _, _ in _FORMATTER.parse(CATALOGUES["en"][key]) if name)


def _problems_of_values(key: str, text: str) -> Iterator[str]:
    try:
        parts = [part[1:] for part in _FORMATTER.parse(text) if part[1] is not None]
    except ValueError:
        yield "has a { or } without its other half; write {{ or }} for the sign itself"
        return
    known = values_of(key)
    used = {str(name) for name, _, _ in parts}
    shown = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
    for name, shape, conversion in parts:
        if name not in known:
            yield f"{{{name}}} is not known here; known are: {shown}"
        elif shape or conversion:
            yield f"{{{name}}} takes no format"
    for name in sorted(known - used - _MAY_BE_LEFT_OUT):
        yield f"must say {{{name}}}"


def _problems_of_words(key: str, locale: Locale, text: str) -> Iterator[str]:
    if found := _PROMISES[locale].search(text):
        yield f"“{found[0]}” is not said: it promises what nobody can keep, or is too familiar"
    if key not in SETTLED_KEYS and (found := _SETTLED[locale].search(text)):
        yield f"“{found[0]}” is only said once the money has arrived"
    if key == "greeting" and not _ASSISTANT[locale].search(text):
        yield "must say that a program answers"
