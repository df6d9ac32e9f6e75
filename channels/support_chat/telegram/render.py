"""Replies to calls of the Bot API; pure.

What is said in one go becomes one message while it fits: cards as text, choices as buttons below. Texts go without
parse_mode, so nothing in them is read as markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from channels.cards import card_text
from channels.channel import Payload, Spoken
from channels.picks import first_picks, pickable
from channels.pictures import picture_payload
from channels.split import split_text, text_size
from channels.support_chat.telegram.edits import Edit, read_edit
from channels.support_chat.telegram.keyboard import Button, keyboards
from channels.support_chat.telegram.ticks import tick_boards
from dialogs.messages import Choice, Locale, Reply
from dialogs.texts.catalogue import say

TEXT_LENGTH_MAX = 4_096
CAPTION_LENGTH_MAX = 1_024
_PHONE = "verify:phone"
_NO_PREVIEW = {"is_disabled": True}
# Choices that stand in a list, each for a thing of its own; the words of the others say all.
_LISTED = ("order:", "line:", "offer:")


@dataclass(frozen=True, slots=True)
class _Part:
    """What is shown together, and the name of the person who says it, None for the bot and the shop.

    ticked is a list of which several may be taken; its message has no other buttons.
    """

    speaker: str | None
    text: str
    buttons: tuple[Button, ...]
    ticked: Spoken | None = None
    pictures: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The text below its speaker's name."""
        return self.text if self.speaker is None or not self.text else f"{self.speaker}:\n{self.text}"


def render_replies(spoken: Sequence[Spoken], locale: Locale, *, edits: str | None = None) -> tuple[Payload, ...]:
    """The calls that say all of this, without the chat; edits is the mark of our message whose button was pressed."""
    numbers = _numbers(spoken)
    parts = [_part(one, numbers, locale) for one in spoken]
    messages = [message for part in _merged(parts) for message in _messages(part, locale)]
    shares = [button.choice.label for part in parts for button in part.buttons if button.choice.action == _PHONE]
    return (*_calls(messages, read_edit(edits)), *[_phone_asked(label, locale) for label in shares[-1:]])


def _phone_asked(label: str, locale: Locale) -> Payload:
    """A button that shares a phone cannot stand below a message; it takes the place of the keyboard, once."""
    board = {
        "keyboard": [[{"text": label, "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    return Payload("sendMessage", _message(say("choices.phone", locale), board))


def _calls(messages: Sequence[Payload], edit: Edit | None) -> Iterable[Payload]:
    if edit is not None and messages:
        if edit.keeps_text or messages[0].method != "sendMessage":
            yield Payload("editMessageReplyMarkup", {"message_id": edit.message_id})
        else:
            yield Payload("editMessageText", {"message_id": edit.message_id, **messages[0].body})
            messages = messages[1:]
    yield from messages


def _messages(part: _Part, locale: Locale) -> list[Payload]:
    """A part's calls; its words go below its first picture, where they fit there."""
    if part.pictures and not part.buttons and text_size(part.whole, unit="utf16") <= CAPTION_LENGTH_MAX:
        first, *others = part.pictures
        return [picture_payload(first, part.whole), *map(picture_payload, others)]
    return [*(Payload("sendMessage", words) for words in _worded(part, locale)), *map(picture_payload, part.pictures)]


def _worded(part: _Part, locale: Locale) -> list[dict[str, Any]]:
    """A part within the platform's limits: the buttons below the last piece of text, further ones below more."""
    boards = _keyboards(part, locale)
    texts = split_text(part.whole, TEXT_LENGTH_MAX, unit="utf16")
    if not texts and not boards:
        return []
    texts = texts or (say("choices.more", locale),)
    messages = [_message(text) for text in texts[:-1]]
    messages.append(_message(texts[-1], *boards[:1]))
    return messages + [_message(say("choices.more", locale), board) for board in boards[1:]]


def _keyboards(part: _Part, locale: Locale) -> list[dict[str, Any]]:
    if part.ticked is None:
        return keyboards([button for button in part.buttons if button.choice.action != _PHONE])
    return tick_boards(part.ticked, first_picks(part.ticked.reply), locale)


def _message(text: str, board: dict[str, Any] | None = None) -> dict[str, Any]:
    message: dict[str, Any] = {"text": text, "link_preview_options": _NO_PREVIEW}
    return message if board is None else message | {"reply_markup": board}


def _merged(parts: Sequence[_Part]) -> list[_Part]:
    """Parts that follow one another as one, as long as text and buttons fit one message."""
    merged: list[_Part] = []
    for part in parts:
        together = _together(merged[-1], part) if merged and merged[-1].speaker == part.speaker else None
        if together is None:
            merged.append(part)
        else:
            merged[-1] = together
    return merged


def _together(first: _Part, second: _Part) -> _Part | None:
    """Both as one, or None where that is more than one message."""
    text = "\n\n".join(filter(None, (first.text.strip(), second.text.strip())))
    if first.pictures or second.pictures:
        return None
    if (first.ticked is not None and second.buttons) or (second.ticked is not None and first.buttons):
        return None
    part = _Part(first.speaker, text, first.buttons + second.buttons, first.ticked or second.ticked)
    fits = text_size(part.whole, unit="utf16") <= TEXT_LENGTH_MAX and len(keyboards(part.buttons)) <= 1
    return part if fits else None


def _part(one: Spoken, numbers: dict[tuple[int, int], int], locale: Locale) -> _Part:
    reply = one.reply
    buttons = tuple(
        Button(choice, one.seq, place, numbers.get((one.seq, place))) for place, choice in enumerate(reply.choices)
    )
    speaker = reply.agent if reply.sender == "agent" else None
    ticked = one if pickable(reply) else None
    text = "\n".join(filter(None, _lines(reply, buttons, locale)))
    return _Part(speaker or None, text, buttons, ticked, reply.attachments)


def _lines(reply: Reply, buttons: Sequence[Button], locale: Locale) -> Iterable[str]:
    """The text, the card and the list that is chosen from."""
    yield reply.text
    numbered = [button for button in buttons if button.number is not None]
    if reply.card is not None:
        card = card_text(reply.card, locale)
        yield f"{numbered[0].number}. {card}" if numbered and reply.select is None else card
    if reply.select is not None:
        yield from (f"{button.number}. {button.choice.label}" for button in numbered)


def _numbers(spoken: Sequence[Spoken]) -> dict[tuple[int, int], int]:
    """The numbers of what is listed, as the conversation counts when a person answers "2"; none for a single one."""
    listed = [
        (one.seq, place)
        for one in spoken
        for place, choice in enumerate(one.reply.choices)
        if _is_listed(choice) and (one.reply.select is not None or one.reply.card is not None)
    ]
    return {} if len(listed) < 2 else {key: number for number, key in enumerate(listed, 1)}


def _is_listed(choice: Choice) -> bool:
    return choice.action.startswith(_LISTED) and not choice.action.endswith(":decline")
