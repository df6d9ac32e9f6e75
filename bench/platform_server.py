"""Platforms that take every call at once, so that a measurement of webhooks is one of ours.

python -m bench.platform_server; prints its port, serves until SIGTERM. It speaks just enough of the Bot API and of
WeChat for a text to be taken.
"""

import asyncio
import itertools
import signal
import time

import uvloop
from aiohttp import web

_numbers = itertools.count(1)


async def bot_api(request: web.Request) -> web.Response:
    if request.match_info["method"] in {"answerCallbackQuery", "setWebhook", "setMyCommands"}:
        return web.json_response({"ok": True, "result": True})
    chat = {"id": 1, "type": "private", "first_name": "B"}
    result = {"message_id": next(_numbers), "date": int(time.time()), "chat": chat, "text": "x"}
    return web.json_response({"ok": True, "result": result})


async def token(_: web.Request) -> web.Response:
    return web.json_response({"access_token": "bench", "expires_in": 7_200})


async def taken(_: web.Request) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok"})


async def main() -> None:
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", bot_api)
    app.router.add_post("/cgi-bin/stable_token", token)
    app.router.add_post("/cgi-bin/message/custom/send", taken)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"ready on :{runner.addresses[0][1]}", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(main())
