"""A language model behind an OpenAI-compatible address, asked only where our own reading is unsure.

It costs money and time, so it is asked under a deadline, within each merchant's allowance for the day, not twice the
same within the cache's time, and not for a while after it failed several times in a row. Whatever goes wrong, our own
reading stands.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import field, replace
from typing import Annotated, Any, Protocol

import aiohttp
import msgspec
from msgspec import Meta

from dialogs.messages import Locale
from dialogs.nlu.embedded import understand_now
from dialogs.nlu.llm_schema import (
    INTENTS,
    NOT_FOR_A_MODEL,
    STARTS,
    Answer,
    Asked,
    answer_schema,
    asked_of,
    chat_messages,
    read_answer,
    told_only,
    with_answer,
)
from dialogs.nlu.second_reading import SURE_FROM, may_start
from dialogs.understanding import Context, Intent, Nlu, Understanding
from refund_core.values import value

ANSWER_BYTES_MAX = 65_536
ERROR_BYTES_MAX = 4_096
_SCHEMA_NAME = "reading"
_FORMATS: tuple[dict[str, Any] | None, ...] = (
    {"type": "json_schema", "json_schema": {"name": _SCHEMA_NAME, "strict": True, "schema": answer_schema()}},
    {"type": "json_object"},
    None,
)
_REFUSED_SHAPE = frozenset({400, 404, 415, 422})
_encode = msgspec.json.Encoder().encode


class Allowance(Protocol):
    """What a merchant may spend on the model in a day, kept where it is not lost."""

    async def take(self, merchant: str, tokens: int) -> bool:
        """One call with so many tokens at most; False where that is more than is left."""
        ...

    async def give_back(self, merchant: str, tokens: int) -> None:
        """So many tokens of a call were not used."""
        ...


@value(frozen=True, slots=True)
class LlmOptions:
    """Where the model is and how much of it there is."""

    url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    deadline_seconds: float = 1.5
    answer_tokens_max: int = 300
    cache_size: int = 2_000
    cache_seconds: float = 3_600.0
    failures_max: int = 5
    pause_seconds: float = 30.0


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct, frozen=True):
    total_tokens: Annotated[int, Meta(ge=1, le=1_000_000)]


class _Completion(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]
    usage: Any = None


class NoReading(Exception):
    """The model gave nothing to go by; why is one word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@value(frozen=True, slots=True)
class _Shape:
    """How this server wants to be asked; narrowed once where it refuses."""

    format_at: int = 0
    limit_name: str = "max_tokens"
    has_temperature: bool = True


class LlmNlu:
    """An Nlu: our own reading, and the model's where ours is unsure."""

    def __init__(
        self,
        options: LlmOptions,
        http: aiohttp.ClientSession,
        allowance: Allowance,
        *,
        first: Nlu | None = None,
        note: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._options = options
        self._http = http
        self._allowance = allowance
        self._first = first
        self._note = note
        self._clock = clock or asyncio.get_running_loop().time
        self._shape = _Shape()
        self._cache: OrderedDict[bytes, tuple[float, Answer]] = OrderedDict()
        self._failures = 0
        self._paused_until = 0.0

    async def understand(self, text: str, locale: Locale, context: Context) -> Understanding:
        """Read one text; the model is asked only where our own reading (or the first model's) is unsure."""
        own = understand_now(text, locale, context) if self._first is None else None
        if own is None and self._first is not None:
            own = await self._first.understand(text, locale, context)
        assert own is not None  # noqa: S101  # one of the two made it
        if not _is_for_model(own, context):
            return own
        asked = asked_of(text, own.locale or locale, context)
        try:
            answer = await self._answer(asked, context.merchant or "")
        except NoReading as none:
            self._note(none.why)
            return own
        if answer.wish in STARTS and not may_start(INTENTS[answer.wish], text, context):
            self._note("start_refused")
            return with_answer(own, told_only(answer), asked, context)
        self._note("read")
        return with_answer(own, answer, asked, context)

    async def _answer(self, asked: Asked, merchant: str) -> Answer:
        key = hashlib.blake2b(f"{merchant}\n{asked.as_json()}".encode(), digest_size=16).digest()
        now = self._clock()
        known = self._cache.get(key)
        if known is not None and now - known[0] < self._options.cache_seconds:
            self._cache.move_to_end(key)
            return known[1]
        if now < self._paused_until:
            raise NoReading("paused")
        answer = await self._ask_in_time(asked, merchant)
        self._cache[key] = (now, answer)
        while len(self._cache) > self._options.cache_size:
            self._cache.popitem(last=False)
        return answer

    async def _ask_in_time(self, asked: Asked, merchant: str) -> Answer:
        """Ask within the deadline; several failures in a row make a pause."""
        try:
            async with asyncio.timeout(self._options.deadline_seconds):
                answer = await self._ask(asked, merchant)
        except TimeoutError:
            self._failed()
            raise NoReading("too_slow") from None
        except aiohttp.ClientError:
            self._failed()
            raise NoReading("not_reached") from None
        except NoReading as none:
            if none.why != "spent":
                self._failed()
            raise
        self._failures = 0
        return answer

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= self._options.failures_max:
            self._failures = 0
            self._paused_until = self._clock() + self._options.pause_seconds

    async def _ask(self, asked: Asked, merchant: str) -> Answer:
        for _ in range(len(_FORMATS) + 2):
            body = _encode(self._body(asked))
            tokens = len(body) // 2 + self._options.answer_tokens_max
            if not await self._allowance.take(merchant, tokens):
                raise NoReading("spent")
            status, raw = await self._post(body)
            if status == 200:
                return await self._read(raw, merchant, tokens)
            await self._allowance.give_back(merchant, tokens)
            if status not in _REFUSED_SHAPE or not self._narrow(raw):
                raise NoReading(f"status_{status}")
        raise NoReading("refused")

    def _body(self, asked: Asked) -> dict[str, Any]:
        shape = self._shape
        body: dict[str, Any] = {"model": self._options.model, "messages": chat_messages(asked), "n": 1, "stream": False}
        body[shape.limit_name] = self._options.answer_tokens_max
        if shape.has_temperature:
            body["temperature"] = 0
        answer_format = _FORMATS[shape.format_at]
        return body if answer_format is None else body | {"response_format": answer_format}

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._options.api_key is not None:
            headers["Authorization"] = f"Bearer {self._options.api_key}"
        url = self._options.url.rstrip("/") + "/chat/completions"
        async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as response:
            limit = ANSWER_BYTES_MAX if response.status == 200 else ERROR_BYTES_MAX
            return response.status, await _read_up_to(response, limit)

    async def _read(self, raw: bytes, merchant: str, tokens: int) -> Answer:
        try:
            completion = msgspec.json.decode(raw, type=_Completion)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NoReading("malformed") from None
        await self._allowance.give_back(merchant, tokens - _used(completion.usage, tokens))
        if not completion.choices or completion.choices[0].message.content is None:
            raise NoReading("empty")
        if completion.choices[0].finish_reason == "length":
            raise NoReading("cut_short")
        try:
            return read_answer(completion.choices[0].message.content)
        except (msgspec.DecodeError, UnicodeError):
            raise NoReading("malformed") from None

    def _narrow(self, raw: bytes) -> bool:
        """Ask more plainly from now on, as the refusal says; False where it says nothing that could be left out."""
        shape = self._shape
        if b"max_completion_tokens" in raw and shape.limit_name == "max_tokens":
            self._shape = replace(shape, limit_name="max_completion_tokens")
        elif b"temperature" in raw and shape.has_temperature:
            self._shape = replace(shape, has_temperature=False)
        elif (b"response_format" in raw or b"json_schema" in raw) and shape.format_at < len(_FORMATS) - 1:
            self._shape = replace(shape, format_at=shape.format_at + 1)
        else:
            return False
        return True


def _is_for_model(own: Understanding, context: Context) -> bool:
    """True for words that we are unsure of, and whose wording itself is not the answer."""
    if own.action is not None or own.confidence >= SURE_FROM or context.merchant is None:
        return False
    is_settled = own.intent is Intent.WANT_HUMAN or own.entity("complaint") is not None
    return not is_settled and context.expecting not in NOT_FOR_A_MODEL


async def _read_up_to(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body; more than that is none."""
    found = bytearray()
    async for chunk in response.content.iter_chunked(16_384):
        found += chunk
        if len(found) > limit:
            response.close()
            raise NoReading("too_long")
    return bytes(found)


def _used(usage: Any, tokens: int) -> int:
    """What a call cost, as far as the answer says so soundly; never more than was taken for it."""
    try:
        return min(tokens, msgspec.convert(usage, _Usage).total_tokens)
    except msgspec.ValidationError:
        return tokens
