"""Why a case moved or a person has it, in words: the core's phrases, the rows of the policy, a person's decisions."""

from collections.abc import Callable, Mapping

from bot.console.texts import CATALOGUES, console_text
from dialogs.messages import Locale
from dialogs.texts.catalogue import has_text, say

# A code may be any of these; the first that has words is taken.
_KINDS = ("why", "handoff", "action", "reject")


def why_words(locale: Locale, why: str) -> str:
    """A merchant's own row or reason is shown as it is: a code without words is no error."""
    for start, words in _STARTS.items():
        if why.startswith(start):
            return words(locale, why.removeprefix(start))
    code = why.replace(" ", "_")
    for kind in _KINDS:
        if f"{kind}.{code}" in CATALOGUES[locale]:
            return console_text(locale, f"{kind}.{code}")
    return why


def _payout(key: str) -> Callable[[Locale, str], str]:
    """A step with a payout names its number, and what proves the transfer."""

    def words(locale: Locale, rest: str) -> str:
        number, _, proof = rest.partition(" ")
        return console_text(locale, key, number=number, proof=proof)

    return words


def _with_code(key: str, kind: str) -> Callable[[Locale, str], str]:
    """Words around another code's words."""

    def words(locale: Locale, rest: str) -> str:
        return console_text(locale, key, what=_code(locale, f"{kind}.{rest}", rest))

    return words


def _with_text(key: str) -> Callable[[Locale, str], str]:
    return lambda locale, rest: console_text(locale, key, what=rest)


def _code(locale: Locale, key: str, code: str) -> str:
    if key in CATALOGUES[locale]:
        return console_text(locale, key)
    return say(key, locale) if has_text(key) else code


_STARTS: Mapping[str, Callable[[Locale, str], str]] = {
    "retry ": _payout("payout.tried_again"),
    "try_again ": _payout("payout.tried_again"),
    "new number for ": _payout("payout.renumbered"),
    "new_number ": _payout("payout.renumbered"),
    "paid_by_hand ": _payout("payout.paid"),
    "replacement sent ": _with_text("why.replacement_sent_as"),
    "confirmed ": _with_code("why.confirmed", "resolution"),
    "wish ": _with_code("why.wish", "remedy"),
    "time passed in ": _with_code("why.time_passed_in", "state"),
    "no answer in ": _with_code("why.no_answer_in", "state"),
    "nobody reviewed it in time, policy ": _with_text("why.unreviewed"),
    "appeal: ": _with_text("why.appeal_with"),
}
