"""A chat server with state and faults, speaking the consumer chat's interface to the chat page under test.

It keeps what the real server promises (seq under one lock, one effect per client_id, resume by after) and can break
what a network breaks: drop sockets, lose the answer of a message that was taken, refuse tokens, refuse sockets.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from aiohttp import web

from channels.support_chat.web.page import filled_loader, filled_page, style_source
from channels.support_chat.web.theme import Theme
from tests.servers.fake_chat_script import answer_to
from tests.servers.fake_chat_state import (
    CLIENT,
    LIMITS,
    POLICY,
    SHOP_PAGE,
    SHOP_POLICY,
    Faults,
    Talk,
    problem,
    subject_of,
)
from tests.servers.fake_chat_stream import cut, listen, send

STARTED_AT = "2026-11-23T10:00:00+08:00"
EMPTY_REPLY: dict[str, Any] = {"agent": None, "choices": [], "select": None, "card": None}
PAGE_MESSAGES_MAX = 200


class FakeChat:
    """The server; runs in a thread of its own so that a synchronous browser test can drive both sides."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.talks: dict[str, Talk] = {}
        self.sessions: dict[str, str] = {}
        self.session_requests: list[dict[str, Any]] = []
        self.pictures: dict[str, tuple[bytes, str]] = {}
        self.config: dict[str, Any] = {}
        self.theme = Theme()
        self.framed_by = ""
        self.now: str | None = None
        self.posts = 0
        self.gets = 0
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    def page(self, *, identity: str | None = None, locale: str | None = "zh-CN", **more: Any) -> str:
        """Sets what the next page is filled with; its address."""
        about = {"slug": "demo", "merchant": "拾光家居", "api": "/api/chat/demo", "resendSeconds": 60, "limits": LIMITS}
        self.config = about | {"locale": locale, "identity": identity} | more
        return f"{self.address}/chat/demo"

    def shop(self, *, identity: str = "", locale: str = "zh-CN", script: str = "demo/loader.js") -> str:
        """A shop page on another origin than the chat's."""
        place = self.address.replace("127.0.0.1", "localhost")
        return f"{place}/shop?identity={quote(identity)}&locale={locale}&script={script}"

    def talk(self, name: str = "talk-c-1001") -> Talk:
        return self.talks.setdefault(name, Talk())

    def say(self, text: str, *, talk: str = "talk-c-1001", **more: Any) -> None:
        """Somebody on the server's side says something now; a frame can be hidden only from who listens."""
        if self.faults.hidden_frames:
            self.wait_for_listener(talk)
        self._run(self._tell(self.talk(talk), [{"sender": "bot", "text": text} | more]))

    def frame(self, frame: dict[str, Any], *, talk: str = "talk-c-1001") -> None:
        """Sends a passing frame to those who listen, once somebody does: a page is connected before its socket is."""
        self.wait_for_listener(talk)
        self._run(send(self.talk(talk), frame))

    def hand_over(self, holder: str, agent: str | None = None, *, talk: str = "talk-c-1001") -> None:
        """The conversation goes into other hands now; who comes later is told as well."""
        self.talk(talk).hands = {"type": "handover", "holder": holder, "agent": agent}
        self._run(send(self.talk(talk), self.talk(talk).hands))

    def wait_for_listener(self, talk: str = "talk-c-1001") -> None:
        """Returns when a page listens."""
        self._run(asyncio.wait_for(self.talk(talk).watched.wait(), 10))

    def drop_sockets(self, talk: str = "talk-c-1001") -> None:
        """Cuts the connection under the sockets, without a closing handshake."""
        self._loop.call_soon_threadsafe(self._cut_all, self.talk(talk))

    def _cut_all(self, talk: Talk) -> None:
        for socket in talk.sockets:
            cut(socket)

    def texts_said_by(self, sender: str, talk: str = "talk-c-1001") -> list[str]:
        return [one["text"] for one in self.talk(talk).said if one["sender"] == sender]

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._until_stopped())
        self._loop.close()

    async def _until_stopped(self) -> None:
        runner = web.AppRunner(_app(self), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.address = site.name if ":0" not in site.name else f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._stopping.wait()
        for talk in self.talks.values():
            self._cut_all(talk)
        await runner.cleanup()

    async def _tell(self, talk: Talk, replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = []
        for reply in replies:
            whole = {"seq": len(talk.said) + 1, "at": self.now or STARTED_AT} | EMPTY_REPLY | reply
            talk.said.append(whole)
            told.append(whole)
            if self.faults.hidden_frames:
                self.faults.hidden_frames -= 1
            else:
                await send(talk, {"type": "reply", **whole})
        return told

    async def page_answer(self, _request: web.Request) -> web.Response:
        filled = filled_page((CLIENT / "chat.html").read_text(encoding="utf-8"), self.config, self.theme)
        policy = POLICY.format(style=style_source(filled.style)) + self.framed_by
        return web.Response(text=filled.text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def loader_answer(self, _request: web.Request) -> web.Response:
        script = filled_loader((CLIENT / "loader.js").read_text(encoding="utf-8"), "demo", self.theme)
        return web.Response(text=script, content_type="text/javascript")

    async def static_answer(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(CLIENT / request.match_info["name"], headers={"Cache-Control": "no-store"})

    async def shop_answer(self, request: web.Request) -> web.Response:
        page = SHOP_PAGE.format(chat=self.address, **request.query)
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": SHOP_POLICY})

    async def sessions_answer(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.session_requests.append(asked)
        if self.faults.identity_is_expired and asked["identity"]:
            return problem(401, "expired")
        customer = subject_of(asked["identity"]) if asked["identity"] else None
        name = f"talk-{customer or len(self.session_requests)}"
        token = f"token-{len(self.sessions) + 1}"
        self.sessions[token] = name
        self.talk(name)
        self.faults.token_is_expired = False
        return web.json_response({"session": token, "conversation": name, "customer": customer}, status=201)

    async def messages_answer(self, request: web.Request) -> web.Response:
        talk = self._talk_of(request)
        if talk is None:
            return problem(401, "expired")
        return await (self._history(request, talk) if request.method == "GET" else self._take(request, talk))

    async def _history(self, request: web.Request, talk: Talk) -> web.Response:
        self.gets += 1
        after = int(request.query["after"])
        left = [one for one in talk.said if one["seq"] > after]
        more = len(left) > PAGE_MESSAGES_MAX
        return web.json_response({"messages": left[:PAGE_MESSAGES_MAX], "more": more, "handover": talk.hands})

    async def _take(self, request: web.Request, talk: Talk) -> web.Response:
        self.posts += 1
        if self.faults.unavailable:
            self.faults.unavailable -= 1
            return problem(503, "unavailable")
        if self.faults.refused_status:
            status, self.faults.refused_status = self.faults.refused_status, 0
            return problem(status, "refused by the test")
        body = await request.json()
        key, content = body["client_id"], json.dumps([body.get("text"), body.get("action"), body.get("attachments")])
        known = talk.answers.get(key)
        if known and known[0] != content:
            return problem(409, "the same client_id with another body")
        answer = known[1] if known else await self._step(talk, body)
        talk.answers[key] = (content, answer)
        if self.faults.lost_answers:
            self.faults.lost_answers -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)

    async def _step(self, talk: Talk, body: dict[str, Any]) -> dict[str, Any]:
        mine = {"action": body.get("action"), "attachments": body.get("attachments") or []}
        if not self.faults.client_ids_are_kept_back:
            mine["client_id"] = body["client_id"]
        await self._tell(talk, [{"sender": "customer", "text": body.get("text") or ""} | mine])
        replies = await self._tell(talk, answer_to(body, talk.steps))
        return {"seq": len(talk.said), "replies": replies}

    async def stream_answer(self, request: web.Request) -> web.StreamResponse:
        if self.faults.sockets_are_impossible:
            return problem(400, "no sockets here")
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        first = await socket.receive_json()
        name = self.sessions.get(first.get("session", ""))
        if name is None or self.faults.token_is_expired:
            await socket.close(code=4401)
            return socket
        await listen(socket, self.talk(name), int(request.query["after"]), request.query["holder"])
        return socket

    async def rating_answer(self, request: web.Request) -> web.Response:
        talk = self._talk_of(request)
        if talk is None:
            return problem(401, "expired")
        if request.method == "GET":
            return web.json_response({"due": talk.due})
        if self.faults.refused_status:
            status, self.faults.refused_status = self.faults.refused_status, 0
            return problem(status, "refused by the test")
        talk.ratings.append(await request.json())
        talk.due = None
        return web.json_response({"subject": talk.ratings[-1]["subject"], "score": None}, status=201)

    async def upload_answer(self, request: web.Request) -> web.Response:
        if self._talk_of(request) is None:
            return problem(401, "expired")
        if self.faults.refused_status:
            status, self.faults.refused_status = self.faults.refused_status, 0
            return problem(status, "refused by the test")
        if self.faults.uploads_hang:
            await asyncio.Event().wait()
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        name = f"picture-{len(self.pictures) + 1}"
        self.pictures[name] = (file.file.read(), file.content_type)
        return web.json_response({"attachment": name}, status=201)

    async def picture_answer(self, request: web.Request) -> web.Response:
        if self._talk_of(request) is None:
            return problem(401, "expired")
        raw, kind = self.pictures[request.match_info["name"]]
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=raw, content_type=kind, headers=headers)

    def _talk_of(self, request: web.Request) -> Talk | None:
        name = self.sessions.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return None if name is None or self.faults.token_is_expired else self.talk(name)


def _app(chat: FakeChat) -> web.Application:
    app = web.Application(client_max_size=16 * 2**20)
    api = "/api/chat/demo"
    app.router.add_get("/chat/loader.js", _loader)
    app.router.add_get("/chat/demo/loader.js", chat.loader_answer)
    app.router.add_get("/chat/demo", chat.page_answer)
    app.router.add_get("/static/chat/{name}", chat.static_answer)
    app.router.add_get("/shop", chat.shop_answer)
    app.router.add_post(f"{api}/sessions", chat.sessions_answer)
    app.router.add_route("*", f"{api}/messages", chat.messages_answer)
    app.router.add_get(f"{api}/stream", chat.stream_answer)
    app.router.add_route("*", f"{api}/rating", chat.rating_answer)
    app.router.add_post(f"{api}/attachments", chat.upload_answer)
    app.router.add_get(f"{api}/attachments/{{name}}", chat.picture_answer)
    return app


async def _loader(request: web.Request) -> web.FileResponse:
    return web.FileResponse(CLIENT / "loader.js")


@contextlib.contextmanager
def running() -> Iterator[FakeChat]:
    """A fake chat server on a free port."""
    chat = FakeChat()
    chat.start()
    try:
        yield chat
    finally:
        chat.stop()
