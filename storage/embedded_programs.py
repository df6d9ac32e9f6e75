"""The servers of the wheels as programs: start, ask whether ready, stop.

Nothing here believes a process id from a file. A program holds its `.alive` lock through a file descriptor that it and
all its children inherited: while one of them lives the lock is held, and after the last it is free. The process to
signal is the one that the kernel names as the listener of the program's socket.
"""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypedDict

START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0
PAUSE_SECONDS = 0.01
ANSWER_SECONDS_MAX = 5.0
LOG_BYTES_MAX = 5_000_000
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class EmbeddedServerFailedError(Exception):
    """An embedded server cannot be used; `detail` says why, often in the words of its own log."""

    def __init__(self, program: str, detail: str) -> None:
        super().__init__(f"{program}: {detail}")
        self.program = program
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Program:
    """One server program, where it listens and what it says when it is ready."""

    name: str
    folder: Path
    socket: Path
    command: tuple[str, ...]
    stop_signal: signal.Signals
    hello: bytes
    welcome: bytes
    prepare: Callable[[int | None, BinaryIO], None]

    @property
    def alive(self) -> Path:
        return self.folder / f"{self.name}.alive"

    @property
    def stopping(self) -> Path:
        """Is there from before the stop signal until the next launch: a server that still answers may be ending."""
        return self.folder / f"{self.name}.stopping"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"


def ensure_running(program: Program, user_id: int | None) -> None:
    """Start the program unless it runs; return when it answers. The caller holds the gate."""
    if program.stopping.exists():
        stop(program)  # whoever asked it to end was killed before it had ended
    with program.alive.open("ab") as alive:
        for _ in _until(START_SECONDS_MAX, program, "neither answers nor ends"):
            if try_lock(alive, fcntl.LOCK_EX):
                program.prepare(user_id, alive)
                program.stopping.unlink(missing_ok=True)
                _launch(program, alive, user_id)
                break
            if is_ready(program):
                return
    for _ in _until(START_SECONDS_MAX, program, "does not answer"):
        if is_ready(program):
            return
        if is_gone(program):
            raise EmbeddedServerFailedError(program.name, f"ended while starting:\n{_last_log_lines(program)}")


def stop(program: Program) -> None:
    """End the program in order and return when its last process is gone. The caller holds the gate."""
    program.stopping.touch()
    process_id = listener(program)
    if process_id is not None:
        os.kill(process_id, program.stop_signal)
    for _ in _until(STOP_SECONDS_MAX, program, "does not end"):
        if is_gone(program):
            return


def is_gone(program: Program) -> bool:
    """Whether no process of the program lives. The caller holds the gate."""
    with program.alive.open("ab") as alive:
        return try_lock(alive, fcntl.LOCK_EX)


def is_ready(program: Program) -> bool:
    """Whether the program accepts a connection and answers on it."""
    try:
        with _connection(program) as connection:
            connection.sendall(program.hello)
            return connection.recv(len(program.welcome)) == program.welcome
    except OSError:
        return False


def listener(program: Program) -> int | None:
    """The id of the process that listens on the program's socket, as the kernel knows it."""
    try:
        with _connection(program) as connection:
            process_id = _peer_process_id(connection)
    except OSError:
        return None
    return process_id if process_id > 1 else None


def try_lock(file: BinaryIO, operation: int) -> bool:
    """Take a file lock at once or not at all."""
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Isolation(TypedDict):
    """How a process is started apart from ours."""

    cwd: str
    env: Mapping[str, str]
    umask: int
    pass_fds: tuple[int, ...]
    start_new_session: bool
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def isolated(user_id: int | None, alive: BinaryIO) -> Isolation:
    """Apart from our environment, our terminal's Ctrl-C and our rights, but with the lock that tells that it lives."""
    return {
        "cwd": "/",
        "env": ENVIRONMENT,
        "umask": 0o077,
        "pass_fds": (alive.fileno(),),
        "start_new_session": True,
        "user": user_id,
        "group": user_id,
        "extra_groups": None if user_id is None else [],
    }


def _until(seconds_max: float, program: Program, fault: str) -> Iterator[None]:
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        yield
        time.sleep(PAUSE_SECONDS)
    raise EmbeddedServerFailedError(program.name, f"{fault} after {seconds_max:.0f} s:\n{_last_log_lines(program)}")


def _launch(program: Program, alive: BinaryIO, user_id: int | None) -> None:
    if program.log.exists() and program.log.stat().st_size > LOG_BYTES_MAX:
        program.log.unlink()
    with program.log.open("ab") as log:
        subprocess.Popen(program.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **isolated(user_id, alive))


@contextmanager
def _connection(program: Program) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS_MAX)
        connection.connect(str(program.socket))
        yield connection


def _peer_process_id(connection: socket.socket) -> int:
    if sys.platform == "darwin":
        level, option = 0, 2  # SOL_LOCAL, LOCAL_PEERPID
        return int(connection.getsockopt(level, option))
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    process_id, _, _ = struct.unpack("3i", credentials)
    return int(process_id)


def _last_log_lines(program: Program) -> str:
    if not program.log.exists():
        return ""
    return "\n".join(program.log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])
