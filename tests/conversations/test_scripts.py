"""Every script goes as it is written, eight times out of eight; one that does not is told with its line."""

from pathlib import Path

import pytest

from tests.conversations.player import NotAsWritten, play
from tests.conversations.scripts import BadScript, Script, read_file, read_scripts

SCRIPTS = read_scripts()
PLAYS = 8
OTHERWISE = """
test_cases:
  - test_case: A refund that is expected to be refused
    fixtures: [unshipped]
    steps:
      - user: refund please
      - utter: reject
    outcome: {paid: 0}
"""


@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{script.file}:{script.number}" for script in SCRIPTS])
def test_the_conversation_goes_as_written_eight_times_of_eight(script: Script) -> None:
    for seed in range(PLAYS):
        play(script, seed)


def test_what_was_expected_stands_beside_what_was_said_with_the_scripts_line(tmp_path: Path) -> None:
    with pytest.raises(NotAsWritten) as told:
        play(_written(tmp_path, OTHERWISE))

    report = str(told.value)
    assert report.startswith("en_odd.yml:7: A refund that is expected to be refused")
    assert "expected  utter reject: This request was not approved." in report
    assert "said      Is this the order you would like a refund for?" in report
    assert "> refund please" in report


def test_money_that_moved_against_the_script_is_told(tmp_path: Path) -> None:
    written = OTHERWISE.replace("utter: reject", "utter: order.confirm").replace("paid: 0", 'paid: "39.00"')

    with pytest.raises(NotAsWritten, match=r"en_odd\.yml:8: .*\n.*expected  paid: 39.00\nsaid      paid: 0"):
        play(_written(tmp_path, written))


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("utter: reject", "says: reject", "en_odd.yml:7: a step is one of"),
        ("[unshipped]", "[nowhere]", "en_odd.yml:3: unknown fixture 'nowhere'"),
        ("outcome: {paid: 0}", "outcome: {state: refunding}", "en_odd.yml:3: outcome.paid is missing"),
        ("outcome: {paid: 0}", "outcome: {paid: 0, mood: good}", "en_odd.yml:8: unknown field outcome.mood"),
        ("utter: reject", "utter: rejected", "en_odd.yml:7: no text has the key 'rejected'"),
    ],
)
def test_a_script_that_cannot_be_played_says_where_and_why(tmp_path: Path, was: str, becomes: str, why: str) -> None:
    with pytest.raises(BadScript) as told:
        play(_written(tmp_path, OTHERWISE.replace(was, becomes)))

    assert str(told.value).startswith(why)


def _written(folder: Path, text: str) -> Script:
    path = folder / "en_odd.yml"
    path.write_text(text, encoding="utf-8")
    return read_file(path)[0]
