"""A Rasa server as the understanding: POST /model/parse under a deadline, and our own reading where that gives nothing.

What leaves is the text without phones, addresses, names and long numbers, and only where our own reading is not exact.
After a failure the server is left alone for a while, so that one that is down holds nobody up twice.
"""

import asyncio
from collections.abc import Callable
from dataclasses import field

import aiohttp
import msgspec

from dialogs.messages import Locale
from dialogs.nlu.embedded import understand_now
from dialogs.nlu.masking import masked
from dialogs.nlu.rasa_parse import NotAReading, read_parse
from dialogs.nlu.second_reading import Reading, is_exact, merged
from dialogs.understanding import Context, Intent, Understanding
from refund_core.shape_words import UNREADABLE
from refund_core.values import value

ANSWER_BYTES_MAX = 262_144
TEXT_LENGTH_SENT_MAX = 400
_COMMAND = "/"
"""What Rasa takes as an intent named outright, not as words."""


@value(frozen=True, slots=True)
class RasaOptions:
    """Where the server is, what it wants to be shown, how long it may take and rests after a failure."""

    url: str
    token: str | None = field(default=None, repr=False)
    seconds: float = 1.0
    rest_seconds: float = 10.0


class NoParse(Exception):
    """The server gave nothing to go by; why is one word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RasaNlu:
    """An Nlu: our own reading, bettered by a Rasa model where that may be."""

    def __init__(
        self,
        options: RasaOptions,
        http: aiohttp.ClientSession,
        *,
        note: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._url = options.url.rstrip("/") + "/model/parse"
        self._query = {} if options.token is None else {"token": options.token}
        self._options = options
        self._http = http
        self._note = note
        self._clock = clock or asyncio.get_running_loop().time
        self._resting_until = float("-inf")

    async def understand(self, text: str, locale: Locale, context: Context) -> Understanding:
        """Read one text; whatever goes wrong at the server, our own reading stands."""
        own = understand_now(text, locale, context)
        if not self._is_worth_asking(own, text):
            return own
        try:
            reading = await self._parse(masked(text[:TEXT_LENGTH_SENT_MAX]))
        except NoParse as error:
            self._resting_until = self._clock() + self._options.rest_seconds
            self._note(error.why)
            return own
        self._note("read")
        return merged(own, reading, text, context)

    def _is_worth_asking(self, own: Understanding, text: str) -> bool:
        if is_exact(own) or own.intent is Intent.WANT_HUMAN or own.entity("complaint") is not None:
            return False
        if not text.strip() or text.strip().startswith(_COMMAND):
            return False
        return self._clock() >= self._resting_until

    async def _parse(self, text: str) -> Reading:
        """Ask once. Raises NoParse."""
        try:
            async with asyncio.timeout(self._options.seconds):
                raw = await self._answer(text)
        except TimeoutError:
            raise NoParse("slow") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise NoParse("unreachable") from None
        try:
            return read_parse(msgspec.json.decode(raw))
        except (*UNREADABLE, NotAReading):
            raise NoParse("malformed") from None

    async def _answer(self, text: str) -> bytes:
        async with self._http.post(
            self._url, params=self._query, json={"text": text}, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise NoParse("refused")
            raw = bytearray()
            async for chunk in response.content.iter_any():
                raw += chunk
                if len(raw) > ANSWER_BYTES_MAX:
                    raise NoParse("malformed")
            return bytes(raw)
