"""The methods of the Bot API that a support bot calls, over the state."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.servers.telegram.checks import (
    FILE_BYTES_MAX,
    bad,
    check_commands,
    check_is_changed,
    check_is_inline,
    check_webhook,
    checked_caption,
    checked_chat,
    checked_markup,
    checked_own_message,
    checked_photo,
    checked_text,
)
from tests.servers.telegram.state import BOT, Message, Refused, State

Given = dict[str, Any]
Method = Callable[[State, Given], Awaitable[Any]]


async def get_me(state: State, given: Given) -> Any:
    return BOT | {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def send_message(state: State, given: Given) -> Any:
    chat_id = checked_chat(state, given)
    message = Message(state.next_message_id(), checked_text(given), is_bots=True, markup=checked_markup(given))
    state.chats[chat_id].append(message)
    return state.as_json(chat_id, message)


async def send_photo(state: State, given: Given) -> Any:
    chat_id = checked_chat(state, given)
    raw, caption = checked_photo(given), checked_caption(given)
    message = Message(state.next_message_id(), caption, is_bots=True, markup=checked_markup(given), photo=raw)
    state.chats[chat_id].append(message)
    return state.as_json(chat_id, message)


async def edit_message_text(state: State, given: Given) -> Any:
    chat_id = checked_chat(state, given)
    message = checked_own_message(state, chat_id, given)
    check_is_inline(given)
    text, markup = checked_text(given), checked_markup(given)
    check_is_changed(message, text, markup)
    message.text, message.markup, message.edits = text, markup, message.edits + 1
    return state.as_json(chat_id, message)


async def edit_message_reply_markup(state: State, given: Given) -> Any:
    chat_id = checked_chat(state, given)
    message = checked_own_message(state, chat_id, given)
    check_is_inline(given)
    markup = checked_markup(given)
    check_is_changed(message, message.text, markup)
    message.markup, message.edits = markup, message.edits + 1
    return state.as_json(chat_id, message)


async def answer_callback_query(state: State, given: Given) -> Any:
    if given.get("callback_query_id") not in state.queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    state.queries[given["callback_query_id"]] = True
    return True


async def get_file(state: State, given: Given) -> Any:
    file = state.files.get(given.get("file_id", ""))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.raw) > FILE_BYTES_MAX:
        raise bad("file is too big")
    unique = f"AQAD{file.file_id[-8:]}"
    return {"file_id": file.file_id, "file_unique_id": unique, "file_size": len(file.raw), "file_path": file.path}


async def set_webhook(state: State, given: Given) -> Any:
    check_webhook(given)
    state.webhook = given
    return True


async def delete_webhook(state: State, given: Given) -> Any:
    state.webhook = {}
    return True


async def set_my_commands(state: State, given: Given) -> Any:
    check_commands(given.get("commands"))
    state.commands[given.get("language_code", "")] = given["commands"]
    return True


async def get_updates(state: State, given: Given) -> Any:
    """Long poll: what was confirmed by offset is dropped, a second poll ends the first."""
    if state.webhook:
        raise Refused(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    state.polls += 1
    mine = state.polls
    while state.updates and state.updates[0]["update_id"] < given.get("offset", 0):
        state.updates.popleft()
    async with state.changed:
        state.changed.notify_all()
        try:
            async with asyncio.timeout(given.get("timeout", 0)):
                await state.changed.wait_for(lambda: state.updates or state.polls != mine or state.is_closing)
        except TimeoutError:
            return []
    if state.polls != mine:
        raise Refused(
            409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
    return list(state.updates)[: given.get("limit", 100)]


METHODS: dict[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "setmycommands": set_my_commands,
    "getupdates": get_updates,
}
