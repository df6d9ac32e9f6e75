"""The measurements in their order: rounds of both sides take turns, so that both see the same machine."""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import uvloop

from bench.growth import grow
from bench.load import Load, Measured, post
from bench.mix import Consumer, Conversations
from bench.plan import SLUG, Plan, Results, Side
from bench.processes import Child, child, database_cpu_seconds
from bench.sessions import open_sessions
from bench.shop import customer_name, write_orders
from storage.embedded import EmbeddedServers, embedded_servers

WARM_UP_SECONDS = 1.0
INSERT_POOL_SIZE = 32


class _Merchant(msgspec.Struct):
    chat_secret: str


class _Aiogram(msgspec.Struct):
    latencies: list[float]
    cpu: float
    resident_mb: float


@dataclass(slots=True)
class InsertTalker:
    """The load of yardstick (a): the same kind of request, the answer ignored."""

    def next_request(self) -> bytes:
        return post("/messages", b'{"client_id":"%s","action":"line:1*1"}' % uuid4().hex.encode(), token="x" * 120)

    def answered(self, status: int, body: bytes) -> None:
        """Nothing depends on it."""


@dataclass(slots=True)
class Bench:
    """What the steps of one run share."""

    plan: Plan
    folder: Path
    servers: EmbeddedServers
    environment: dict[str, str]
    results: Results
    secret: str = ""

    @property
    def postmaster(self) -> int:
        (path,) = self.folder.glob("servers/**/postmaster.pid")
        return int(path.read_text().split()[0])


def run(plan: Plan, folder: Path, *, orders_file: Path | None, is_growing: bool, is_background: bool) -> Results:
    """Everything, in a new data directory."""
    environment = {
        **os.environ,
        "REFUNDBOT_DATA_DIR": str(folder),
        "REFUNDBOT_PORT": "0",
        "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
        "REFUNDBOT_CHAT__SESSIONS_PER_MINUTE": "0",
        "REFUNDBOT_WORK__IS_ON": "true" if is_background else "false",
        "REFUNDBOT_LOG_LEVEL": "warning",
    }
    with embedded_servers(folder) as servers:
        bench = Bench(plan, folder, servers, environment, Results())
        _open_shop(bench, orders_file)
        _side_by_side(bench)
        if is_growing:
            _grown(bench)
        return bench.results


def _open_shop(bench: Bench, orders_file: Path | None) -> None:
    made = _refundbot(bench, "merchant", "create", SLUG, "--name", "Bench", "--currency", "CNY", "--json")
    bench.secret = msgspec.json.decode(made, type=_Merchant).chat_secret
    plan, path = bench.plan, bench.folder / "orders.jsonl"
    lines = write_orders(path, customers=2 * plan.customers, orders_each=plan.orders_each, now=datetime.now(UTC))
    _import(bench, SLUG, path, lines / (2 * plan.customers * plan.orders_each))
    if orders_file is not None:
        _refundbot(bench, "merchant", "create", "real", "--name", "Real", "--currency", "GBP", "--json")
        _import(bench, "real", orders_file, 0.0)


def _import(bench: Bench, slug: str, path: Path, lines_each: float) -> None:
    said = _refundbot(bench, "orders", "import", slug, str(path)).decode()
    found = re.search(r"([\d,]+) created.* in ([\d.]+) s", said)
    if found is None:
        raise RuntimeError(f"import: {said}")
    bench.results.imports.append((path.name, int(found[1].replace(",", "")), float(found[2]), lines_each))


def _side_by_side(bench: Bench) -> None:
    plan, results = bench.plan, bench.results
    with ExitStack() as stack:
        command = ("-m", "bench.insert_server", bench.servers.database_url, str(INSERT_POOL_SIZE))
        insert = stack.enter_context(child(command))
        plain = stack.enter_context(child((*command, "plain")))
        ours = stack.enter_context(child(("-m", "bot", "serve"), bench.environment))
        talkers = _talkers(bench, ours.port, first=0)
        for number in range(plan.rounds):
            _round(bench, insert, [InsertTalker() for _ in range(plan.clients)], results.insert)
            _round(bench, plain, [InsertTalker() for _ in range(plan.clients)], results.insert_plain)
            _round(bench, ours, talkers, results.ours)
            _aiogram_round(bench)
            _progress(f"round {number + 1} of {plan.rounds}")
        results.said = dict(sum((talker.kinds for talker in talkers), Counter[str]()))
        _round(bench, ours, talkers, results.half_load, rate=results.ours.per_second / 2)


def _grown(bench: Bench) -> None:
    plan, side = bench.plan, Side()
    _progress(f"growing by {plan.grown_messages:,} messages and {plan.grown_orders:,} orders")
    url = bench.servers.database_url
    uvloop.run(grow(url, SLUG, messages=plan.grown_messages, orders=plan.grown_orders))
    with child(("-m", "bot", "serve"), bench.environment) as ours:
        talkers = _talkers(bench, ours.port, first=plan.customers)
        for _ in range(plan.rounds):
            _round(bench, ours, talkers, side)
    bench.results.grown = side


def _talkers(bench: Bench, port: int, *, first: int) -> list[Conversations]:
    plan = bench.plan
    consumers = [Consumer(customer_name(first + number)) for number in range(plan.customers)]
    uvloop.run(open_sessions(port, SLUG, bench.secret, consumers, connections=plan.clients))
    return [
        Conversations(SLUG, consumers[number :: plan.clients], random.Random(number)) for number in range(plan.clients)
    ]


def _round(
    bench: Bench, server: Child, talkers: list[InsertTalker] | list[Conversations], side: Side, *, rate: float = 0.0
) -> None:
    measured, server_cpu, database_cpu = uvloop.run(_measure(bench, server, talkers, rate))
    side.rounds.append(measured)
    side.server_cpu += server_cpu
    side.database_cpu += database_cpu
    side.resident_mb = server.resident_mb()


async def _measure(
    bench: Bench, server: Child, talkers: list[InsertTalker] | list[Conversations], rate: float
) -> tuple[Measured, float, float]:
    load = Load("127.0.0.1", server.port, talkers)
    await load.open()
    await load.run_closed(WARM_UP_SECONDS)
    server_cpu, database_cpu = server.cpu_seconds(), database_cpu_seconds(bench.postmaster)
    if rate:
        measured = await load.run_open(bench.plan.half_load_seconds, rate)
    else:
        measured = await load.run_closed(bench.plan.seconds)
    costs = server.cpu_seconds() - server_cpu, database_cpu_seconds(bench.postmaster) - database_cpu
    load.close()
    return measured, *costs


def _aiogram_round(bench: Bench) -> None:
    plan, side, servers = bench.plan, bench.results.aiogram, bench.servers
    command = (
        sys.executable, "-m", "bench.aiogram_bot", servers.database_url, servers.redis_url, str(plan.seconds),
        str(plan.clients),
    )  # fmt: skip
    database_cpu = database_cpu_seconds(bench.postmaster)
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    figures = msgspec.json.decode(ran.stdout, type=_Aiogram)
    side.rounds.append(Measured(plan.seconds, figures.latencies))
    side.server_cpu += figures.cpu
    side.database_cpu += max(0.0, database_cpu_seconds(bench.postmaster) - database_cpu)
    side.resident_mb = figures.resident_mb


def _refundbot(bench: Bench, *arguments: str) -> bytes:
    environment: Mapping[str, str] = bench.environment
    ran = subprocess.run([sys.executable, "-m", "bot", *arguments], env=environment, check=True, stdout=subprocess.PIPE)
    return ran.stdout


def _progress(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
