"""Replies as texts of WeChat's: merged, within its bytes, cut at the ends of sentences; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.channel import BadSetting, Payload, Spoken
from channels.pictures import picture_payload, pictures_in
from channels.split import split_text, text_size
from channels.wording import case_no_of, said
from dialogs.messages import Locale
from dialogs.texts.catalogue import say

TEXT_BYTES_MAX = 2_048
_LINK = re.compile(r"<(?=/?[aA][\s>])")
_HOLDER = "{case_no}"


@dataclass(frozen=True, slots=True)
class CasePage:
    """Where a customer sees their case: an address, or a page of a mini-program shown as a card.

    page holds {case_no}; app_id is empty for a mini-program's own customer service; thumb is a picture's media id.
    """

    address: str = ""
    app_id: str = ""
    page: str = ""
    thumb: str = ""

    @property
    def has_card(self) -> bool:
        """True where a card can be sent."""
        return bool(self.page and self.thumb)


def read_case_page(settings: Mapping[str, str], *, app_id: str) -> CasePage:
    """The account's settings about its case page. Raises BadSetting."""
    address, page, thumb = (settings.get(name, "") for name in ("case_page", "mini_program_page", "mini_program_thumb"))
    for name, value in (("case_page", address), ("mini_program_page", page)):
        if value and _HOLDER not in value:
            raise BadSetting(f"{name}: expected {_HOLDER} where the case's number goes")
    if address and not address.startswith(("https://", "http://")):
        raise BadSetting("case_page: expected an address that begins with https://")
    if bool(page) != bool(thumb):
        raise BadSetting("mini_program_page: goes together with mini_program_thumb (the card needs both)")
    return CasePage(address, app_id, page, thumb)


def whole_text(spoken: Sequence[Spoken], locale: Locale, page: CasePage) -> str:
    """All replies as one text, with the way to the case's page where there is no card for it."""
    parts = [literal(said(one.reply, locale)) for one in spoken]
    case_no = _case_no(spoken)
    if case_no is not None and page.address and not page.has_card:
        colon = ": " if locale == "en" else "："
        parts.append(f"{say('channel.case_page', locale)}{colon}{page.address.replace(_HOLDER, case_no)}")
    return "\n\n".join(part for part in parts if part.strip())


def texts(text: str, *, room_at_end: int = 0) -> tuple[str, ...]:
    """The text in as few messages as go; the last one leaves so many bytes for what follows it."""
    pieces = split_text(text, TEXT_BYTES_MAX, unit="bytes")
    if pieces and text_size(pieces[-1], unit="bytes") > TEXT_BYTES_MAX - room_at_end:
        return (*pieces[:-1], *split_text(pieces[-1], TEXT_BYTES_MAX - room_at_end, unit="bytes"))
    return pieces


def text_payload(text: str) -> Payload:
    """A message of text."""
    return Payload("text", {"text": {"content": text}})


def card_payloads(spoken: Sequence[Spoken], locale: Locale, page: CasePage) -> tuple[Payload, ...]:
    """The mini-program's card for the case that all this is about, where the account has one."""
    case_no = _case_no(spoken)
    if case_no is None or not page.has_card:
        return ()
    title = f"{say('channel.case_page', locale)} {case_no}"
    shown = {"title": title, "pagepath": page.page.replace(_HOLDER, case_no), "thumb_media_id": page.thumb}
    card = {"appid": page.app_id, **shown} if page.app_id else shown
    return (Payload("miniprogrampage", {"miniprogrampage": card, "text": {"content": title}}),)


def picture_payloads(spoken: Sequence[Spoken]) -> tuple[Payload, ...]:
    """A message for each picture; they follow the words, which so stay one message."""
    return tuple(picture_payload(attachment) for attachment in pictures_in(spoken))


def literal(text: str) -> str:
    """The text as it was written: WeChat would make a link of what somebody wrote as HTML."""
    return _LINK.sub("<\u200b", text)


def _case_no(spoken: Sequence[Spoken]) -> str | None:
    """The case of the last reply that is about one."""
    return next((it for it in map(case_no_of, (one.reply for one in reversed(spoken))) if it is not None), None)
