"""Fixtures with real servers: one embedded PostgreSQL and Redis for the run, a database of its own for each test."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.embedded import EmbeddedServers
from storage.embedded import embedded_servers as open_embedded_servers
from storage.embedded_commands import postgres_binary

DATA_DIR_VARIABLE = "REFUNDBOT_TEST_SERVERS"


def pytest_configure(config: pytest.Config) -> None:
    """Name one short data directory for the run; parallel workers inherit it and share the servers."""
    if not hasattr(config, "workerinput"):
        os.environ[DATA_DIR_VARIABLE] = tempfile.mkdtemp(prefix="rbt-", dir="/tmp")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(DATA_DIR_VARIABLE), ignore_errors=True)


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[EmbeddedServers]:
    """The running servers, started by the first test that asks."""
    with open_embedded_servers(Path(os.environ[DATA_DIR_VARIABLE])) as servers:
        yield servers


@pytest.fixture
def empty_database(embedded_servers: EmbeddedServers) -> Iterator[str]:
    """The address of a new database without tables."""
    yield from _own_database(embedded_servers, template="template1")


def _own_database(servers: EmbeddedServers, *, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _run_sql(servers, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield servers.url_of_database(name)
    _run_sql(servers, f"DROP DATABASE {name} WITH (FORCE)")


def _run_sql(servers: EmbeddedServers, statement: str) -> None:
    command = (postgres_binary("psql"), "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1")
    subprocess.run([*command, servers.database_url, "-c", statement], check=True)
