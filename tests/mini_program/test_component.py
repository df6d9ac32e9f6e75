"""The mini-program's component under miniprogram-simulate: what it shows, sends and asks, in tests of its language."""

import pytest

from tests.mini_program.packages import HERE, node_modules
from tests.peers.packages import program, run

SECONDS_MAX = 120
# The phone is abroad: days and hours are the shop's all the same.
TIME_ZONE = "America/New_York"


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_the_component_does_what_its_tests_say(name: str) -> None:
    environment = {"NODE_PATH": str(node_modules() / "node_modules"), "TZ": TIME_ZONE}
    command = [program("node"), "--test", "--test-reporter=tap", name]

    done = run(command, HERE, b"", SECONDS_MAX, **environment)

    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode()
    assert "\n# pass 0\n" not in said
