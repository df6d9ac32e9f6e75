"""The dialog as the turn loop uses it: embedded understanding, the engine, the words for a message that failed."""

from bot.turn_batch import Dialog
from dialogs.engine import needs, step
from dialogs.messages import Locale, Reply
from dialogs.nlu.embedded import understand_message
from dialogs.texts.catalogue import say


def embedded_dialog() -> Dialog:
    """The dialog that needs no service."""
    return Dialog(understand_message, needs, step, _apology)


def _apology(locale: Locale) -> Reply:
    return Reply(say("apology", locale))
