"""Calling the front end back, as Rasa's callback channel does: one POST a message to the address that was set."""

from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver

from channels.guarded_calls import IsAllowed, guarded_connector, is_refused
from refund_core.addresses import is_public
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

_SECONDS_MAX = 10.0
_RETRY_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class RestClient:
    """One account's callback address; may_call says to which network addresses its name may lead."""

    url: str
    token: str = field(repr=False)
    may_call: IsAllowed = is_public
    names: AbstractResolver | None = None
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
            if is_refused(error):
                raise SendRefused("address_not_public") from None
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
            connector = guarded_connector(self.may_call, self.names)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=_SECONDS_MAX)
            )
        return self._session
