"""The only file that calls the SMS sandbox."""

from dataclasses import dataclass, field

import aiohttp

from connectors.sms.sandbox.wire import call_headers
from refund_core.sending import AnswerUnknown, SendLater

TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 3.0
NOT_REACHED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    retry_after: str | None
    raw: bytes = field(repr=False)


@dataclass(slots=True)
class SmsSandboxClient:
    """Calls the sandbox as one merchant; opens its connections with the first call."""

    url: str
    merchant: str
    key: str = field(repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    _session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One request. Raises SendLater when nothing was sent, AnswerUnknown when no whole answer came."""
        headers = call_headers(self.merchant, self.key)
        try:
            async with self._open().request(method, self.url + path, data=body, headers=headers) as response:
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
