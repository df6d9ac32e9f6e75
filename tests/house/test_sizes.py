"""A file is one idea of up to 300 lines; a function is one step of up to 40."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
WRITTEN = ("*.py", "*.js", "*.ts", "*.html", "*.css", "*.wxml", "*.wxss")
GENERATED = ("storage/migrations/", "vendor/")


def test_no_file_is_too_long() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in _files(*WRITTEN)}

    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX} == {}


def test_no_function_is_too_long() -> None:
    lengths = {name: dict(_function_lengths((ROOT / name).read_text(encoding="utf-8"))) for name in _files("*.py")}

    too_long = {
        f"{name}:{function}": length
        for name, functions in lengths.items()
        for function, length in functions.items()
        if length > FUNCTION_LINES_MAX
    }
    assert too_long == {}


@pytest.mark.parametrize(("lines", "is_too_long"), [(FUNCTION_LINES_MAX, False), (FUNCTION_LINES_MAX + 1, True)])
def test_a_function_is_measured_from_its_name_to_its_last_line(lines: int, is_too_long: bool) -> None:
    source = "\n".join(["def long():", *["    x = 1"] * (lines - 1)])

    assert (max(length for _, length in _function_lengths(source)) > FUNCTION_LINES_MAX) is is_too_long


def _files(*patterns: str) -> Iterator[str]:
    """What git keeps or would keep, but for what a tool wrote."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        if (ROOT / name).is_file() and not any(part in name for part in GENERATED):
            yield name


def _function_lengths(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
