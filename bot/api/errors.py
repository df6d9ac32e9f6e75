"""Problem details (RFC 9457): the only file that knows which HTTP status belongs to which fault."""

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

PROBLEM_TYPE = "application/problem+json"
_TITLES = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not offered here",
    408: "It took too long",
    409: "Conflict",
    413: "Too large",
    415: "This kind of content is not taken",
    422: "The request cannot be carried out as it is",
    429: "Too many requests",
    500: "Something went wrong here",
    501: "Not built yet",
    503: "Not available now",
}


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: the field (a path such as `lines[0].quantity`), a code, and words about it."""

    field: str
    code: str
    detail: str
    limit: int | None = None


class ProblemDetails(msgspec.Struct, frozen=True):
    """The body of every error."""

    type: str
    title: str
    status: int
    detail: str
    errors: Sequence[Fault] = ()


class Problem(Exception):
    """An answer that says what is wrong; code goes into its type."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers

    def body(self) -> bytes:
        """The problem details as JSON."""
        title = _TITLES.get(self.status, "Error")
        return msgspec.json.encode(
            ProblemDetails(f"urn:refundbot:problem:{self.code}", title, self.status, self.detail, self.errors)
        )

    def response(self) -> web.Response:
        """The answer to send."""
        headers = {"Cache-Control": "no-store", **(self.headers or {})}
        return web.Response(status=self.status, body=self.body(), content_type=PROBLEM_TYPE, headers=headers)


def unauthorized(code: str, detail: str) -> Problem:
    """401 with the challenge that HTTP asks for."""
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="refundbot"'})


def not_found(what: str) -> Problem:
    """404; says the same whether the thing is absent or another merchant's."""
    return Problem(404, f"unknown-{what.replace(' ', '-')}", f"There is no such {what}.")


def invalid(field: str, code: str, detail: str, *, limit: int | None = None, status: int = 422) -> Problem:
    """A request with one wrong field."""
    return Problem(status, code.replace("_", "-"), f"{field}: {detail}", errors=(Fault(field, code, detail, limit),))


def conflict(code: str, detail: str) -> Problem:
    """409."""
    return Problem(409, code, detail)


def too_many(retry_after_seconds: int) -> Problem:
    """429 with the time to wait."""
    seconds = max(1, retry_after_seconds)
    return Problem(429, "too-many-requests", f"Try again in {seconds} s.", headers={"Retry-After": str(seconds)})


def not_built(what: str) -> Problem:
    """501."""
    return Problem(501, "not-built-yet", f"{what} is not built yet.")


def from_http(error: web.HTTPException) -> Problem:
    """The same answer as aiohttp's own, as problem details."""
    headers = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return Problem(413, "body-too-large", "The body is larger than is taken here.")
    return Problem(error.status, error.reason.lower().replace(" ", "-"), error.reason, headers=headers)
