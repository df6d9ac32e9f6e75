"""A server of the OpenAI-compatible chat protocol that checks what it is sent, and answers well or badly as told."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "key-of-the-model"
MODEL = "small-model"
NOTHING: dict[str, Any] = {
    "wish": "unclear", "title_number": None, "goods": None, "reason": None, "remedy": None, "resolution": None,
}  # fmt: skip
_FIELDS = {
    "model", "messages", "n", "stream", "max_tokens", "max_completion_tokens", "temperature", "response_format",
}  # fmt: skip
Answer = Callable[[dict[str, Any]], Any]


@dataclass
class FakeModel:
    """What it was asked (the user's turns), what was wrong with that, and how it answers.

    answer makes the content from the user's turn: a dict is written as JSON, text as it is. refuses names fields
    that this server does not know. raw, if set, is the whole body instead; status and headers likewise.
    """

    answer: Answer = lambda _: NOTHING
    refuses: tuple[str, ...] = ()
    usage: Any = field(default_factory=lambda: {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340})
    finish_reason: str = "stop"
    message: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False
    cuts_off: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    url: str = ""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "bad key"}}, status=401)
        body = await request.json()
        self.bodies.append(body)
        refused = self._refusal(body)
        if refused is not None:
            return refused
        self._check(body)
        self.asked.append(json.loads(body["messages"][-1]["content"]))
        if self.is_silent:
            await self.stopped.wait()
        if self.cuts_off:
            return await _cut(request)
        if self.raw is not None or self.status != 200:
            return web.Response(body=self.raw or b"", status=self.status, headers=self.headers)
        return web.json_response(self._completion())

    def _refusal(self, body: dict[str, Any]) -> web.Response | None:
        kind = body.get("response_format", {}).get("type")
        for name in self.refuses:
            if name in body or name == kind:
                text = f"Unsupported: response_format {name}" if name == kind else f"Unsupported parameter: {name}"
                if name == "max_tokens":
                    text += ", use max_completion_tokens"
                return web.json_response({"error": {"message": text}}, status=400)
        return None

    def _completion(self) -> dict[str, Any]:
        content = self.answer(self.asked[-1])
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        message = {"role": "assistant", "content": text} | self.message
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        made = {"id": "c-1", "object": "chat.completion", "created": 1, "model": MODEL, "choices": [choice]}
        return made | {"usage": self.usage}

    def _check(self, body: dict[str, Any]) -> None:
        if unknown := set(body) - _FIELDS:
            self.faults.append(f"unknown fields {unknown}")
        if body.get("model") != MODEL or body.get("stream") is not False:
            self.faults.append("model or stream")
        roles = [message["role"] for message in body["messages"]]
        if roles != ["system", "user"] or any(set(message) != {"role", "content"} for message in body["messages"]):
            self.faults.append(f"messages {roles}")
        if set(json.loads(body["messages"][-1]["content"])) != {"message", "language", "question", "titles"}:
            self.faults.append("more or less in the user's turn than it needs")
        form = body.get("response_format")
        if form is not None and form["type"] == "json_schema":
            self._check_schema(form["json_schema"])

    def _check_schema(self, form: dict[str, Any]) -> None:
        """What strict servers ask of a schema: closed objects, every field required, types they know."""
        schema = form["schema"]
        if form.get("strict") is not True or not str(form.get("name", "")).isidentifier():
            self.faults.append("json_schema is not strict or has no name")
        if schema.get("additionalProperties") is not False or schema["required"] != list(schema["properties"]):
            self.faults.append("the schema is open")
        for name, kind in schema["properties"].items():
            if not set(kind) <= {"type", "enum"}:
                self.faults.append(f"{name}: {kind}")


async def _cut(request: web.Request) -> web.StreamResponse:
    """Half an answer, and the line is gone."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "4000"})
    await response.prepare(request)
    await response.write(b'{"choices": [{"message": {"content": "{')
    assert request.transport is not None
    request.transport.abort()
    return response


@contextlib.asynccontextmanager
async def running_model() -> AsyncIterator[FakeModel]:
    """The server on a free port until the block ends."""
    model = FakeModel()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.complete)
    server = TestServer(app)
    await server.start_server()
    model.url = str(server.make_url("/v1"))
    try:
        yield model
    finally:
        model.stopped.set()
        await server.close()
