"""Choices in words, for platforms without buttons: numbered as the dialog counts them ("2", "第二个"); pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.channel import Spoken
from dialogs.messages import Choice, Locale
from dialogs.texts.catalogue import say

_NEVER_BY_NUMBER = frozenset({"human", "back", "cancel", "lines:all"})
"""The ways out, and what is too much for a mistyped digit; they are named by their words."""
_COUNTED_ALONE = (("order:",), ("offer:", "remedy:"))
"""Orders and offers are counted without the buttons beside each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices of a question: those with a number, and those to be named in words."""

    numbered: tuple[tuple[int, Choice], ...] = ()
    worded: tuple[Choice, ...] = ()


def asked_in(spoken: Sequence[Spoken]) -> Asked:
    """What of all this can be answered in words: by number what the last question offers, the rest by its words.

    Only the bot's own last question has numbers: a notice between two turns does not change what "1" means.
    """
    question = _last_question(spoken)
    numbered = _numbered(_without_repeats([choice for one in question for choice in one.reply.choices]))
    with_number = {choice for _, choice in numbered}
    every = _without_repeats([choice for one in spoken for choice in one.reply.choices])
    worded = tuple(choice for choice in every if choice not in with_number)
    return Asked(numbered, tuple(sorted(worded, key=lambda choice: choice.action in _NEVER_BY_NUMBER)))


def all_choices(spoken: Sequence[Spoken]) -> tuple[tuple[Spoken, int, Choice], ...]:
    """Every choice once, with its reply and its place there; the ways out stand last."""
    found: dict[str, tuple[Spoken, int, Choice]] = {}
    for one in spoken:
        for place, choice in enumerate(one.reply.choices):
            found.setdefault(same(choice), (one, place, choice))
    return tuple(sorted(found.values(), key=lambda it: it[2].action in _NEVER_BY_NUMBER))


def in_words(asked: Asked, locale: Locale) -> str:
    """The choices as lines of text, empty where there are none."""
    lines = [f"{number}. {choice.label}" for number, choice in asked.numbered]
    words = (", " if locale == "en" else "").join(
        [say("channel.quoted", locale, label=it.label) for it in asked.worded]
    )
    if lines and words:
        lines.append(say("channel.by_number_or_words", locale, words=words))
    elif lines:
        lines.append(say("channel.by_number", locale))
    elif words:
        lines.append(say("channel.by_words", locale, words=words))
    return "\n".join(lines)


def same(choice: Choice) -> str:
    """What two choices have in common that need be shown only once."""
    return "decline" if choice.action.endswith(":decline") else choice.action


def _last_question(spoken: Sequence[Spoken]) -> Sequence[Spoken]:
    """The bot's last reply that has choices, with those before it that show cards of the same kind."""
    if not spoken or spoken[-1].reply.sender != "bot":
        return ()
    last = next((place for place in reversed(range(len(spoken))) if spoken[place].reply.choices), None)
    if last is None or spoken[last].reply.sender != "bot":
        return ()
    first, card = last, spoken[last].reply.card
    while card is not None and first > 0 and _is_beside(spoken[first - 1], card.kind):
        first -= 1
    return spoken[first : last + 1]


def _is_beside(one: Spoken, kind: str) -> bool:
    return one.reply.sender == "bot" and one.reply.card is not None and one.reply.card.kind == kind


def _numbered(choices: Sequence[Choice]) -> tuple[tuple[int, Choice], ...]:
    if any(choice.action.startswith("confirm:") for choice in choices):
        return ()
    counted = list(choices)
    settling = [choice for choice in choices if choice.action not in _NEVER_BY_NUMBER]
    for beginnings in _COUNTED_ALONE:
        if settling and all(choice.action.startswith(beginnings) for choice in settling):
            counted = [choice for choice in settling if not choice.action.endswith(":decline")]
    lines = [choice for choice in choices if choice.action.startswith("line:")]
    if lines:
        counted = lines
    places = enumerate(counted, start=1)
    numbered = tuple((place, choice) for place, choice in places if choice.action not in _NEVER_BY_NUMBER)
    return numbered if numbered and numbered[0][0] == 1 else ()


def _without_repeats(choices: Sequence[Choice]) -> list[Choice]:
    """Each choice once; "none of these", which stands under every offer, is one choice too."""
    kept = {"decline" if same(choice) == "decline" else choice: choice for choice in reversed(choices)}
    return list(kept.values())[::-1]
