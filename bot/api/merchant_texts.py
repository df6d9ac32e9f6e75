"""What the chat says, in the merchants' API: every sentence as delivered, and the merchant's own wordings of them."""

from typing import Any

import msgspec
from aiohttp import web

from bot.api.errors import invalid
from bot.api.http import answer, decoded, read_body
from bot.api.merchant_widget import save_own, settings_problem, stored_setting
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from dialogs.texts.catalogue import CATALOGUES, OwnTexts
from dialogs.texts.own import own_document, read_own_texts, stored_texts, values_of
from refund_core.errors import SettingsInvalid


class TextsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All own wordings by language (zh-CN, en) and key; what is left out or null is said as delivered.

    A wording holds the {values} of the delivered sentence, up to 1,000 characters, and keeps the rules of wording.
    """

    texts: Any


class SentenceView(msgspec.Struct, frozen=True, rename={"chinese": "zh-CN", "english": "en"}):
    """One sentence as it is delivered in both languages, and the values that stand in it as {value}."""

    key: str
    values: list[str]
    chinese: str
    english: str


class TextsView(msgspec.Struct, frozen=True):
    """The merchant's own wordings by language and key, and every sentence that may be worded anew."""

    texts: dict[str, dict[str, str]]
    sentences: list[SentenceView]


async def get_texts(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /texts."""
    return answer(_view(stored_texts(await stored_setting(request, merchant, "texts"))))


async def put_texts(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """PUT /texts: all of them; every wording that may not be said is named, and then nothing changes."""
    raw = await read_body(request, request.app[SERVICES].settings.api.body_bytes_max)
    wanted = decoded(raw, TextsRequest).texts
    if not isinstance(wanted, dict):
        raise invalid("texts", "wrong_shape", "must be an object of languages, each an object of texts by key")
    try:
        own = read_own_texts(wanted)
    except SettingsInvalid as error:
        raise settings_problem(error) from None
    await save_own(request, merchant, "texts", own_document(own))
    return answer(_view(own))


def _view(own: OwnTexts) -> TextsView:
    chinese, english = CATALOGUES["zh-CN"], CATALOGUES["en"]
    sentences = [SentenceView(key, sorted(values_of(key)), chinese[key], english[key]) for key in sorted(english)]
    return TextsView(own_document(own), sentences)
