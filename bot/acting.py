"""What the action server works with: the dialog over a turn loop of its own, open until told to stop."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address

from bot.rasa_settings import ActionSettings
from bot.rasa_talk import RasaTalk
from bot.serving import CHAT_SESSION_PURPOSE, open_turn_loop
from bot.settings import PREFIX, SettingsInvalid
from bot.thinking import embedded_dialog
from bot.turn_batch import Dialog
from bot.wiring import Base
from bot.working import noted_sandbox, open_work_parts
from dialogs.conversation import Conversation
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import context_of, understand_message
from dialogs.rasa.talk import read_told
from dialogs.understanding import Understanding
from storage.live import open_live


@asynccontextmanager
async def open_rasa_talk(base: Base) -> AsyncIterator[RasaTalk]:
    """The way into the dialog over an open database; what turns put into the outbox is for `serve` and `work` to do."""
    settings = base.settings
    async with AsyncExitStack() as stack:
        live = await stack.enter_async_context(open_live(base.addresses.redis_url))
        parts = await stack.enter_async_context(open_work_parts(base, live, sandbox_url=noted_sandbox(settings)))
        turns = await stack.enter_async_context(open_turn_loop(base, parts, told_dialog()))
        key = base.vault.derive(CHAT_SESSION_PURPOSE)
        yield RasaTalk(settings, base.clock, base.db, parts.merchants, turns, key)


def told_dialog() -> Dialog:
    """The embedded dialog, listening to what Rasa has read already."""
    return replace(embedded_dialog(), read=_read)


def check_reach(settings: ActionSettings) -> None:
    """Raises SettingsInvalid where others could call the actions without a token."""
    if settings.token is None and not _is_loopback(settings.host):
        raise SettingsInvalid(PREFIX + "ACTIONS__TOKEN", f"must be given to serve at {settings.host}")


def _read(conversation: Conversation, message: InboundMessage) -> Understanding:
    return read_told(understand_message(conversation, message), message, context_of(conversation))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
