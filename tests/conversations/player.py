"""Plays a script, and says what was expected beside what was said, with the line of the script."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

from dialogs.messages import Locale
from dialogs.texts.catalogue import CATALOGUES
from refund_core.cases import RefundCase
from tests.conversations.guard import Broken, Watch, hand_over
from tests.conversations.meanwhile import EVENTS, move
from tests.conversations.scripts import BadScript, Line, Script
from tests.conversations.worlds import Stage, stage

_OFFER = re.compile(r"offer:(original_route|balance|coupon|keep_item_partial):(accept|decline)")


class NotAsWritten(AssertionError):
    """The conversation went another way than its script."""


def play(script: Script, seed: int = 0) -> Stage:
    """Play it once; ids and clock differ by seed. Raises NotAsWritten."""
    return _Play(script, seed).run()


class _Play:
    def __init__(self, script: Script, seed: int) -> None:
        self.script = script
        self.stage = stage(script.fixtures, script.locale, seed)
        self.watch = Watch(self.stage)
        self.said: list[str] = []
        self.seed = seed

    def run(self) -> Stage:
        for line in self.script.steps:
            _CHECKS[line.kind](self, line)
        self._outcome()
        return self.stage

    def user(self, line: Line) -> None:
        text = str(line.value)
        self.said.append(f"  > {text}" + (f"  [{line.pictures} pictures]" if line.pictures else ""))
        pictures = tuple(f"{self.stage.turns}-{number}" for number in range(line.pictures))
        is_button = text.startswith("/")
        self.watch.before()
        action = self._action(text[1:], line) if is_button else None
        taken = self.stage.say(text, pictures=pictures) if action is None else self.stage.tap(action)
        self.said += [f"  < {reply.text} {_buttons(reply.choices)}".rstrip() for reply in taken.replies]
        try:
            self.watch.after(taken, said=None if is_button else text)
        except Broken as broken:
            self.fail(line, str(broken), "")
        if taken.hand_over is not None:
            self.stage.hand_over = taken.hand_over.reason
            hand_over(self.stage, taken)

    def utter(self, line: Line) -> None:
        keys = line.value if isinstance(line.value, list) else [line.value]
        for key in keys:
            if not self._is_uttered(key, line):
                self.fail(line, f"utter {key}: {CATALOGUES[self.stage.state.locale][key]}", self._texts())

    def bot(self, line: Line) -> None:
        for words in line.value if isinstance(line.value, list) else [line.value]:
            if str(words) not in self._texts():
                self.fail(line, str(words), self._texts())

    def bot_did_not_utter(self, line: Line) -> None:
        for what in line.value if isinstance(line.value, list) else [line.value]:
            is_said = self._is_uttered(what, line) if what in CATALOGUES["en"] else str(what) in self._texts()
            if is_said:
                self.fail(line, f"not: {what}", self._texts())

    def buttons(self, line: Line) -> None:
        shown = self.stage.actions()
        for wanted in line.value:
            if not any(action == wanted or action.startswith(f"{wanted}:") for action in shown):
                self.fail(line, f"the button {wanted}", f"{shown}")

    def slot_was_set(self, line: Line) -> None:
        for name, wanted in _named(line.value):
            got = self._slot(name, line)
            if (wanted is None and not got) or (wanted is not None and got != wanted):
                self.fail(line, f"{name} = {wanted}", f"{name} = {got}")

    def slot_was_not_set(self, line: Line) -> None:
        for name, wanted in _named(line.value):
            got = self._slot(name, line)
            if (wanted is None and got) or (wanted is not None and got == wanted):
                self.fail(line, f"{name} is not {wanted or 'set'}", f"{name} = {got}")

    def meanwhile(self, line: Line) -> None:
        if not line.value.endswith(" later") and line.value not in EVENTS:
            raise BadScript(self.script.file, line.number, f"nothing is known of {line.value!r}")
        self.said.append(f"  ({line.value})")
        move(self.stage, line.value)

    def fail(self, line: Line, expected: str, said: str) -> None:
        raise NotAsWritten(self._report(line.number, expected, said))

    def _report(self, number: int, expected: str, said: str) -> str:
        head = f"{self.script.file}:{number}: {self.script.name} (play {self.seed + 1})"
        talk = "\n".join(self.said)
        return f"{head}\nexpected  {_indent(expected)}\nsaid      {_indent(said)}\nthe talk so far:\n{talk}"

    def _outcome(self) -> None:
        case = self.stage.newest()
        for name, wanted in self.script.outcome.items():
            got = _OUTCOMES[name](self.stage, case)
            if str(got) != str(wanted):
                raise NotAsWritten(self._report(self.script.outcome_line, f"{name}: {wanted}", f"{name}: {got}"))

    def _texts(self) -> str:
        last = self.stage.last
        cards = [] if last is None else [getattr(it.card, "text", "") for it in last.replies]
        return "\n".join([] if last is None else [*(it.text for it in last.replies), *cards])

    def _is_uttered(self, key: str, line: Line) -> bool:
        if key not in CATALOGUES["en"]:
            raise BadScript(self.script.file, line.number, f"no text has the key {key!r}")
        return _pattern(key, self.stage.state.locale).search(self._texts()) is not None

    def _slot(self, name: str, line: Line) -> object:
        if name == "lines":
            return dict(self.stage.state.slots.lines)
        if not hasattr(self.stage.state.slots, name):
            raise BadScript(self.script.file, line.number, f"no slot is called {name!r}")
        return getattr(self.stage.state.slots, name)

    def _action(self, written: str, line: Line) -> str:
        """A button's payload: {case} is the newest case, offer:balance:accept the offer of that kind."""
        case = self.stage.newest()
        if "{case}" in written:
            if case is None:
                self.fail(line, "a case", "there is none yet")
                return ""
            return written.replace("{case}", case.case_no)
        found = _OFFER.fullmatch(written)
        if found is None:
            return written
        offers = () if case is None else case.offers
        for offer in offers:
            if offer.resolution == found[1]:
                return f"offer:{offer.offer_id}:{found[2]}"
        self.fail(line, f"an offer {found[1]}", f"{[offer.resolution.value for offer in offers]}")
        return ""


def _named(value: object) -> list[tuple[str, Any]]:
    """Rasa's list of slot names and name-value pairs."""
    given = value if isinstance(value, list) else [value]
    pairs: list[tuple[str, Any]] = []
    for it in given:
        pairs += list(it.items()) if isinstance(it, dict) else [(str(it), None)]
    return pairs


@lru_cache(maxsize=512)
def _pattern(key: str, locale: Locale) -> re.Pattern[str]:
    """The sentence with anything in the place of its values."""
    parts = [
        re.escape(text) + (".*?" if name is not None else "")
        for text, name, _, _ in Formatter().parse(CATALOGUES[locale][key])
    ]
    return re.compile("".join(parts), re.DOTALL)


def _buttons(choices: tuple[Any, ...]) -> str:
    return f"[{' | '.join(choice.label for choice in choices)}]" if choices else ""


def _indent(text: str) -> str:
    return text.replace("\n", "\n          ")


def _major(minor: int) -> str:
    return "0" if minor == 0 else f"{minor // 100}.{minor % 100:02d}"


def _given(case: RefundCase | None) -> str:
    if case is None:
        return "0"
    given = case.coupon.amount if case.coupon is not None else case.balance
    return _major(given.minor) if given is not None else "0"


_OUTCOMES: Mapping[str, Callable[[Stage, RefundCase | None], object]] = {
    "state": lambda _, case: None if case is None else case.state.value,
    "paid": lambda stage, _: _major(stage.paid_out()),
    "given": lambda _, case: _given(case),
    "cases": lambda stage, _: len(stage.cases()),
    "handed_over": lambda stage, _: stage.hand_over,
    "reason": lambda _, case: None if case is None else case.claim.reason.value,
    "remedy": lambda _, case: None if case is None else case.claim.remedy.value,
    "way": lambda _, case: None if case is None or case.consent is None else case.consent.chosen.value,
    "wish": lambda _, case: None if case is None else case.wish,
    "note": lambda _, case: None if case is None else case.claim.note,
    "pictures": lambda _, case: 0 if case is None else len(case.claim.evidence),
    "lines": lambda _, case: {} if case is None else {it.line_no: it.quantity for it in case.claim.lines},
}
_CHECKS: Mapping[str, Callable[[_Play, Line], None]] = {
    "user": _Play.user,
    "utter": _Play.utter,
    "bot": _Play.bot,
    "bot_did_not_utter": _Play.bot_did_not_utter,
    "buttons": _Play.buttons,
    "slot_was_set": _Play.slot_was_set,
    "slot_was_not_set": _Play.slot_was_not_set,
    "meanwhile": _Play.meanwhile,
}
