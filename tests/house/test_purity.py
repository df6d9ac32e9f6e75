"""refund_core and dialogs read no clock, file, network, database or random source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMPURE_MODULES = frozenset({
    "asyncio", "concurrent", "ctypes", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib",
    "aiohttp", "asyncpg", "redis", "requests", "structlog", "tortoise",
})  # fmt: skip
IMPURE_CALLS = frozenset({
    "open", "print", "input", "now", "utcnow", "today", "monotonic", "perf_counter", "time_ns",
    "uuid1", "uuid4", "uuid7", "token_bytes", "token_hex", "token_urlsafe", "getenv",
    "read_text", "read_bytes", "write_text",
})  # fmt: skip
# Remote understanding, the language model and the Rasa bridge do talk to the world; training runs by hand; the trained
# model is a file beside its reader, read once.
MAY_READ = (
    "dialogs/nlu/remote.py", "dialogs/nlu/llm.py", "dialogs/rasa/", "dialogs/nlu/training/",
    "dialogs/nlu/stored_model.py",
)  # fmt: skip


def test_pure_packages_import_and_call_nothing_impure() -> None:
    faults = [fault for path in _pure_files() for fault in _faults(path.read_text(encoding="utf-8"), _name(path))]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "import os.path",
        "from time import monotonic",
        "from datetime import datetime\nx = datetime.now()",
        "import uuid\nx = uuid.uuid4()",
        "open('a')",
    ],
)
def test_each_kind_of_impurity_is_found(source: str) -> None:
    assert list(_faults(source, "sample.py"))


def test_pure_code_is_not_refused() -> None:
    source = "from datetime import timedelta\ndef due(now):\n    return now + timedelta(days=7)"

    assert not list(_faults(source, "sample.py"))


def _pure_files() -> Iterator[Path]:
    for package in ("refund_core", "dialogs"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not _name(path).startswith(MAY_READ):
                yield path


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _faults(source: str, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in IMPURE_CALLS:
                yield f"{name}:{node.lineno} calls {called}()"
                continue
            case _:
                continue
        yield from (
            f"{name}:{node.lineno} imports {module}" for module in modules if module.split(".")[0] in IMPURE_MODULES
        )
