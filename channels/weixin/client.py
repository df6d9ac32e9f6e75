"""The only file that calls WeChat: one aiohttp transport under wechatpy's payload builders.

wechatpy calls itself again for as long as a token is refused, fetches tokens without a limit of time and keeps them
for one process alone; here a call is repeated once at most, and the tokens are everybody's.
"""

from collections.abc import Mapping
from time import monotonic
from typing import Any

import aiohttp
import msgspec
from wechatpy.client import WeChatClient
from yarl import URL

from channels.channel import Tokens
from channels.reading import TooLarge, read_up_to
from channels.weixin.errors import TOKEN_REFUSED, check_answer, check_status
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

API_BASE = "https://api.weixin.qq.com"
TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 3.0
NOT_REACHED_SECONDS = 5.0
ANSWER_BYTES_MAX = 256 * 1024
FORCED_SECONDS = 4_800
"""A forced token is shared for this long, so that all processes together force 18 a day at most (WeChat allows 20)."""
REFUSED_SECONDS = 60.0
BEGIN_SECONDS = 5.0
"""A call that did not begin by then begins anew, since the reply window that it was meant for may be closed."""
_WITHOUT_TOKEN = frozenset({"sns/jscode2session"})


class WeixinClient(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's client whose calls are to be awaited; opens its connections with the first one.

    Its calls raise SendLater, SendRefused, AnswerUnknown, WindowClosed and Unreachable.
    """

    def __init__(self, app_id: str, app_secret: str, api_base: str, tokens: Tokens) -> None:
        super().__init__(app_id, app_secret, auto_retry=False)
        self.api_base = api_base.rstrip("/")
        self._tokens = tokens
        self._opened: aiohttp.ClientSession | None = None

    def http(self) -> aiohttp.ClientSession:
        """The connections."""
        if self._opened is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, sock_connect=CONNECT_SECONDS)
            self._opened = aiohttp.ClientSession(timeout=timeout)
        return self._opened

    async def token(self, refused: str | None = None) -> str:
        """The token that all processes share; a refused one is replaced."""

        async def fetch() -> tuple[str, float]:
            token, seconds = await self._stable_token(is_forced=False)
            if token == refused:
                forced = f"{self.appid}:forced"
                return await self._tokens.token(forced, self._forced_token), FORCED_SECONDS
            return token, seconds

        return await self._tokens.token(f"weixin:{self.appid}", fetch, refused=refused)

    async def close(self) -> None:
        """Close its connections."""
        self._http.close()
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _request(self, method: str, url_or_endpoint: str, **how: Any) -> Mapping[str, Any]:
        """What wechatpy's builders call: one call, and a second one where the token was refused."""
        url = f"{how.pop('api_base_url', self.API_BASE_URL)}{url_or_endpoint}".replace(API_BASE, self.api_base, 1)
        query, body = dict(how.get("params") or {}), how.get("data")
        if url_or_endpoint in _WITHOUT_TOKEN:
            return await self._call(method, url, query, body)
        began = monotonic()
        token = await self._token_in_time(began)
        try:
            return await self._call(method, url, query | {"access_token": token}, body)
        except SendRefused as refused:
            if refused.code not in TOKEN_REFUSED:
                raise
        token = await self._token_in_time(began, refused=token)
        try:
            return await self._call(method, url, query | {"access_token": token}, body)
        except SendRefused as refused:
            if refused.code in TOKEN_REFUSED:
                raise SendLater(REFUSED_SECONDS, refused.code) from None
            raise

    async def _token_in_time(self, began: float, *, refused: str | None = None) -> str:
        """The token. Raises SendLater where it came too late for this call."""
        token = await self.token(refused)
        if monotonic() - began > BEGIN_SECONDS:
            raise SendLater(NOT_REACHED_SECONDS, "TOKEN_LATE")
        return token

    async def _forced_token(self) -> tuple[str, float]:
        token, _ = await self._stable_token(is_forced=True)
        return token, FORCED_SECONDS

    async def _stable_token(self, *, is_forced: bool) -> tuple[str, float]:
        asked = {
            "grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": is_forced,
        }  # fmt: skip
        try:
            answer = await self._call("post", f"{self.api_base}/cgi-bin/stable_token", {}, asked)
        except AnswerUnknown as unknown:  # nothing was sent
            raise SendLater(NOT_REACHED_SECONDS, unknown.code) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise SendLater(REFUSED_SECONDS, "NO_TOKEN")
        return token, float(seconds)

    async def _call(
        self, method: str, url: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        data = None if body is None else msgspec.json.encode(body)
        headers = {} if data is None else {"Content-Type": "application/json"}
        try:
            async with self.http().request(
                method, URL(url), params=query, data=data, headers=headers, allow_redirects=False
            ) as response:
                check_status(response.status, response.headers.get("Retry-After"))
                return check_answer(await read_up_to(response, ANSWER_BYTES_MAX))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendLater(NOT_REACHED_SECONDS, "NOT_REACHED") from None
        except TimeoutError:
            raise AnswerUnknown("TIMEOUT") from None
        except TooLarge:
            raise AnswerUnknown("TOO_LARGE") from None
        except (aiohttp.ClientError, OSError) as error:
            raise AnswerUnknown(type(error).__name__) from None
