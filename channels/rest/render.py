"""Replies as Rasa's REST channel gives them: `[{"recipient_id", "text", "buttons": [{"title", "payload"}]}…]`."""

from collections.abc import Sequence
from typing import Any

import msgspec

from channels.channel import Payload, Spoken


def render_messages(spoken: Sequence[Spoken]) -> tuple[Payload, ...]:
    """All of it in one call, as the front end takes any number of messages."""
    return (Payload("messages", {"messages": [_message(each) for each in spoken]}),) if spoken else ()


def body_for(user: str, payload: Payload | None) -> bytes:
    """The JSON that the front end is given: whom it is for, and a message a reply."""
    messages = payload.body["messages"] if payload is not None else []
    return msgspec.json.encode([{"recipient_id": user, **message} for message in messages])


def _message(spoken: Spoken) -> dict[str, Any]:
    """A button's payload is its action behind a slash, to be sent back as it is."""
    reply = spoken.reply
    if not reply.choices:
        return {"text": reply.text}
    buttons = [{"title": choice.label, "payload": f"/{choice.action}"} for choice in reply.choices]
    return {"text": reply.text, "buttons": buttons}
