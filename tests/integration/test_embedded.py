"""The embedded servers: shared by any number of processes, unharmed by the killing of any of them."""

import fcntl
import itertools
import os
import pwd
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from storage import embedded_commands as commands
from storage.embedded import embedded_servers
from storage.embedded_programs import Program, is_ready, listener, stop, try_lock
from tests.databases import fastest_folder

USERS = 6
ROTATIONS = [tuple((first + step) % USERS for step in range(USERS)) for first in range(USERS)]
SHUFFLES = [tuple(random.Random(seed).sample(range(USERS), USERS)) for seed in range(2)]


class User:
    """A process that uses the servers, started by the test."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.embedded_user", str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("count\n")
        self.process.stdin.flush()
        return self.read()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def leave(self) -> int:
        self.process.communicate()
        return self.process.returncode


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rbt-", dir=fastest_folder()) as name:
        yield Path(name)
        _stop_all(Path(name))


@pytest.fixture(scope="module")
def kept_data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rbt-", dir=fastest_folder()) as name:
        yield Path(name)
        _stop_all(Path(name))


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    return itertools.count(1)


@pytest.mark.parametrize("order", ROTATIONS + SHUFFLES)
def test_killing_users_in_any_order_harms_no_survivor(
    kept_data_dir: Path, rounds: Iterator[int], order: tuple[int, ...]
) -> None:
    rows = str(next(rounds) * USERS)
    users = [User(kept_data_dir) for _ in range(USERS)]
    assert [user.read() for user in users] == ["ready"] * USERS
    servers = _listeners(kept_data_dir)

    for position, killed in enumerate(order[:-1], start=1):
        users[killed].kill()

        assert [users[survivor].ask() for survivor in order[position:]] == [rows] * (USERS - position)
    assert _listeners(kept_data_dir) == servers
    assert users[order[-1]].leave() == 0
    assert not _processes_of(kept_data_dir)


def test_when_every_user_was_killed_the_next_one_takes_over_and_ends_the_servers(data_dir: Path) -> None:
    killed = [User(data_dir) for _ in range(2)]
    assert [user.read() for user in killed] == ["ready"] * 2
    servers = _listeners(data_dir)
    for user in killed:
        user.kill()

    heir = User(data_dir)

    assert heir.read() == "ready"
    assert heir.ask() == "3"
    assert _listeners(data_dir) == servers
    assert heir.leave() == 0
    assert not _processes_of(data_dir)


def test_leaving_while_another_uses_the_servers_stops_nothing(data_dir: Path) -> None:
    with embedded_servers(data_dir):
        servers = _listeners(data_dir)
        with embedded_servers(data_dir):
            pass

        assert _listeners(data_dir) == servers


def test_simultaneous_starters_get_one_pair_of_servers(data_dir: Path) -> None:
    users = [User(data_dir) for _ in range(4)]
    assert [user.read() for user in users] == ["ready"] * 4

    mains = [process for process in _processes_of(data_dir) if process.ppid() not in _ids(_processes_of(data_dir))]

    assert sorted(process.name() for process in mains) == ["postgres", "valkey-server"]
    assert [user.leave() for user in users] == [0] * 4
    assert not _processes_of(data_dir)


@pytest.mark.parametrize("killed", ["postgres", "redis"])
def test_after_a_server_was_killed_the_next_starter_brings_it_back_with_its_data(data_dir: Path, killed: str) -> None:
    user = User(data_dir)
    assert user.read() == "ready"
    program = next(program for program in _programs(data_dir) if program.name == killed)
    os.kill(_listener(program), signal.SIGKILL)

    second = User(data_dir)

    assert second.read() == "ready"
    assert second.ask() == "2"
    user.kill()
    assert second.leave() == 0
    assert not _processes_of(data_dir)


@pytest.mark.parametrize("was_signalled", [True, False])
def test_servers_that_a_killed_leaver_was_ending_are_started_anew(data_dir: Path, was_signalled: bool) -> None:
    leaver = User(data_dir)
    assert leaver.read() == "ready"
    ending = _listeners(data_dir)
    for program, process_id in zip(_programs(data_dir), ending, strict=True):
        program.stopping.touch()
        if was_signalled:
            os.kill(process_id, program.stop_signal)
    leaver.kill()

    with embedded_servers(data_dir):
        started = _listeners(data_dir)

    assert not set(started) & set(ending)
    assert not _processes_of(data_dir)


def test_a_stale_process_id_naming_a_living_stranger_harms_no_stranger(data_dir: Path) -> None:
    with embedded_servers(data_dir):
        pid_file = data_dir / "servers" / "postgres" / "postmaster.pid"
        left_over = pid_file.read_text(encoding="utf-8").splitlines()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    pid_file.write_text("\n".join([str(stranger.pid), *left_over[1:]]) + "\n", encoding="utf-8")

    with embedded_servers(data_dir):
        started = [is_ready(program) for program in _programs(data_dir)]

    assert started == [True, True]
    assert stranger.poll() is None
    stranger.communicate()
    assert stranger.returncode == 1


def test_a_starter_killed_while_making_the_database_leaves_a_usable_directory(data_dir: Path) -> None:
    folder = data_dir / "servers"
    starter = User(data_dir)
    _wait_until((folder / "postgres.new").exists, starter)
    starter.kill()

    with embedded_servers(data_dir):
        started = [is_ready(program) for program in _programs(data_dir)]

    assert started == [True, True]
    assert not (folder / "postgres.new").exists()


def test_a_long_data_directory_gets_short_sockets(data_dir: Path) -> None:
    long_dir = data_dir / ("long-" * 30)

    with embedded_servers(long_dir) as servers:
        programs = (
            commands.redis(long_dir / "servers", servers.sockets),
            commands.postgres(long_dir / "servers", servers.sockets),
        )
        started = [is_ready(program) for program in programs]

    assert started == [True, True]
    assert len(str(servers.sockets)) < 40
    assert not _processes_of(long_dir)
    servers.sockets.rmdir()


def test_only_the_owner_reaches_the_servers(data_dir: Path) -> None:
    with embedded_servers(data_dir) as servers:
        modes = {
            path.name: path.stat().st_mode & 0o777 for path in (servers.sockets, data_dir / "servers" / "postgres")
        }

    assert modes == {"sockets": 0o700, "postgres": 0o700}


def test_the_lock_of_a_server_is_held_while_it_lives_and_free_after(data_dir: Path) -> None:
    with embedded_servers(data_dir):
        held = [_is_locked(program) for program in _programs(data_dir)]

    assert held == [True, True]
    assert [_is_locked(program) for program in _programs(data_dir)] == [False, False]


def test_an_ordinary_account_runs_the_servers_as_itself(data_dir: Path) -> None:
    account = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    os.chown(data_dir, account, -1)

    child = os.fork()
    if child == 0:
        _start_as(account, data_dir)

    _, status = os.waitpid(child, 0)
    assert status == 0
    assert not _processes_of(data_dir)


def _start_as(account: int, data_dir: Path) -> None:
    """In a forked child: become the account for good, start the servers, end with 0 if they are the account's."""
    owners: set[int] = set()
    try:
        os.setuid(account)
        with embedded_servers(data_dir):
            owners = {process.uids().real for process in _processes_of(data_dir)}
    finally:
        os._exit(0 if owners == {account} else 1)


def _stop_all(data_dir: Path) -> None:
    for program in _programs(data_dir):
        if program.alive.exists():
            stop(program)


def _wait_until(is_so: Callable[[], bool], user: User) -> None:
    while not is_so():
        assert user.process.poll() is None


def _programs(data_dir: Path) -> tuple[Program, Program]:
    folder = data_dir / "servers"
    return commands.postgres(folder, folder / "sockets"), commands.redis(folder, folder / "sockets")


def _listeners(data_dir: Path) -> list[int]:
    return [_listener(program) for program in _programs(data_dir)]


def _listener(program: Program) -> int:
    process_id = listener(program)
    assert process_id is not None
    return process_id


def _processes_of(data_dir: Path) -> list[psutil.Process]:
    """The living server processes whose command names the directory, and their children."""
    mains = [process for process in psutil.process_iter() if _names(process, data_dir)]
    return [*mains, *(child for main in mains for child in main.children() if not _names(child, data_dir))]


def _names(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.name() in {"postgres", "valkey-server"} and str(data_dir) in " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def _ids(processes: list[psutil.Process]) -> set[int]:
    return {process.pid for process in processes}


def _is_locked(program: Program) -> bool:
    with program.alive.open("ab") as alive:
        return not try_lock(alive, fcntl.LOCK_EX)
