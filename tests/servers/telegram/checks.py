"""What the Bot API refuses, in its own words."""

import io
import re
from typing import Any

from PIL import Image

from tests.servers.telegram.state import Message, Refused, State

TEXT_MAX = 4_096
CALLBACK_BYTES_MAX = 64
BUTTONS_MAX = 100
MARKUP_BYTES_MAX = 10_240
FILE_BYTES_MAX = 20 * 2**20
PHOTO_BYTES_MAX = 10_000_000
CAPTION_MAX = 1_024
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def bad(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def checked_chat(state: State, given: dict[str, Any]) -> int:
    """The chat that is written to: one in which the person has written first and has not blocked the bot."""
    chat_id = given.get("chat_id")
    if chat_id in {None, ""}:
        raise bad("chat_id is empty")
    if not isinstance(chat_id, int) or chat_id not in state.chats:
        raise bad("chat not found")
    if chat_id in state.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    return chat_id


def checked_text(given: dict[str, Any]) -> str:
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > TEXT_MAX:
        raise bad("message is too long")
    if "parse_mode" in given:
        raise bad("can't parse entities: this bot was meant to send plain text")
    return text.strip()


def checked_photo(given: dict[str, Any]) -> bytes:
    """The file that came with the call: a picture within Telegram's limits."""
    raw = given.get(str(given.get("photo", "")).removeprefix("attach://"))
    if not isinstance(raw, bytes):
        raise bad("there is no photo in the request")
    if len(raw) > PHOTO_BYTES_MAX:
        raise Refused(413, "Request Entity Too Large")
    try:
        with Image.open(io.BytesIO(raw), formats=["JPEG", "PNG"]) as image:
            image.load()
            width, height = image.size
    except OSError:
        raise bad("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return raw


def checked_caption(given: dict[str, Any]) -> str:
    """The words below a photo, as plain text within their limit."""
    caption = str(given.get("caption", ""))
    if len(caption.encode("utf-16-le")) // 2 > CAPTION_MAX:
        raise bad("message caption is too long")
    if "parse_mode" in given:
        raise bad("can't parse entities: this bot was meant to send plain text")
    return caption.strip()


def checked_markup(given: dict[str, Any]) -> dict[str, Any] | None:
    """An inline keyboard within its limits; one without rows is none."""
    markup = given.get("reply_markup")
    if markup is None:
        return None
    if isinstance(markup, dict) and "keyboard" in markup:
        return _checked_keyboard(markup)
    if not isinstance(markup, dict) or not isinstance(markup.get("inline_keyboard"), list):
        raise bad("can't parse reply keyboard markup JSON object")
    buttons = [button for row in markup["inline_keyboard"] for button in _row(row)]
    for button in buttons:
        _check_button(button)
    if len(buttons) > BUTTONS_MAX or len(str(markup).encode()) > MARKUP_BYTES_MAX:
        raise bad("reply markup is too long")
    return markup if buttons else None


def _checked_keyboard(markup: dict[str, Any]) -> dict[str, Any]:
    """A keyboard in place of the person's own."""
    for row in markup["keyboard"]:
        for button in _row(row):
            if not isinstance(button, dict) or not str(button.get("text", "")).strip():
                raise bad("keyboard button text is empty")
    return markup


def _row(row: object) -> list[Any]:
    if not isinstance(row, list) or not row or len(row) > 8:
        raise bad("can't parse inline keyboard button: a row must be an array of 1 to 8 buttons")
    return row


def _check_button(button: object) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text is empty")
    data = button.get("callback_data")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_BYTES_MAX:
        raise bad("BUTTON_DATA_INVALID")


def checked_own_message(state: State, chat_id: int, given: dict[str, Any]) -> Message:
    """The message to be changed, which must be the bot's."""
    message = state.message(chat_id, given.get("message_id", 0))
    if message is None:
        raise bad("message to edit not found")
    if not message.is_bots:
        raise bad("message can't be edited")
    return message


def check_is_inline(given: dict[str, Any]) -> None:
    """What is changed may get an inline keyboard alone."""
    if "keyboard" in (given.get("reply_markup") or {}):
        raise bad("inline keyboard expected")


def check_is_changed(message: Message, text: str, markup: dict[str, Any] | None) -> None:
    if (message.text, message.markup) == (text, markup):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )


def check_webhook(given: dict[str, Any]) -> None:
    if not str(given.get("url", "")).startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(given.get("secret_token", "")):
        raise bad("secret token contains unallowed characters")


def check_commands(commands: object) -> None:
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse commands: expected an array of BotCommand")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
