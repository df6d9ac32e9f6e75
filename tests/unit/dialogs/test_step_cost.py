"""What a turn costs to think: printed for whoever looks (pytest -s), and far from what would hurt."""

import timeit
from collections.abc import Callable

from dialogs.engine import needs, step
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import understand_message
from tests.unit.core.shop import DAY, NOW, delivered, line
from tests.unit.dialogs.talk import Talk, talk

ROUNDS, REPEATS = 100, 7
LIMIT_MICROSECONDS = 5_000


def test_typical_steps_are_cheap() -> None:
    talked = talk(delivered(NOW - DAY, *(line(str(n), 2, 1000 + n) for n in range(1, 19))))
    walk = (
        "你好",
        "我要退款",
        "order:20261101-0001",
        "line:1*1+line:3*2",
        "reason:no_longer_wanted",
        "offer:",
        "confirm:yes",
    )

    costs = {message: _cost(talked, message) for message in (*walk, "status:", "where is my refund?")}

    for message, (reading, wanting, stepping) in costs.items():
        print(f"{message:28} read {reading:6.1f} us  needs {wanting:5.1f} us  step {stepping:6.1f} us")
    assert all(sum(cost) < LIMIT_MICROSECONDS for cost in costs.values())


def _cost(talked: Talk, wanted: str) -> tuple[float, float, float]:
    """Microseconds to read the message, to say what it needs and to step it; the talk goes on by it."""
    message = talked.action(wanted) if wanted.endswith(":") else wanted
    before = talked.state
    is_action = ":" in message
    inbound = InboundMessage("1", talked.now, None if is_action else message, message if is_action else None)
    understanding = understand_message(before, inbound)
    facts = talked.facts_for(needs(before, inbound, understanding))
    ids = talked.ids()
    costs = (
        _microseconds(lambda: understand_message(before, inbound)),
        _microseconds(lambda: needs(before, inbound, understanding)),
        _microseconds(lambda: step(before, inbound, understanding, facts, now=talked.now, ids=ids)),
    )
    (talked.tap if is_action else talked.say)(message)
    return costs


def _microseconds(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=ROUNDS, repeat=REPEATS)) / ROUNDS * 1e6
