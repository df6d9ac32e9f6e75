"""say(): a sentence by its key, in the consumer's language, in the merchant's own words where it has some."""

from collections.abc import Mapping
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

MerchantTexts = tuple[tuple[str, str, str], ...]

CATALOGUES: Mapping[Locale, Mapping[str, str]] = MappingProxyType({
    "zh-CN": MappingProxyType(
        zh_cn.TEXTS | zh_cn_cases.TEXTS | zh_cn_policy.TEXTS | zh_cn_channels.TEXTS | zh_cn_verify.TEXTS
    ),
    "en": MappingProxyType(en.TEXTS | en_cases.TEXTS | en_policy.TEXTS | en_channels.TEXTS | en_verify.TEXTS),
})  # fmt: skip


def say(key: str, locale: Locale, merchant_texts: MerchantTexts = (), **values: str | int) -> str:
    """The sentence with its values put in; a merchant's wording that asks for unknown values is not used."""
    for own_key, own_locale, own in merchant_texts:
        if own_key == key and own_locale == locale:
            filled = _fill(own, values)
            if filled is not None:
                return filled
    text = CATALOGUES[locale][key]
    return text.format_map(values) if values else text


def wording(key: str, locale: Locale, merchant_texts: MerchantTexts, values: Mapping[str, str | int]) -> str:
    """The words of a key with their {values} still open; the merchant's own where these values fill them."""
    own = (text for own_key, own_locale, text in merchant_texts if (own_key, own_locale) == (key, locale))
    return next((text for text in own if _fill(text, values) is not None), CATALOGUES[locale][key])


def has_text(key: str) -> bool:
    """True when there is a sentence of that key."""
    return key in CATALOGUES["en"]


def code_text(kind: str, code: str, locale: Locale, merchant_texts: MerchantTexts = ()) -> str:
    """The words for a code (reason, remedy, state, method, platform …); for an unknown one those of "other"."""
    key = f"{kind}.{code}"
    return say(key if has_text(key) else f"{kind}.other", locale, merchant_texts)


def _fill(text: str, values: Mapping[str, str | int]) -> str | None:
    try:
        return text.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return None
