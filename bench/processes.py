"""Servers under test as child processes, and what they and the database cost."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

STOP_SECONDS_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Child:
    """A running child; its first line on standard output is its port."""

    process: subprocess.Popen[str]
    port: int

    def cpu_seconds(self) -> float:
        return sum(_cpu_seconds(each) for each in self._all())

    def resident_mb(self) -> float:
        """Of the server itself; a sandbox gateway beside it is a server of its own."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def _all(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


@contextmanager
def child(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Start `python COMMAND…`, wait for the line that ends with its port; end it by SIGTERM."""
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{command}: ended before it was ready")
        yield Child(process, int(line.strip().rpartition(":")[2]))
    finally:
        _end(process)


def database_cpu_seconds(postmaster: int) -> float:
    """CPU time of the database server with all its processes that live now."""
    parent = psutil.Process(postmaster)
    return sum(_cpu_seconds(each) for each in [parent, *parent.children(recursive=True)])


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
