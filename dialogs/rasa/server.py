"""The action server: rasa_sdk's own application over our actions, with a token where one is set."""

import hmac
import socket
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from dialogs.rasa.actions import actions_over
from dialogs.rasa.talk import Talk

_BEARER = "Bearer "
_OPEN_PATH = "/health"


def executor_over(talk: Talk) -> ActionExecutor:
    """rasa_sdk's executor with every action registered."""
    executor = ActionExecutor()
    for action in actions_over(talk):
        executor.register_action(action)
    return executor


@asynccontextmanager
async def action_server(talk: Talk, listening: socket.socket, *, token: str | None) -> AsyncIterator[None]:
    """Serve on an open socket until the block ends."""
    # Rasa 3.6 calls a newer rasa_sdk fine; the warning would come with every call.
    warnings.filterwarnings("ignore", module=r"rasa_sdk\.utils")
    app = create_app(executor_over(talk), cors_origins=[])
    app.config.TOUCHUP = False  # it rewrites sanic's own classes and fails for a second server in one process
    if token is not None:
        _guard(app, token)
    try:
        async with _serving(app, listening):
            yield
    finally:
        Sanic.unregister_app(app)


@asynccontextmanager
async def _serving(app: "Sanic[Any, Any]", listening: socket.socket) -> AsyncIterator[None]:
    server: Any = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    if server is None:
        raise RuntimeError("sanic gave no server")
    await server.startup()
    await server.start_serving()
    await server.after_start()
    try:
        yield
    finally:
        await server.before_stop()
        await server.close()
        await server.after_stop()


def _guard(app: "Sanic[Any, Any]", token: str) -> None:
    """Everything but the health check needs the token, as Rasa sends it (?token=) or as a bearer."""

    async def check(request: Request) -> HTTPResponse | None:
        given = request.args.get("token") or request.headers.get("authorization", "").removeprefix(_BEARER)
        if request.path == _OPEN_PATH or hmac.compare_digest(given.encode(), token.encode()):
            return None
        return json({"error": "The action server's token is missing or wrong."}, status=401)

    app.register_middleware(check, "request")
