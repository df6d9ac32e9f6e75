"""Calling the front end back, as Rasa's callback channel does: one POST a message to the address that was set."""

from dataclasses import dataclass, field

import aiohttp

from refund_core.sending import AnswerUnknown, SendLater, SendRefused

_SECONDS_MAX = 10.0
_RETRY_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class RestClient:
    """One account's callback address."""

    url: str
    token: str = field(repr=False)
    _session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, *, key: str) -> None:
        """POST once; key tells a repeated call. Raises SendLater, SendRefused and AnswerUnknown."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            async with self._open().post(self.url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except aiohttp.ClientConnectorError as error:
            raise SendLater(_RETRY_SECONDS, "CONNECT") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AnswerUnknown(type(error).__name__) from error
        if status == 429:
            raise SendLater(_RETRY_SECONDS, "429")
        if status >= 500:
            raise AnswerUnknown(str(status))
        if not 200 <= status < 300:
            raise SendRefused(str(status))

    async def close(self) -> None:
        """Give back connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS_MAX))
        return self._session
