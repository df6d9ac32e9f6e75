"""The only file that calls the sandbox: signed requests over aiohttp."""

import secrets
import time
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from connectors.payments.sandbox.signature import Stamp, sign_request
from refund_core.sending import AnswerUnknown, SendLater

TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 3.0
NOT_REACHED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    retry_after: str | None
    raw: bytes


@dataclass(slots=True)
class SandboxClient:
    """Calls the sandbox as one merchant; opens its connections with the first call."""

    url: str
    merchant: str
    key: bytes = field(repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS
    _session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, body: bytes = b"") -> Answer:
        """One signed request. Raises SendLater when nothing was sent, AnswerUnknown when no whole answer came."""
        stamp = Stamp(int(time.time()), secrets.token_hex(8))
        headers = sign_request(self.key, self.merchant, method, path, body, stamp)
        try:
            address = URL(self.url + path, encoded=True)
            async with self._open().request(method, address, data=body, headers=headers) as response:
                return Answer(response.status, response.headers.get("Retry-After"), await response.read())
        except aiohttp.ClientConnectorError:
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
            timeout = aiohttp.ClientTimeout(total=self.timeout_seconds, sock_connect=CONNECT_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session
