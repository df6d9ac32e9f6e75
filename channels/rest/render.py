"""Replies as Rasa's REST channel gives them: of each `recipient_id`, and `text` with `buttons`, or an `image`."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from channels.cards import card_text
from channels.channel import Payload, Spoken
from dialogs.messages import Locale, Reply


def render_messages(
    spoken: Sequence[Spoken], locale: Locale, picture_url: Callable[[str], str] = str
) -> tuple[Payload, ...]:
    """All of it in one call, as the front end takes any number of messages; a picture is one, by its address."""
    messages = [message for each in spoken for message in _messages(each.reply, locale, picture_url)]
    return (Payload("messages", {"messages": messages}),) if messages else ()


def body_for(user: str, payload: Payload | None) -> bytes:
    """The JSON that the front end is given: whom it is for, and a message a reply."""
    messages = payload.body["messages"] if payload is not None else []
    return msgspec.json.encode([{"recipient_id": user, **message} for message in messages])


def _messages(reply: Reply, locale: Locale, picture_url: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    if reply.text or reply.card is not None or reply.choices or not reply.attachments:
        yield _message(reply, locale)
    for attachment in reply.attachments:
        yield {"image": picture_url(attachment)}


def _message(reply: Reply, locale: Locale) -> dict[str, Any]:
    """Cards are told in words. A button's payload is its action behind a slash, to be sent back as it is."""
    card = card_text(reply.card, locale) if reply.card is not None else ""
    text = "\n".join(filter(None, (reply.text, card)))
    if not reply.choices:
        return {"text": text}
    buttons = [{"title": choice.label, "payload": f"/{choice.action}"} for choice in reply.choices]
    return {"text": text, "buttons": buttons}
