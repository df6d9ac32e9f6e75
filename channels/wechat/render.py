"""Replies as an official account shows them: one text, with a menu to tap where there are choices; pure."""

from collections.abc import Mapping, Sequence

from channels.channel import Payload, Spoken, button_key
from channels.numbered import Asked, all_choices, asked_in, in_words, same
from channels.split import cut_text, text_size
from channels.weixin.render import CasePage, card_payloads, literal, picture_payloads, text_payload, texts, whole_text
from dialogs.messages import Choice, Locale

MENU_MAX = 10
LABEL_BYTES_MAX = 128
ACTION_BYTES_MAX = 64
_LIST_BYTES_MAX = 1_400
"""Choices that take more than this in words leave too little for the question, and go as plain text."""


def render_replies(spoken: Sequence[Spoken], locale: Locale, page: CasePage) -> tuple[Payload, ...]:
    """As few messages as WeChat's limits allow; a menu carries its words, for an answer that can hold no menu."""
    text = whole_text(spoken, locale, page)
    asked = asked_in(spoken)
    choices, words = all_choices(spoken), literal(in_words(asked, locale))
    cards = (*picture_payloads(spoken), *card_payloads(spoken, locale, page))
    words_bytes = text_size(words, unit="bytes")
    if not choices or words_bytes > _LIST_BYTES_MAX:
        plain = "\n\n".join(part for part in (text, words) if part)
        return (*map(text_payload, texts(plain)), *cards)
    *before, last = texts(text, room_at_end=words_bytes + 2) or ("",)
    shown, rest = choices[:MENU_MAX], choices[MENU_MAX:]
    menu = {
        "head_content": last,
        "list": [{"id": _key(*one), "content": _label(one[2])} for one in shown],
        "tail_content": _tail([choice for _, _, choice in rest], asked, locale),
    }
    return (*map(text_payload, before), _menu_payload(menu, last, words), *cards)


def _menu_payload(menu: Mapping[str, object], text: str, words: str) -> Payload:
    in_plain = "\n\n".join(part for part in (text, words) if part)
    return Payload("msgmenu", {"msgmenu": menu, "text": {"content": in_plain}})


def _key(one: Spoken, place: int, choice: Choice) -> str:
    if text_size(choice.action, unit="bytes") <= ACTION_BYTES_MAX:
        return choice.action
    return button_key(one.seq, place)


def _label(choice: Choice) -> str:
    return cut_text(literal(choice.label), LABEL_BYTES_MAX, unit="bytes")


def _tail(rest: Sequence[Choice], asked: Asked, locale: Locale) -> str:
    """What did not fit the menu, in words."""
    if not rest:
        return ""
    left = {same(choice) for choice in rest}
    numbered = tuple(it for it in asked.numbered if same(it[1]) in left)
    worded = tuple(choice for choice in asked.worded if same(choice) in left)
    return literal(in_words(Asked(numbered, worded), locale))
