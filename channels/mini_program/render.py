"""Replies as a mini-program's customer service shows them: text with numbered choices, and the case's card; pure."""

from collections.abc import Sequence

from channels.channel import Payload, Spoken
from channels.numbered import asked_in, in_words
from channels.weixin.render import CasePage, card_payloads, literal, picture_payloads, text_payload, texts, whole_text
from dialogs.messages import Locale


def render_replies(spoken: Sequence[Spoken], locale: Locale, page: CasePage) -> tuple[Payload, ...]:
    """As few messages as WeChat's limits allow. Mini-programs know no menus to tap, so choices are words."""
    text, words = whole_text(spoken, locale, page), literal(in_words(asked_in(spoken), locale))
    plain = "\n\n".join(part for part in (text, words) if part)
    return (*map(text_payload, texts(plain)), *picture_payloads(spoken), *card_payloads(spoken, locale, page))
