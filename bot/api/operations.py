"""One row per call of the API: from it come the routes and the OpenAPI document, so that neither lags behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.api.http import Handler


@dataclass(frozen=True, slots=True)
class Query:
    """One query parameter; kind is its Python type with limits (msgspec.Meta)."""

    name: str
    kind: Any
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: where, what it does, what goes in and what comes out; security is "merchant", "session" or None."""

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    security: str | None = None
    body: Any = None
    answer: Any = None
    status: int = 200
    query: Sequence[Query] = ()
    faults: Sequence[int] = ()
    content_type: str = "application/json"
    is_keyed: bool = False


def add_operations(app: web.Application, operations: Sequence[Operation]) -> None:
    """The routes of all operations."""
    for operation in operations:
        app.router.add_route(operation.method, operation.path, operation.handler)
