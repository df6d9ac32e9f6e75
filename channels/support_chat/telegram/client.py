"""The calls of the Bot API, through aiogram; the only file here that touches the network."""

import mimetypes
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetUpdates,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile, Message
from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientTimeout

from channels.channel import Fetched, Payload, Receipt, Unreachable
from channels.pictures import Picture
from channels.support_chat.telegram.parse import UPDATE_KINDS
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

CALL_SECONDS_MAX = 15
POLL_SECONDS = 25
DOWNLOAD_SECONDS_MAX = 60
UPDATES_AT_ONCE_MAX = 100
RETRY_SECONDS = 5
_CHUNK_BYTES = 64 * 1024
_FILE_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_METHODS: Mapping[str, Callable[..., TelegramMethod[Any]]] = MappingProxyType({
    "sendMessage": SendMessage,
    "sendPhoto": SendPhoto,
    "editMessageText": EditMessageText,
    "editMessageReplyMarkup": EditMessageReplyMarkup,
})  # fmt: skip
Result = TypeVar("Result")


class RawUpdates(GetUpdates):
    """getUpdates whose updates are read one by one, so that one that cannot be read stops no other."""

    __returning__ = list[dict[str, Any]]


class TelegramClient:
    """One bot. Every call is made once and ends as a result or as one of the errors that say what to do next."""

    def __init__(self, token: str, api_base: str, *, seconds_max: float = CALL_SECONDS_MAX) -> None:
        self._api = TelegramAPIServer.from_base(api_base)
        self._session = AiohttpSession(api=self._api, timeout=seconds_max)
        self._bot = Bot(token, session=self._session)

    async def send(self, user: str, payload: Payload) -> Receipt:
        """Say it, or change what was said. A message that is as wanted already counts as changed."""
        method = _METHODS.get(payload.method)
        if method is None:
            raise SendRefused("unknown_method")
        try:
            result = await self.call(method(chat_id=int(user), **_as_sent(payload.body)))
        except SendRefused as refused:
            if "not_modified" not in refused.code:
                raise
            return Receipt(str(payload.body.get("message_id", "")))
        return Receipt(str(result.message_id)) if isinstance(result, Message) else Receipt()

    async def call(self, method: TelegramMethod[Result], *, seconds_max: int | None = None) -> Result:
        """Call it once, for as long as any call unless told otherwise.

        Raises SendLater, SendRefused, AnswerUnknown and Unreachable, without the token in any.
        """
        try:
            return await self._bot(method, request_timeout=seconds_max)
        except TelegramRetryAfter as error:
            raise SendLater(error.retry_after, "too_many_requests") from None
        except TelegramForbiddenError as error:
            raise Unreachable(_code(error)) from None
        except (TelegramAPIError, ClientDecodeError) as error:
            raise _outcome(error) from None

    async def updates(self, *, after: int | None) -> list[dict[str, Any]]:
        """Wait for what happened after that update."""
        offset = None if after is None else after + 1
        wanted = RawUpdates(
            offset=offset, limit=UPDATES_AT_ONCE_MAX, timeout=POLL_SECONDS, allowed_updates=list(UPDATE_KINDS)
        )
        updates: Any = await self.call(wanted, seconds_max=POLL_SECONDS + CALL_SECONDS_MAX)
        return list(updates)

    async def fetch(self, file_id: str, *, bytes_max: int) -> Fetched:
        """The file, from the Bot API's own address. Raises SendLater and SendRefused alone: it may be repeated."""
        try:
            file = await self.call(GetFile(file_id=file_id))
            if file.file_size is not None and file.file_size > bytes_max:
                raise SendRefused("too_large")
            if not file.file_path or not _FILE_PATH.fullmatch(file.file_path):
                raise SendRefused("file_path")
            return await self._downloaded(file.file_path, bytes_max)
        except (AnswerUnknown, ClientError, TimeoutError):
            raise SendLater(RETRY_SECONDS, "no_answer") from None
        except Unreachable as error:
            raise SendRefused(str(error)) from None

    async def _downloaded(self, path: str, bytes_max: int) -> Fetched:
        session = await self._session.create_session()
        url = self._api.file_url(self._bot.token, path)
        headers, timeout = {"Accept-Encoding": "identity"}, ClientTimeout(total=DOWNLOAD_SECONDS_MAX)
        async with session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as response:
            if response.status == 429 or response.status >= 500:
                raise SendLater(RETRY_SECONDS, f"http_{response.status}")
            if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
                raise SendRefused(f"http_{response.status}")
            return Fetched(await _at_most(response, bytes_max), _type_of(response, path))

    async def close(self) -> None:
        """Give back the connections."""
        await self._session.close()


def _as_sent(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters as aiogram takes them."""
    return {name: _file(value) if isinstance(value, Picture) else value for name, value in body.items()}


def _file(picture: Picture) -> BufferedInputFile:
    return BufferedInputFile(picture.raw, picture.file_name)


async def _at_most(response: ClientResponse, bytes_max: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        raw += chunk
        if len(raw) > bytes_max:
            raise SendRefused("too_large")
    return bytes(raw)


def _type_of(response: ClientResponse, path: str) -> str:
    """What the platform claims; its octet-stream says nothing, the file's name does."""
    claimed = response.content_type
    return claimed if claimed != "application/octet-stream" else mimetypes.guess_type(path)[0] or claimed


def _outcome(error: TelegramAPIError | ClientDecodeError) -> SendLater | SendRefused | AnswerUnknown:
    """What may have become of a call that gave no result."""
    if isinstance(error, TelegramEntityTooLarge):
        return SendRefused("too_large")
    if isinstance(error, TelegramNetworkError):
        is_unsent = isinstance(error.__cause__, ClientConnectorError)
        return SendLater(RETRY_SECONDS, "no_connection") if is_unsent else AnswerUnknown("no_answer")
    if isinstance(error, TelegramServerError | ClientDecodeError):
        return AnswerUnknown("server_error" if isinstance(error, TelegramServerError) else "no_json")
    if isinstance(error, TelegramBadRequest) or "too many requests" not in error.message.lower():
        return SendRefused(_code(error))
    return SendLater(RETRY_SECONDS, "too_many_requests")


def _code(error: TelegramAPIError) -> str:
    """The platform's reason as one word of letters, so that nothing of a customer is in it."""
    return re.sub(r"[^a-z]+", "_", error.message.lower()).strip("_")[:60]
