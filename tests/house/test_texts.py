"""Every sentence of a catalogue is said somewhere, and every code that a refusal carries has its words."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from bot.console.texts import CATALOGUES as DESK
from bot.giving_up import Why
from dialogs.texts.catalogue import CATALOGUES as CHAT

ROOT = Path(__file__).resolve().parents[2]
# What stands behind the dot is a code of the core, so no file says the key as a whole.
CODES = {
    "action", "answer", "bad_setting", "by", "command", "due", "effect", "event", "exclusion", "fact",
    "gave_up", "handoff", "media", "method", "missing", "note", "order", "order_state", "outcome", "payout",
    "platform", "reason", "refund", "refused", "reject", "remedy", "resolution", "risk", "side", "signal",
    "source", "state", "talk", "then", "weekday", "why",
}  # fmt: skip
_REFUSAL = re.compile(r'ClaimRefused\(\s*"([a-z_]+)"')


def test_every_sentence_of_the_chat_is_said_somewhere() -> None:
    assert _unsaid(CHAT["en"].keys(), _written_in("refund_core", "dialogs", "channels", "storage", "bot")) == []


def test_every_sentence_of_the_desk_is_said_somewhere() -> None:
    assert _unsaid(DESK["en"].keys(), _written_in("bot")) == []


def test_a_sentence_that_nobody_says_is_found() -> None:
    source = 'turn.say("greeting") turn.choice("yes", "confirm:yes")'

    assert _unsaid(("greeting", "choice.yes", "reason.damaged", "farewell"), source) == ["farewell"]


def test_every_reason_for_giving_up_has_words_for_the_agent() -> None:
    assert {key.removeprefix("gave_up.") for key in DESK["en"] if key.startswith("gave_up.")} == set(Why)


def test_every_refusal_has_words_for_the_agent() -> None:
    codes = set(_REFUSAL.findall(_written_in("refund_core")))

    assert codes
    assert sorted(code for code in codes if f"refused.{code}" not in DESK["en"]) == []


@pytest.mark.parametrize("catalogue", [CHAT["en"], DESK["en"]], ids=["chat", "desk"])
def test_no_refusal_has_words_that_no_rule_uses(catalogue: Mapping[str, str]) -> None:
    codes = set(_REFUSAL.findall(_written_in("refund_core")))
    keys = [key for key in catalogue if key.startswith("refused.") and not _is_said(key, _written_in("dialogs"))]

    assert [key for key in keys if key.removeprefix("refused.") not in codes] == []


def _unsaid(keys: Iterable[str], source: str) -> list[str]:
    return [key for key in keys if not _is_code(key) and not _is_said(key, source)]


def _is_code(key: str) -> bool:
    return key.partition(".")[0] in CODES


def _is_said(key: str, source: str) -> bool:
    """The key is written out, or a button is made of what stands behind "choice."."""
    kind, _, name = key.partition(".")
    is_button = kind == "choice" and re.search(rf'choice\(\s*"{name}"', source) is not None
    return is_button or f'"{key}"' in source or f"'{key}'" in source


def _written_in(*folders: str) -> str:
    """The program and its pages, without the catalogues."""
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    written = [path for path in files if path.suffix in {".py", ".html"} and "texts" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in written)
