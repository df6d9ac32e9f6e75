"""Yardstick (a): an aiohttp handler that commits one INSERT per message through asyncpg, and nothing else.

python -m bench.insert_server DATABASE_URL POOL_SIZE [plain]; prints its port, serves until SIGTERM. "plain" is
asyncpg's pool as it comes, which asks the database to reset each connection that comes back; without it that query is
left out, as the server under test leaves it out too.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import uvloop
from aiohttp import web

TABLE = """
CREATE TABLE IF NOT EXISTS bench_message (
    id uuid PRIMARY KEY, conversation_id uuid NOT NULL, at timestamptz NOT NULL, body jsonb NOT NULL
)
"""
INSERT = "INSERT INTO bench_message (id, conversation_id, at, body) VALUES ($1, $2, $3, $4)"


class Message(msgspec.Struct):
    client_id: str
    text: str | None = None
    action: str | None = None


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """Without the reset query on its way back to the pool, as the server under test has it too."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


def application(pool: Any) -> web.Application:
    conversation_id = uuid4()
    decoder = msgspec.json.Decoder(Message)

    async def say(request: web.Request) -> web.Response:
        raw = await request.read()
        decoder.decode(raw)
        await pool.execute(INSERT, uuid4(), conversation_id, datetime.now(UTC), raw.decode())
        return web.Response(body=b'{"seq":1,"replies":[]}', content_type="application/json")

    app = web.Application()
    app.router.add_post("/messages", say)
    return app


async def main(url: str, pool_size: int, connection_class: type) -> None:
    pool = await asyncpg.create_pool(
        url, min_size=pool_size, max_size=pool_size, connection_class=connection_class, server_settings={"jit": "off"}
    )
    await pool.execute(TABLE)
    runner = web.AppRunner(application(pool), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()
    await pool.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), asyncpg.Connection if "plain" in sys.argv else Connection))
