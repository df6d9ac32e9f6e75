"""Why work was given up, in the desk's words."""

from bot.console.texts import CATALOGUES, console_text
from bot.giving_up import Why
from dialogs.messages import Locale

_KNOWN = frozenset(Why)


def reason_words(locale: Locale, reason: str | None) -> str:
    """The sentence for a reason as it is stored (`refused: 40125`), with what a platform's number means where that is
    known; anything else, a gateway's own answer say, as it is."""
    code, _, detail = (reason or "").partition(": ")
    if code not in _KNOWN:
        return reason or ""
    meaning = f"answer.{detail}"
    if meaning in CATALOGUES[locale]:
        detail = f"{detail} – {console_text(locale, meaning)}"
    return console_text(locale, f"gave_up.{code}", detail=detail or "–")
