"""The exported Rasa project: whole, consistent in itself, the same each time, and as the dialog is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from dialogs.actions import parse_action
from dialogs.nlu.training.lines import FOLDER, lines_of
from dialogs.rasa.actions import actions_over
from dialogs.rasa.names import ACTION_OF, FORM, FORM_SLOTS, KEPT_SLOTS, payload
from dialogs.rasa.project import FALLBACK_INTENT, project_files
from dialogs.rasa.talk import Call, Heard
from dialogs.understanding import Intent

FILES = {"config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "endpoints.yml", "credentials.yml"}
_RASA_MESSAGE = re.compile(r"/([^{@]+)(@[0-9.]+)?({.+})?")  # how Rasa takes a payload apart


class NobodyTalks:
    """A way into the dialog that is never taken."""

    async def say(self, call: Call) -> Heard:
        raise AssertionError(call)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return {path: yaml.safe_load(text) for path, text in project_files().items()}


def test_every_file_of_a_project_is_there_and_parses(project: dict[str, Any]) -> None:
    assert set(project) == FILES
    assert all(isinstance(document, dict) for document in project.values())


def test_it_is_the_same_each_time() -> None:
    assert project_files() == project_files()


def test_every_action_is_declared_and_served(project: dict[str, Any]) -> None:
    served = {action.name() for action in actions_over(NobodyTalks())}

    assert set(project["domain.yml"]["actions"]) == served


def test_every_rule_uses_what_the_domain_declares(project: dict[str, Any]) -> None:
    domain, steps = project["domain.yml"], [it for rule in project["data/rules.yml"]["rules"] for it in rule["steps"]]
    intents = {name for intent in domain["intents"] for name in intent}

    assert {step["intent"] for step in steps if "intent" in step} == intents | {FALLBACK_INTENT}
    assert {step["action"] for step in steps if "action" in step} <= {*domain["actions"], *domain["forms"]}
    assert {step["active_loop"] for step in steps if "active_loop" in step} <= set(domain["forms"])


def test_every_intent_has_one_rule_and_lines_to_learn_from(project: dict[str, Any]) -> None:
    ruled = [rule["steps"][0]["intent"] for rule in project["data/rules.yml"]["rules"]]

    assert sorted(ruled) == sorted([*(intent.value for intent in Intent), FALLBACK_INTENT])
    assert {block["intent"] for block in project["data/nlu.yml"]["nlu"]} == {intent.value for intent in Intent}
    assert set(ACTION_OF) == set(Intent)


def test_the_lines_are_those_that_the_embedded_understanding_learns_from(project: dict[str, Any]) -> None:
    exported = [
        (block["intent"], line.removeprefix("- "))
        for block in project["data/nlu.yml"]["nlu"]
        for line in block["examples"].splitlines()
    ]

    trained = [(intent, text) for file in sorted(FOLDER.glob("*.yml")) for intent, _, text in lines_of(file)]
    assert [(intent, text.replace("[", "(").replace("]", ")")) for intent, text in trained] == exported


def test_the_form_fills_slots_that_are_declared_from_its_own_question(project: dict[str, Any]) -> None:
    domain = project["domain.yml"]
    required = domain["forms"][FORM]["required_slots"]

    assert required == list(FORM_SLOTS.values())
    assert set(domain["slots"]) == {*required, *KEPT_SLOTS}
    for slot in required:
        (mapping,) = domain["slots"][slot]["mappings"]
        assert mapping["conditions"] == [{"active_loop": FORM, "requested_slot": slot}]
        assert set(mapping["not_intent"]) < {intent.value for intent in Intent}


def test_no_slot_but_the_forms_own_can_be_filled_by_words(project: dict[str, Any]) -> None:
    slots = project["domain.yml"]["slots"]

    assert [slots[name]["mappings"] for name in KEPT_SLOTS] == [[{"type": "custom"}]] * len(KEPT_SLOTS)


def test_a_buttons_payload_names_an_intent_and_an_entity_of_the_domain(project: dict[str, Any]) -> None:
    action = 'offer:O1"} x:accept'
    found = _RASA_MESSAGE.fullmatch(payload(action))

    assert found is not None
    assert parse_action(action) is not None
    assert found.group(1) in {intent.value for intent in Intent}
    assert yaml.safe_load(found.group(3)) == {"choice": action}
    assert project["domain.yml"]["entities"] == ["choice"]


def test_the_command_writes_it_and_refuses_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    folder = tmp_path / "assistant"

    first = CliRunner().invoke(main, ["rasa", "export", str(folder)])
    (folder / "domain.yml").write_text("mine", encoding="utf-8")
    second = CliRunner().invoke(main, ["rasa", "export", str(folder)])
    kept = (folder / "domain.yml").read_text(encoding="utf-8")
    forced = CliRunner().invoke(main, ["rasa", "export", str(folder), "--force"])

    assert [it.exit_code for it in (first, second, forced)] == [0, 1, 0]
    assert "is not empty" in second.output
    assert kept == "mine"
    assert {path: (folder / path).read_text(encoding="utf-8") for path in FILES} == dict(project_files())


def test_the_actions_address_can_be_named(tmp_path: Path) -> None:
    url = "https://actions.example/webhook"

    CliRunner().invoke(main, ["rasa", "export", str(tmp_path / "a"), "--actions-url", url])

    assert yaml.safe_load((tmp_path / "a" / "endpoints.yml").read_text())["action_endpoint"]["url"] == url


def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    done = CliRunner().invoke(main, ["rasa", "export", str(tmp_path / "file" / "inside")])

    assert done.exit_code == 1
    assert "cannot be written" in done.output
