"""A process that uses the embedded servers; the tests start several and kill some.

Says "ready" once it is connected, answers each line on standard input with the number of rows in the table, and leaves
in order at the end of its input.
"""

import asyncio
import sys
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from storage.embedded import EmbeddedServers


async def main(data_dir: Path) -> None:
    async with EmbeddedServers.open(data_dir) as servers:
        database = await asyncpg.connect(servers.database_url)
        cache = Redis.from_url(servers.redis_url)
        await database.execute("SELECT pg_advisory_lock(1); CREATE TABLE IF NOT EXISTS visits (id bigserial)")
        await database.execute("INSERT INTO visits DEFAULT VALUES; SELECT pg_advisory_unlock(1)")
        _say("ready")
        while await asyncio.to_thread(sys.stdin.readline):
            await cache.incr("asked")
            _say(str(await database.fetchval("SELECT count(*) FROM visits")))
        await cache.aclose()
        await database.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
