"""One command tests everything, for a reader and for the build alike, and what it installs is pinned."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TARGETS = {"help", "setup", "run", "test", "check", "bench", "chaos", "docs", "train", "lock"}


def test_the_build_runs_the_test_command_of_the_readme() -> None:
    build = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert build[-1] == "make test"
    assert re.search(r"^\s*make test\b", readme, re.MULTILINE)
    assert re.search(r"^\s*make run\b", readme, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_target_is_explained_by_make_help() -> None:
    shown = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {line.split()[1] for line in shown.splitlines()} == TARGETS


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_names_no_package_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--extra-index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_by_version_and_hash(name: str) -> None:
    entries = _entries((ROOT / name).read_text(encoding="utf-8"))

    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_runs_is_locked_to_what_was_tested() -> None:
    running, tested = (
        {entry.split()[0] for entry in _entries((ROOT / name).read_text(encoding="utf-8"))} for name in LOCKS
    )

    assert running <= tested


def _entries(text: str) -> list[str]:
    """One string per package: its pin and its hashes."""
    entries: list[str] = []
    for line in text.splitlines():
        if line and line[0] not in " #":
            entries.append(line)
        elif line.startswith("    --hash"):
            entries[-1] += line
    return entries
