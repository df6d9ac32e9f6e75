"""A remote understanding: read before the batch, in the conversation's lane, and never longer than allowed."""

import asyncio
from dataclasses import dataclass, field

from bot.turns import TurnLimits, TurnLoop, TurnParts
from dialogs.conversation import Conversation
from dialogs.facts import Needs
from dialogs.messages import InboundMessage, Locale
from dialogs.understanding import Context, Intent, Understanding
from storage.database import Database
from tests.integration.turns.shop import (
    EchoDialog,
    MovableClock,
    all_of,
    any_merchant,
    messages_of,
    new_conversation,
    said,
)

QUICK = TurnLimits(understanding_seconds_max=0.05)


@dataclass
class RemoteReader:
    """Reads every text as anger; a text "slow" never comes back."""

    asked: list[str] = field(default_factory=list)

    async def understand(self, text: str, locale: Locale, context: Context) -> Understanding:
        self.asked.append(f"{text} {locale} {context.expecting}")
        if text == "slow":
            await asyncio.Event().wait()
        return Understanding(Intent.ANGER)


@dataclass
class NotingDialog(EchoDialog):
    read_as: list[str] = field(default_factory=list)

    def note(self, _: Conversation, __: InboundMessage, understanding: Understanding) -> None:
        self.read_as.append(understanding.intent.value)


def reading_loop(database: Database, dialog: NotingDialog, nlu: RemoteReader) -> TurnLoop:
    thinking = dialog.as_dialog()

    def needs(conversation: Conversation, message: InboundMessage, understanding: Understanding) -> Needs:
        dialog.note(conversation, message, understanding)
        return thinking.needs(conversation, message, understanding)

    noting = type(thinking)(thinking.read, needs, thinking.step, thinking.apology)
    return TurnLoop(TurnParts(database, noting, any_merchant, MovableClock(), nlu=nlu), QUICK)


async def test_a_remote_reading_is_used(database: Database) -> None:
    conversation, dialog, nlu = await new_conversation(database), NotingDialog(), RemoteReader()

    async with reading_loop(database, dialog, nlu).running() as loop:
        await loop.say(conversation, *said("this is a scandal"))

    assert nlu.asked == ["this is a scandal en None"]
    assert dialog.read_as == ["anger"]


async def test_one_that_is_too_slow_is_replaced_by_our_own_and_holds_nobody_else_up(database: Database) -> None:
    slow, quick = await new_conversation(database), await new_conversation(database)
    dialog, nlu = NotingDialog(), RemoteReader()

    async with reading_loop(database, dialog, nlu).running() as loop:
        waiting = all_of(loop.say(slow, *said("slow")), loop.say(slow, *said("next")))
        task = asyncio.ensure_future(waiting)
        await loop.say(quick, *said("quick"))
        assert not task.done()
        await task

    assert dialog.read_as == ["anger", "other", "anger"]
    assert [text for _, sender, text in await messages_of(database, slow) if sender == "customer"] == ["slow", "next"]
