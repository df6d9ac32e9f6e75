"""The calls of the Bot API, through aiogram; the only file here that touches the network."""

import mimetypes
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
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
from channels.reading import TooLarge, read_up_to
from channels.support_chat.telegram.answers import ANSWER_BYTES_MAX, RETRY_SECONDS, read_answer
from channels.support_chat.telegram.parse import UPDATE_KINDS
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

CALL_SECONDS_MAX = 15
POLL_SECONDS = 25
DOWNLOAD_SECONDS_MAX = 60
UPDATES_AT_ONCE_MAX = 100
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


class OneCallSession(AiohttpSession):
    """aiogram's connections, whose answers end as a result or as one of our errors, and are read up to a limit."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Result], timeout: int | None = None) -> Result:  # noqa: ASYNC109 - aiogram's name
        """Call it once. Raises SendLater, SendRefused, AnswerUnknown and Unreachable, without the token in any."""
        http = await self.create_session()
        url, form = self.api.api_url(bot.token, method.__api_method__), self.build_form_data(bot, method)
        within = ClientTimeout(total=self.timeout if timeout is None else timeout)
        try:
            async with http.post(url, data=form, timeout=within, allow_redirects=False) as response:
                raw = await read_up_to(response, ANSWER_BYTES_MAX)
        except ClientConnectorError:
            raise SendLater(RETRY_SECONDS, "no_connection") from None
        except (ClientError, OSError, TimeoutError, TooLarge):
            raise AnswerUnknown("no_answer") from None
        return read_answer(method, bot, response.status, raw)


class TelegramClient:
    """One bot. Every call is made once and ends as a result or as one of the errors that say what to do next."""

    def __init__(self, token: str, api_base: str, *, seconds_max: float = CALL_SECONDS_MAX) -> None:
        self._api = TelegramAPIServer.from_base(api_base)
        self._session = OneCallSession(api=self._api, timeout=seconds_max)
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
        return await self._bot(method, request_timeout=seconds_max)

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
        except TooLarge:
            raise SendRefused("too_large") from None
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
            return Fetched(await read_up_to(response, bytes_max), _type_of(response, path))

    async def close(self) -> None:
        """Give back the connections."""
        await self._session.close()


def _as_sent(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters as aiogram takes them."""
    return {name: _file(value) if isinstance(value, Picture) else value for name, value in body.items()}


def _file(picture: Picture) -> BufferedInputFile:
    return BufferedInputFile(picture.raw, picture.file_name)


def _type_of(response: ClientResponse, path: str) -> str:
    """What the platform claims; its octet-stream says nothing, the file's name does."""
    claimed = response.content_type
    return claimed if claimed != "application/octet-stream" else mimetypes.guess_type(path)[0] or claimed
