"""The desk's words, by key, in both languages."""

from bot.console.texts.en import TEXTS as EN
from bot.console.texts.zh_cn import TEXTS as ZH_CN

CATALOGUES = {"zh-CN": ZH_CN, "en": EN}


def console_text(locale: str, key: str, /, **values: object) -> str:
    """The text of a key with its values filled in. Raises KeyError for a key or a value that is not there."""
    template = CATALOGUES[locale][key]
    return template.format_map(values) if values else template
