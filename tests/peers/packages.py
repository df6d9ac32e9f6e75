"""npm packages of other people, pinned by hash, installed without scripts when a test wants them."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

_HERE = Path(__file__).parent
_NAMES = ("package.json", "package-lock.json")
INSTALL_SECONDS_MAX = 90
ANSWER_SECONDS_MAX = 60


def installed_peers() -> Path:
    """The folder with `node_modules`, one for all tests of this machine; skips the test where npm reaches nobody."""
    digest = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _NAMES)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"refundbot-peers-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            for name in _NAMES:
                shutil.copy(_HERE / name, folder / name)
            command = [_program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = _run(command, folder, b"", INSTALL_SECONDS_MAX)
            if done.returncode:
                pytest.skip(f"npm cannot install the peers: {done.stderr.decode().strip().splitlines()[-1:]}")
            (folder / "whole").touch()
    return folder


def ask_node(folder: Path, script: str, question: Any) -> Any:
    """What a script answers on standard output to a question on standard input, both JSON."""
    done = _run([_program("node"), "-e", script], folder, msgspec.json.encode(question), ANSWER_SECONDS_MAX)
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout)


def _run(command: list[str], folder: Path, given: bytes, seconds: float) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=seconds, check=False)


def _program(name: str) -> str:
    """Node of the virtual environment."""
    return str(Path(sys.executable).parent / name)
