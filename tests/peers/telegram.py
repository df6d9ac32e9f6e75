"""npm's telegram-test-api, a Bot API of somebody else, with a shim before it.

What that program leaves out of the Bot API, the shim between puts in: forms of several parts, is_bot, seconds for
milliseconds, `true` for a result, the ids of a press, and the secret in the webhook's header.
"""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from aiohttp import ClientSession, web

from channels.channel import WebhookRequest
from tests.peers.packages import program
from tests.servers.telegram.state import TOKEN, values_of

PERSON = 5238471906
SERVER = """
const Server = require("telegram-test-api");
const server = new Server({ host: "127.0.0.1", port: Number(process.argv[1]) });
server.start().then(() => console.log("ready"));
process.stdin.on("end", () => process.exit()).resume();
"""


@dataclass
class Peer:
    """The program behind its shim; webhooks are kept as our server would get them."""

    http: ClientSession
    program: str
    address: str = ""
    secret: str = ""
    webhooks: asyncio.Queue[WebhookRequest] = field(default_factory=asyncio.Queue)

    async def say(self, kind: str, **content: Any) -> Any:
        """A person does something (sendMessage, sendCommand, sendCallback), or looks (getUpdates)."""
        person = {"id": PERSON, "first_name": "Lin", "is_bot": False, "language_code": "en"}
        common = {"botToken": TOKEN, "from": person, "date": int(datetime.now(UTC).timestamp())}
        chat = {"chat": {"id": PERSON, "first_name": "Lin", "type": "private"}}
        body = common | chat | content if kind != "getUpdates" else {"token": TOKEN, "chatId": PERSON}
        if kind == "sendCallback":
            body["message"] = {**common, **chat, **content["message"]}
        async with self.http.post(f"{self.program}/{kind}", json=body) as response:
            return (await response.json())["result"]

    async def bot_texts(self) -> list[str]:
        """What the chat shows of the bot's messages."""
        async with self.http.post(f"{self.program}/getUpdatesHistory", json={"token": TOKEN}) as response:
            updates = (await response.json())["result"]
        return [update["message"].get("text") for update in updates if "chat_id" in update.get("message", {})]

    async def method(self, request: web.Request) -> web.Response:
        """A call of the Bot API, handed on."""
        fields = values_of({name: str(value) for name, value in (await request.post()).items()})
        name = request.match_info["method"]
        if name == "setWebhook":
            fields["url"], self.secret = f"{self.address}/hook", fields["secret_token"]
        async with self.http.post(f"{self.program}/bot{TOKEN}/{name}", json=fields) as response:
            answer = await response.json()
        result = answer.get("result")
        if isinstance(result, dict) and "date" in result:
            result["date"] //= 1000
        if name == "getMe":
            result |= {"is_bot": True}
        if name == "getUpdates":
            result = [_completed(update) for update in result]
        return web.json_response({"ok": True, "result": True if result is None else result})

    async def hook(self, request: web.Request) -> web.Response:
        """An update on its way to our webhook."""
        raw = await request.read()
        headers = {"x-telegram-bot-api-secret-token": self.secret}
        await self.webhooks.put(WebhookRequest("POST", {}, headers, raw))
        return web.Response()


def _completed(update: dict[str, Any]) -> dict[str, Any]:
    query = update.get("callback_query")
    if query is not None:
        query |= {"chat_instance": "1"}
    return update


@asynccontextmanager
async def running_peer(installed: Path) -> AsyncIterator[Peer]:
    """The program, from the folder in which it is installed, and its shim."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with _program(installed, port) as says:
        assert await asyncio.to_thread(says.readline) == b"ready\n"
        async with ClientSession() as http, _shim(Peer(http, f"http://127.0.0.1:{port}")) as peer:
            yield peer


@contextmanager
def _program(installed: Path, port: int) -> Iterator[IO[bytes]]:
    """What it says; it ends with its input, even when this process is killed."""
    command = [program("node"), "-e", SERVER, str(port)]
    with subprocess.Popen(command, cwd=installed, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout
        process.communicate(timeout=10)


@asynccontextmanager
async def _shim(peer: Peer) -> AsyncIterator[Peer]:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", peer.method)
    app.router.add_post("/hook", peer.hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield peer
    await runner.cleanup()
