"""What a message of a platform costs us, and how fast webhooks are answered.

python -m bench.channels [--seconds N] measures for each channel verify + parse + render of one message, in process, and
then sends 200 messages a second, mixed over all channels, to the webhooks of `refundbot serve`, whose answer comes
when the turn is committed.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench.load import Load, Measured
from bench.platform_messages import KINDS, Kind, http_request
from bench.processes import child
from channels.channel import Account, Spoken
from channels.no_tokens import NoTokens
from channels.registry import load_channel
from dialogs.messages import Choice, Reply
from storage.embedded import embedded_servers

SLUG = "bench"
RATE = 200.0
P99_MS_MAX = 50.0
CONNECTIONS = 64
USERS_EACH = 500
ROUNDS = 3_000
TEXTS = ("你好", "我要退款", "订单 B000001-2 的杯子碎了，退钱到余额", "what is your return policy?", "到哪了", "谢谢")
ANSWER = (
    Spoken(2, Reply("您好，我是本店的自动助手。您随时可以要求人工服务。")),
    Spoken(3, Reply("请选择原因：", tuple(Choice(f"原因 {n}", f"reason:{n}") for n in range(6)))),
)


@dataclass(slots=True)
class PlatformTalker:
    """Users of all platforms on one connection, one after another."""

    dice: random.Random

    def next_request(self) -> bytes:
        kind = self.dice.choice(KINDS)
        request = kind.make(self.dice.randrange(USERS_EACH), self.dice.choice(TEXTS))
        return http_request(f"/webhooks/{SLUG}/{kind.channel}/main", request)

    def answered(self, status: int, body: bytes) -> None:
        """Nothing depends on it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.channels", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    for kind in KINDS:
        costs = _costs(kind)
        p50, p99 = costs[len(costs) // 2], costs[len(costs) * 99 // 100]
        print(f"{kind.channel:<14} verify + parse + render of a message: p50 {p50:.0f} µs, p99 {p99:.0f} µs")
    measured = _webhooks(seconds)
    p99_ms = measured.percentile_ms(0.99)
    verdict = "met" if p99_ms <= P99_MS_MAX and not measured.failed else "MISSED"
    print(
        f"webhooks at {RATE:g} messages/s over {len(KINDS)} channels: {measured.per_second:.0f}/s answered, "
        f"p50 {measured.percentile_ms(0.5):.1f} ms, p99 {p99_ms:.1f} ms (at most {P99_MS_MAX:g}: {verdict}), "
        f"{measured.failed} failed"
    )


def _costs(kind: Kind) -> Sequence[float]:
    """Microseconds of each message, least first."""
    settings = dict(kind.settings)
    channel = load_channel(kind.channel).open_channel(Account(SLUG, "main", settings, "https://x.example"), NoTokens())
    costs = []
    for number in range(ROUNDS):
        request, now = kind.make(number, TEXTS[number % len(TEXTS)]), datetime.now(UTC)
        began = time.perf_counter()
        (arrival,) = channel.parse(channel.verify(request, now=now), now=now)
        channel.render(ANSWER, "zh-CN")
        costs.append((time.perf_counter() - began) * 1e6)
        if arrival.message is None:
            raise RuntimeError(f"{kind.channel}: not read")
    return sorted(costs)


def _webhooks(seconds: float) -> Measured:
    with tempfile.TemporaryDirectory(prefix="rbc-", dir="/tmp") as folder, ExitStack() as stack:
        environment = {
            **os.environ,
            "REFUNDBOT_DATA_DIR": folder,
            "REFUNDBOT_PORT": "0",
            "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
            "REFUNDBOT_LOG_LEVEL": "warning",
        }
        stack.enter_context(embedded_servers(Path(folder)))
        platforms = stack.enter_context(child(("-m", "bench.platform_server")))
        _refundbot(environment, "merchant", "create", SLUG, "--name", "Bench", "--currency", "CNY")
        for kind in KINDS:
            settings = {**kind.settings}
            if kind.has_api:
                settings["api_base"] = f"http://127.0.0.1:{platforms.port}"
            pairs = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
            _refundbot(environment, "channel", "add", SLUG, kind.channel, "main", *pairs)
        ours = stack.enter_context(child(("-m", "bot", "serve"), environment))
        return uvloop.run(_measure(ours.port, seconds))


async def _measure(port: int, seconds: float) -> Measured:
    load = Load("127.0.0.1", port, [PlatformTalker(random.Random(number)) for number in range(CONNECTIONS)])
    await load.open()
    await load.run_open(10.0, RATE)  # the first word of every user makes their conversation
    measured = await load.run_open(seconds, RATE)
    load.close()
    return measured


def _refundbot(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
