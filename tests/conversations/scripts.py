"""Reads conversation scripts.

The shape is that of Rasa's end-to-end tests (rasa.com/docs/reference/testing/e2e/test-cases: `test_cases` with
`test_case`, `fixtures` and `steps` of `user`, `utter`, `bot`, `slot_was_set`, `slot_was_not_set`). What Rasa has no
word for is added: `pictures` with a `user` step, `buttons`, `bot_did_not_utter`, `meanwhile` (the world moves on) and
`outcome` (what became of the case and of the money).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogs.messages import Locale
from tests.conversations.worlds import is_fixture

FOLDER = Path(__file__).parent / "scripts"
STEPS = frozenset({
    "user", "utter", "bot", "slot_was_set", "slot_was_not_set", "bot_did_not_utter", "buttons", "meanwhile",
})  # fmt: skip
OUTCOME = frozenset(
    {
        "state",
        "paid",
        "given",
        "cases",
        "handed_over",
        "reason",
        "remedy",
        "way",
        "lines",
        "wish",
        "note",
        "pictures",
    }
)


@dataclass(frozen=True)
class Line:
    """One step: what it is, with what, and where it stands."""

    kind: str
    value: Any
    number: int
    pictures: int = 0


@dataclass(frozen=True)
class Script:
    """One conversation."""

    file: str
    number: int
    name: str
    locale: Locale
    fixtures: tuple[str, ...]
    steps: tuple[Line, ...]
    outcome: dict[str, Any]
    outcome_line: int


class BadScript(Exception):
    """A script that cannot be played: where and why."""

    def __init__(self, file: str, number: int, why: str) -> None:
        super().__init__(f"{file}:{number}: {why}")


def read_scripts(folder: Path = FOLDER) -> list[Script]:
    """All scripts, file by file. Raises BadScript."""
    found = [script for path in sorted(folder.glob("*.yml")) for script in read_file(path)]
    names = [script.name for script in found]
    for script in found:
        if names.count(script.name) > 1:
            raise BadScript(script.file, script.number, f"the name {script.name!r} is used twice")
    return found


def read_file(path: Path) -> list[Script]:
    """The scripts of one file; its name begins with zh_ or en_, the language of the shop and of the greeting."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # a SafeLoader with line numbers
    locale: Locale = "zh-CN" if path.name.startswith("zh_") else "en"
    return [_script(case, path.name, locale) for case in loaded["test_cases"]]


def _script(case: dict[str, Any], file: str, locale: Locale) -> Script:
    number = case["__line__"]
    unknown = set(case) - {"__line__", "test_case", "fixtures", "steps", "outcome"}
    if unknown:
        raise BadScript(file, number, f"unknown field {min(unknown)!r}")
    outcome = case.get("outcome")
    if not isinstance(outcome, dict) or "paid" not in outcome:
        raise BadScript(file, number, "outcome.paid is missing: every script says what was paid, 0 for nothing")
    fixtures = tuple(case.get("fixtures", ()))
    for name in fixtures:
        if not is_fixture(name):
            raise BadScript(file, number, f"unknown fixture {name!r}")
    outcome_line = outcome["__line__"]
    outcome = _plain(outcome)
    if set(outcome) - OUTCOME:
        raise BadScript(file, outcome_line, f"unknown field outcome.{min(set(outcome) - OUTCOME)}")
    steps = tuple(_step(it, file) for it in case["steps"])
    return Script(file, number, case["test_case"], locale, fixtures, steps, outcome, outcome_line)


def _step(step: dict[str, Any], file: str) -> Line:
    number = step.pop("__line__")
    pictures = step.pop("pictures", 0)
    if len(step) != 1 or not set(step) <= STEPS:
        raise BadScript(file, number, f"a step is one of {', '.join(sorted(STEPS))}; this has {sorted(step)}")
    ((kind, value),) = step.items()
    if kind == "user" and not isinstance(value, str):
        raise BadScript(file, number, f"what is said is text: put {value!r} in quotes")
    return Line(kind, _plain(value), number, pictures)


def _plain(value: Any) -> Any:
    """The value without the line numbers inside."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if name != "__line__"}
    return [_plain(part) for part in value] if isinstance(value, list) else value


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Mappings know the line on which they begin."""


def _with_line(loader: Any, node: Any) -> dict[str, Any]:
    made: dict[str, Any] = loader.construct_mapping(node, deep=True)
    return made | {"__line__": node.start_mark.line + 1}


_Loader.add_constructor("tag:yaml.org,2002:map", _with_line)
