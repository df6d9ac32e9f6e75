"""What a message of a platform costs us, and how fast webhooks are answered.

python -m bench.channels [--seconds N] [--rate N] measures for each channel, our own chat among them, verify + parse +
render of one message, in process, and then sends 200 messages a second, mixed over the platforms' channels, to the
webhooks of `refundbot serve`, whose answer comes when the turn is committed. On a machine that is busy with other
things the CPU time says more than the latency; a lower rate then keeps the server from falling behind.
"""

import argparse
import asyncio
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
from uuid import UUID, uuid4

import msgspec
import uvloop

from bench.load import Load, Measured
from bench.platform_messages import KINDS, Kind, http_request
from bench.processes import Child, child, database_cpu_seconds
from bot.lanes import Answer
from channels.channel import Account, Spoken
from channels.no_tokens import NoTokens
from channels.registry import load_channel
from channels.support_chat.web.parse import Limits, parse_message
from channels.support_chat.web.signature import Session, issue_session, read_session
from dialogs.messages import Choice, Reply
from storage.database import Database, open_database
from storage.embedded import EmbeddedServers, embedded_servers
from storage.message_store import reply_json, stamp

SLUG = "bench"
RATE = 200.0
P99_MS_MAX = 50.0
CONNECTIONS = 64
USERS_EACH = 500
ROUNDS = 3_000
SENT_SECONDS_MAX = 60.0
_OPEN_SENDS = "SELECT count(*) FROM outbox WHERE kind = 'channel.send' AND done_at IS NULL AND buried_at IS NULL"
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


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What the webhooks answered, and the CPU time of a message until all that it led to was sent."""

    measured: Measured
    server_ms: float
    database_ms: float
    transactions: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.channels", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=RATE)
    arguments = parser.parse_args()
    for name, costs in [("web", _web_costs()), *((kind.channel, _costs(kind)) for kind in KINDS)]:
        p50, p99 = costs[len(costs) // 2], costs[len(costs) * 99 // 100]
        print(f"{name:<14} verify + parse + render of a message: p50 {p50:.0f} µs, p99 {p99:.0f} µs")
    webhooks = _webhooks(arguments.seconds, arguments.rate)
    measured = webhooks.measured
    p99_ms = measured.percentile_ms(0.99)
    verdict = "met" if p99_ms <= P99_MS_MAX and not measured.failed else "MISSED"
    print(
        f"webhooks at {arguments.rate:g} messages/s over {len(KINDS)} channels: {measured.per_second:.0f}/s answered, "
        f"p50 {measured.percentile_ms(0.5):.1f} ms, p99 {p99_ms:.1f} ms (at most {P99_MS_MAX:g}: {verdict}), "
        f"{measured.failed} failed"
    )
    print(
        f"CPU of a message with its sending: server {webhooks.server_ms:.2f} ms, "
        f"database {webhooks.database_ms:.2f} ms; {webhooks.transactions:.1f} transactions"
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


def _web_costs() -> Sequence[float]:
    """The same of our own chat, whose clients bring a session's token and get the replies as JSON."""
    key, expires = bytes(range(32)), int(time.time()) + 3_600
    tokens = [
        issue_session(Session(UUID(int=1), SLUG, UUID(int=user), expires, f"c-{user}", None, "zh-CN"), key)
        for user in range(USERS_EACH)
    ]
    costs = []
    for number in range(ROUNDS):
        said = {"client_id": str(uuid4()), "text": TEXTS[number % len(TEXTS)], "locale": "zh-CN"}
        raw, now = msgspec.json.encode(said), datetime.now(UTC)
        began = time.perf_counter()
        session = read_session(tokens[number % USERS_EACH], key, now_seconds=now.timestamp())
        parse_message(raw, session, Limits(), now=now)
        at = stamp(now)
        Answer(3, tuple(reply_json(one.seq, at, msgspec.json.encode(one.reply)) for one in ANSWER)).as_json()
        costs.append((time.perf_counter() - began) * 1e6)
    return sorted(costs)


def _webhooks(seconds: float, rate: float) -> Webhooks:
    with tempfile.TemporaryDirectory(prefix="rbc-", dir="/tmp") as folder, ExitStack() as stack:
        environment = {
            **os.environ,
            "REFUNDBOT_DATA_DIR": folder,
            "REFUNDBOT_PORT": "0",
            "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
            "REFUNDBOT_LOG_LEVEL": "warning",
        }
        servers = stack.enter_context(embedded_servers(Path(folder)))
        platforms = stack.enter_context(child(("-m", "bench.platform_server")))
        _refundbot(environment, "merchant", "create", SLUG, "--name", "Bench", "--currency", "CNY")
        for kind in KINDS:
            settings = {**kind.settings}
            if kind.has_api:
                settings["api_base"] = f"http://127.0.0.1:{platforms.port}"
            pairs = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
            _refundbot(environment, "channel", "add", SLUG, kind.channel, "main", *pairs)
        ours = stack.enter_context(child(("-m", "bot", "serve"), environment))
        (postmaster,) = Path(folder).glob("servers/**/postmaster.pid")
        return uvloop.run(_measure(ours, servers, int(postmaster.read_text().split()[0]), seconds, rate))


async def _measure(ours: Child, servers: EmbeddedServers, postmaster: int, seconds: float, rate: float) -> Webhooks:
    load = Load("127.0.0.1", ours.port, [PlatformTalker(random.Random(number)) for number in range(CONNECTIONS)])
    await load.open()
    async with open_database(servers.database_url, pool_size=1) as db:
        await load.run_open(2_000 / rate, rate)  # the first word of every user makes their conversation
        await _all_sent(db)
        before = ours.cpu_seconds(), database_cpu_seconds(postmaster), await _transactions(db)
        measured = await load.run_open(seconds, rate)
        await _all_sent(db)
        after = ours.cpu_seconds(), database_cpu_seconds(postmaster), await _transactions(db)
    load.close()
    each = [(after[place] - before[place]) / max(len(measured.latencies), 1) for place in range(3)]
    return Webhooks(measured, each[0] * 1000, each[1] * 1000, each[2])


async def _all_sent(db: Database) -> None:
    deadline = time.perf_counter() + SENT_SECONDS_MAX
    while time.perf_counter() < deadline and (await db.fetch(_OPEN_SENDS))[0][0]:  # noqa: ASYNC110 # another process's
        await asyncio.sleep(0.5)
    await asyncio.sleep(1.5)  # the database counts its transactions with a delay


async def _transactions(db: Database) -> int:
    (row,) = await db.fetch("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return int(row[0])


def _refundbot(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
