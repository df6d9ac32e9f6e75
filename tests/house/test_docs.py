"""What the documents say is so: links lead somewhere, named files exist, reference pages are what the code says."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from bot.setting_kinds import describe
from bot.settings import PREFIX, Settings
from docs import build
from refund_core.circumstances import Circumstances

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
LINES_OF_A_DECISION_MAX = 60
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"(?:bot|channels|connectors|dialogs|refund_core|storage|tests|config|docs|bench)/[\w./-]*")
_VARIABLE = re.compile(PREFIX + r"[A-Z][A-Z0-9_]*[A-Z0-9]")
_COMMAND = re.compile(r"(?:^    |`|&& |bin/)refundbot ([a-z-]+(?: [a-z]+)?)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^# (\w+) = ", re.MULTILINE)
# Names that belong to the environment alone.
OUTSIDE_SETTINGS = {"REFUNDBOT_CONFIG_DIR"}


def test_every_link_leads_somewhere() -> None:
    broken = [f"{name} -> {link}" for name, text in _pages() for link in _links(text) if not _leads(ROOT / name, link)]

    assert broken == []


def test_every_named_file_exists() -> None:
    missing = [f"{name}: {path}" for name, text in _pages() for path in _named_files(text) if not _exists(path)]

    assert missing == []


def test_every_named_setting_exists() -> None:
    known = {setting.name for setting in describe(Settings, PREFIX)} | OUTSIDE_SETTINGS
    pages = [*_pages(), ("config/settings.toml", (ROOT / "config" / "settings.toml").read_text(encoding="utf-8"))]

    assert [f"{name}: {found}" for name, text in pages for found in _VARIABLE.findall(text) if found not in known] == []


def test_every_setting_of_the_file_exists_also_those_behind_a_hash() -> None:
    known = {setting.path for setting in describe(Settings, PREFIX)}
    text = (ROOT / "config" / "settings.toml").read_text(encoding="utf-8")

    assert [path for path in _paths(tomllib.loads(_ASSIGNMENT.sub(r"\1 = ", text))) if path not in known] == []


def test_every_named_command_exists() -> None:
    known = {name for name, _ in build.commands()}
    named = [(name, command) for name, text in _pages() for command in _COMMAND.findall(text)]

    assert len(named) > 10
    assert [f"{name}: {command}" for name, command in named if not _is_command(command.split(), known)] == []


def test_every_fact_that_a_policy_may_ask_for_is_explained() -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-policy.md").read_text(encoding="utf-8")

    assert [fact.name for fact in fields(Circumstances) if f"`{fact.name}`" not in page] == []


def test_reference_pages_are_what_the_code_says() -> None:
    stale = [path.name for path, text in build.pages().items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run `make docs`"


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    pages = sorted(path.name for path in DECISIONS.glob("0*.md"))
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (DECISIONS / "README.md").read_text(encoding="utf-8"))

    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    assert listed == pages


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("0*.md")), ids=lambda path: str(path.stem))
def test_a_decision_is_one_page_headed_by_its_number(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith(f"# {path.name[:4]} ")
    assert len(lines) <= LINES_OF_A_DECISION_MAX


@pytest.mark.parametrize(
    ("link", "leads"),
    [("money.md", True), ("money.md#splitting", True), ("mony.md", False), ("money.md#spliting", False)],
)
def test_a_broken_link_is_found(link: str, leads: bool) -> None:
    assert _leads(ROOT / "docs" / "explanation" / "turn-loop.md", link) is leads


def _pages() -> Iterator[tuple[str, str]]:
    """Every Markdown page that git keeps or would keep, by its path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file():
            yield name, (ROOT / name).read_text(encoding="utf-8")


def _links(text: str) -> list[str]:
    return [link for link in _LINK.findall(_FENCE.sub("", text)) if "://" not in link]


def _leads(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not heading or heading in _anchors(target.read_text(encoding="utf-8")))


def _anchors(text: str) -> set[str]:
    """What a heading is called in a link: lower case, spaces to hyphens, without punctuation."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def _named_files(text: str) -> Iterator[str]:
    for code in _CODE.findall(_FENCE.sub("", text)):
        if _FILE.fullmatch(code):
            yield code


def _exists(path: str) -> bool:
    """`bot/turns` names bot/turns.py, or the folder."""
    return (ROOT / path).exists() or (ROOT / f"{path}.py").is_file()


def _is_command(words: list[str], known: set[str]) -> bool:
    """True for a command, or for a command that is followed by an argument."""
    whole = " ".join(["refundbot", *words])
    is_group = any(name.startswith(f"refundbot {words[0]} ") for name in known)
    return whole in known or (not is_group and f"refundbot {words[0]}" in known)


def _paths(values: dict[str, object], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from _paths(value, (*path, name))
