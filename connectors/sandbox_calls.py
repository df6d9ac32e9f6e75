"""The only file that calls the sandboxes: requests with a merchant's headers over aiohttp."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from refund_core.sending import AnswerUnknown, SendLater

TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 3.0
NOT_REACHED_SECONDS = 5.0

Proof = Callable[[str, str, bytes], Mapping[str, str]]
"""Headers that prove who calls, of a request's method, path and body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    retry_after: str | None
    raw: bytes = field(repr=False)


@dataclass(slots=True, eq=False)
class SandboxCalls:
    """Calls a sandbox as one merchant; opens its connections with the first call."""

    url: str
    prove: Proof = field(repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    async def call(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request. Raises SendLater when nothing was sent, AnswerUnknown when no whole answer came."""
        headers, address = self.prove(method, path, body), URL(self.url + path, encoded=True)
        try:
            async with self._open().request(method, address, data=body, headers=headers) as response:
                return Answer(response.status, response.headers.get("Retry-After"), await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendLater(NOT_REACHED_SECONDS, "NOT_REACHED") from None
        except TimeoutError:
            raise AnswerUnknown("TIMEOUT") from None
        except (aiohttp.ClientError, OSError) as error:
            raise AnswerUnknown(type(error).__name__) from None

    async def close(self) -> None:
        """Close its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self.timeout_seconds, sock_connect=self.connect_seconds)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session
