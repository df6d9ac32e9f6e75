"""The mini-program's component under miniprogram-simulate: what it shows, sends and asks, in tests of its language."""

from pathlib import Path

import pytest

from tests.peers.packages import CannotInstall, installed, program, run

HERE = Path(__file__).parent
SECONDS_MAX = 120


@pytest.fixture(scope="session")
def packages() -> Path:
    """npm's part, pinned by hash; without it nothing of the component is tested, so that is a failure."""
    try:
        return installed(HERE)
    except CannotInstall as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_the_component_does_what_its_tests_say(packages: Path, name: str) -> None:
    command = [program("node"), "--test", "--test-reporter=tap", name]

    done = run(command, HERE, b"", SECONDS_MAX, NODE_PATH=str(packages / "node_modules"), TZ="Asia/Shanghai")

    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode()
    assert "\n# pass 0\n" not in said
