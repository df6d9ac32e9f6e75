"""What commands say where something is not well: a taken port, a gateway that is away or does not know us."""

import re
import socket
from pathlib import Path

import pytest

from tests.acceptance.running import Server, environment_for, run_command


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_ends_the_command_with_one_line_that_says_what_to_do(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = run_command((command,), environment_for(tmp_path, {"REFUNDBOT_PORT": str(port)}), check=False)

    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert f"127.0.0.1, port {port}" in line
    assert "REFUNDBOT_PORT=" in line
    assert not list(tmp_path.iterdir())


def test_check_finds_a_gateway_that_does_not_know_us_or_is_not_there(server: Server, tmp_path: Path) -> None:
    sandbox = (server.data_dir / "sandbox/url").read_text()
    strange = run_command(("check",), environment_for(tmp_path, {"REFUNDBOT_SANDBOX__URL": sandbox}), check=False)
    gone = dict(server.environment) | {"REFUNDBOT_SANDBOX__URL": "http://127.0.0.1:1"}
    absent = run_command(("check",), gone, check=False)
    elsewhere = run_command(("check",), dict(server.environment) | {"REFUNDBOT_SANDBOX__URL": server.url}, check=False)

    assert [done.returncode for done in (strange, absent, elsewhere)] == [1, 1, 1]
    assert re.search(r"gateway sandbox +FAULT: refuses our credentials \(SIGN_ERROR\)", strange.stdout)
    assert re.search(r"gateway sandbox +FAULT: not now \(NOT_REACHED\)", absent.stdout)
    assert re.search(r"gateway sandbox +FAULT: gives no answer that we understand", elsewhere.stdout)


def test_check_says_where_no_gateway_runs_yet(tmp_path: Path) -> None:
    done = run_command(("check",), environment_for(tmp_path))

    assert re.search(r"gateway sandbox +ok \(not running; `refundbot serve` starts it\)", done.stdout)


def test_check_names_each_part(server: Server, tmp_path: Path) -> None:
    well = server.command("check")
    settings = {"REFUNDBOT_REDIS_URL": "redis://127.0.0.1:1", "REFUNDBOT_DATA_DIR": str(server.data_dir)}
    ill = run_command(("check",), environment_for(tmp_path, settings), check=False)

    assert re.search(r"database +ok", well.stdout)
    assert re.search(r"redis +ok", well.stdout)
    assert re.search(r"gateway sandbox +ok$", well.stdout, re.MULTILINE)
    assert ill.returncode == 1
    assert re.search(r"redis +FAULT", ill.stdout)
