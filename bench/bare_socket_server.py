"""The yardstick for open chats: an aiohttp WebSocket handler that reads one frame, answers it and waits for the next.

python -m bench.bare_socket_server; prints its port, serves until SIGTERM.
"""

import asyncio
import signal

import uvloop
from aiohttp import web


async def stream(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(max_msg_size=16_384)
    await socket.prepare(request)
    async for _ in socket:
        await socket.send_str('{"type":"ready"}')
    return socket


async def main() -> None:
    app = web.Application()
    app.router.add_get("/stream", stream)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1_024)
    await site.start()
    print(f"ready on :{runner.addresses[0][1]}", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(main())
