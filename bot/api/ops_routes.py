"""Operations: is the process alive, can it work, what has it done."""

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.api.http import answer
from bot.api.operations import Operation
from bot.api.services import SERVICES


class Alive(msgspec.Struct, frozen=True):
    """The process runs."""

    status: str


class Ready(msgspec.Struct, frozen=True):
    """Each part by name: "ok", or what is wrong with it."""

    status: str
    parts: dict[str, str]


async def livez(_request: web.Request) -> web.Response:
    """GET /livez."""
    return answer(Alive("ok"))


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: 503 with the failing part named."""
    parts = await request.app[SERVICES].is_ready()
    is_ready = all(state == "ok" for state in parts.values())
    return answer(Ready("ok" if is_ready else "failing", parts), status=200 if is_ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics, as Prometheus text: the process's own, and what waits here at this moment."""
    services = request.app[SERVICES]
    now = CollectorRegistry()
    for name, about, value in (
        ("refundbot_turns_waiting", "Messages taken and not answered yet.", services.turns.waiting),
        ("refundbot_streams_open", "Open chat streams of this process.", services.streams.open_count),
    ):
        Gauge(name, about, registry=now).set(value)
    return web.Response(body=generate_latest() + generate_latest(now), headers={"Content-Type": CONTENT_TYPE_LATEST})


OPS_OPERATIONS = (
    Operation("GET", "/livez", livez, "The process runs", "operations", answer=Alive),
    Operation("GET", "/readyz", readyz, "Database, Redis and outbox are well", "operations", answer=Ready),
    Operation("GET", "/metrics", metrics, "Counts and times, as Prometheus text", "operations"),
)
