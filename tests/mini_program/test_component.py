"""The mini-program's component under miniprogram-simulate: what it shows, sends and asks, in tests of its language."""

from typing import get_args

import msgspec
import pytest

from dialogs.messages import Locale
from dialogs.texts.money import format_money
from docs.gallery import OWN_CHAT
from refund_core.money import Money
from tests.mini_program.gallery import SECONDS_MAX, TIME_ZONE, drawn_pieces
from tests.mini_program.packages import HERE, node_modules
from tests.peers.packages import ask_node, program, run

FORMAT = HERE.parents[1] / "channels/mini_program/client/lib/format"
CURRENCIES = ("CNY", "JPY", "USD", "EUR", "GBP", "HKD", "KRW", "TWD", "KWD", "TND", "VND", "XPF", "BIF", "CHF", "SEK")
AMOUNTS = (0, 5, 59, 100, 1234, 99_999, 100_000, -1, -123_456_789, 10**12)


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_the_component_does_what_its_tests_say(name: str) -> None:
    environment = {"NODE_PATH": str(node_modules() / "node_modules"), "TZ": TIME_ZONE}
    command = [program("node"), "--test", "--test-reporter=tap", name]

    done = run(command, HERE, b"", SECONDS_MAX, **environment)

    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode()
    assert "\n# pass 0\n" not in said


def test_amounts_are_written_as_in_the_servers_texts() -> None:
    asked = [(locale, minor, currency) for locale in get_args(Locale) for currency in CURRENCIES for minor in AMOUNTS]
    script = f"""const {{ money }} = require("{FORMAT}");
    const asked = JSON.parse(require("fs").readFileSync(0));
    process.stdout.write(JSON.stringify(asked.map((one) => money(...one))));"""

    written = ask_node(HERE, script, asked)

    assert written == [format_money(Money(minor, currency), locale) for locale, minor, currency in asked]


def test_the_component_draws_the_twelve_replies_as_the_page_on_the_web_does() -> None:
    drawn = drawn_pieces()

    assert drawn == msgspec.json.decode(OWN_CHAT.read_bytes())
    assert len(drawn) == 12
