"""say(): a sentence by its key, in the consumer's language, in the merchant's own words where it has some."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dialogs.messages import Locale
from dialogs.texts import (
    en,
    en_cases,
    en_channels,
    en_policy,
    en_verify,
    zh_cn,
    zh_cn_cases,
    zh_cn_channels,
    zh_cn_policy,
    zh_cn_verify,
)


@dataclass(frozen=True, slots=True, eq=False)
class OwnTexts:
    """A merchant's own wordings, by key and language."""

    words: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.words)

    def filled(self, key: str, locale: Locale, values: Mapping[str, str | int]) -> str | None:
        """The merchant's sentence with its values put in; None where it has none, or asks for values unknown here."""
        text = self.words.get((key, locale))
        return None if text is None else _fill(text, values)


NO_TEXTS = OwnTexts()

CATALOGUES: Mapping[Locale, Mapping[str, str]] = MappingProxyType({
    "zh-CN": MappingProxyType(
        zh_cn.TEXTS | zh_cn_cases.TEXTS | zh_cn_policy.TEXTS | zh_cn_channels.TEXTS | zh_cn_verify.TEXTS
    ),
    "en": MappingProxyType(en.TEXTS | en_cases.TEXTS | en_policy.TEXTS | en_channels.TEXTS | en_verify.TEXTS),
})  # fmt: skip


def say(key: str, locale: Locale, own: OwnTexts = NO_TEXTS, **values: str | int) -> str:
    """The sentence with its values put in; a merchant's wording that asks for unknown values is not used."""
    if own and (filled := own.filled(key, locale, values)) is not None:
        return filled
    text = CATALOGUES[locale][key]
    return text.format_map(values) if values else text


def wording(key: str, locale: Locale, own: OwnTexts, values: Mapping[str, str | int]) -> str:
    """The words of a key with their {values} still open; the merchant's own where these values fill them."""
    is_own = own.filled(key, locale, values) is not None
    return own.words[key, locale] if is_own else CATALOGUES[locale][key]


def has_text(key: str) -> bool:
    """True when there is a sentence of that key."""
    return key in CATALOGUES["en"]


def code_text(kind: str, code: str, locale: Locale, own: OwnTexts = NO_TEXTS) -> str:
    """The words for a code (reason, remedy, state, method, platform …); for an unknown one those of "other"."""
    key = f"{kind}.{code}"
    return say(key if has_text(key) else f"{kind}.other", locale, own)


def _fill(text: str, values: Mapping[str, str | int]) -> str | None:
    try:
        return text.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return None
