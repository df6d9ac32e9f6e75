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
INSTALL_SECONDS_MAX = 240
ANSWER_SECONDS_MAX = 60


class CannotInstall(Exception):
    """npm reached nobody, or what it got is not what the lock file says."""


def installed_peers() -> Path:
    """The folder with the peers' `node_modules`; skips the test where npm reaches nobody."""
    try:
        return installed(_HERE)
    except CannotInstall as error:
        pytest.skip(str(error))


def installed(locked: Path) -> Path:
    """A folder with the `node_modules` of a lock file, one for all tests of this machine. Raises CannotInstall."""
    digest = hashlib.sha256(b"".join((locked / name).read_bytes() for name in _NAMES)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"refundbot-npm-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            for name in _NAMES:
                shutil.copy(locked / name, folder / name)
            command = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = run(command, folder, b"", INSTALL_SECONDS_MAX)
            if done.returncode:
                raise CannotInstall(f"npm cannot install: {done.stderr.decode().strip().splitlines()[-1:]}")
            (folder / "whole").touch()
    return folder


def ask_node(folder: Path, script: str, question: Any) -> Any:
    """What a script answers on standard output to a question on standard input, both JSON."""
    done = run([program("node"), "-e", script], folder, msgspec.json.encode(question), ANSWER_SECONDS_MAX)
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout)


def run(
    command: list[str], folder: Path, given: bytes, seconds: float, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command there; environment is added to this process's own."""
    return subprocess.run(
        command,
        cwd=folder,
        input=given,
        capture_output=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **environment},
    )


def program(name: str) -> str:
    """Node of the virtual environment."""
    return str(Path(sys.executable).parent / name)
