"""A merchant's Telegram bot as a channel: its parts under one name."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, GetMe, SetMyCommands, SetWebhook
from aiogram.types import BotCommand
from aiogram.utils.token import TokenValidationError

from channels.channel import (
    Account,
    Arrival,
    BadSetting,
    Capabilities,
    Fetched,
    Media,
    Payload,
    PayloadUnreadable,
    Receipt,
    Setting,
    Spoken,
    Tokens,
    Unreachable,
    WebhookAnswer,
    WebhookRequest,
)
from channels.pictures import Picture, PictureRoom
from channels.support_chat.telegram.answers import RETRY_SECONDS
from channels.support_chat.telegram.client import TelegramClient
from channels.support_chat.telegram.keyboard import BUTTONS_MAX, CALLBACK_BYTES_MAX, LABEL_LENGTH_MAX
from channels.support_chat.telegram.parse import UPDATE_KINDS, parse_payload, parse_update
from channels.support_chat.telegram.render import TEXT_LENGTH_MAX, render_replies
from channels.support_chat.telegram.signature import checked_secret, verify_secret
from channels.support_chat.telegram.ticks import shown_anew
from dialogs.messages import Locale
from dialogs.texts.catalogue import say
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

SETTINGS = (
    Setting("bot_token", is_secret=True),
    Setting("webhook_secret", is_required=False, is_secret=True),
    Setting("api_base", is_required=False, default="https://api.telegram.org"),
    Setting("mode", is_required=False, default="webhook", choices=("webhook", "polling")),
)
COMMANDS = ("refund", "status", "human", "help")
_LANGUAGES: tuple[tuple[Locale, str | None], ...] = (("en", None), ("zh-CN", "zh"))
_CAPABILITIES = Capabilities(
    text_max=TEXT_LENGTH_MAX,
    buttons_max=BUTTONS_MAX,
    button_label_max=LABEL_LENGTH_MAX,
    action_bytes_max=CALLBACK_BYTES_MAX,
)
_PICTURE_ROOM = PictureRoom(bytes_max=10_000_000, side_max=4_096)
_BASE_WANTED = "api_base must be an address such as https://api.telegram.org"
_log = structlog.get_logger()


class TelegramChannel:
    """A bot whose updates come to our webhook."""

    capabilities = _CAPABILITIES

    def __init__(self, client: TelegramClient, *, secret: str, webhook_url: str) -> None:
        self._client = client
        self._secret = secret
        self._webhook_url = webhook_url

    def verify(self, request: WebhookRequest, *, now: datetime) -> bytes:  # noqa: ARG002  # nothing here grows stale
        """The update, if the request shows this account's secret."""
        verify_secret(request.headers, self._secret)
        return request.raw

    def challenge(self, request: WebhookRequest, *, now: datetime) -> WebhookAnswer | None:  # noqa: ARG002
        """Telegram does not check an address."""
        return None

    def parse(self, payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
        """What a person did."""
        return parse_payload(payload, now=now)

    def render(self, spoken: Sequence[Spoken], locale: Locale, *, edits: str | None = None) -> tuple[Payload, ...]:
        """The calls that say it."""
        return render_replies(spoken, locale, edits=edits)

    def answer(self, request: WebhookRequest, arrival: Arrival | None, payload: Payload | None) -> WebhookAnswer:  # noqa: ARG002
        """An empty 200: of a call in the answer Telegram would not tell the outcome."""
        return WebhookAnswer()

    def picked(self, arrival: Arrival, one: Spoken, picks: Mapping[int, int], locale: Locale) -> Payload | None:
        """The ticks anew."""
        place = arrival.pick.place if arrival.pick is not None else None
        return None if place is None else shown_anew(one, picks, locale, place=place, edits=arrival.edits)

    async def send(self, user: str, payload: Payload, *, key: str) -> Receipt:  # noqa: ARG002  # Telegram knows no keys
        """One call to the Bot API."""
        return await self._client.send(user, payload)

    async def acknowledge(self, arrival: Arrival, words: str = "") -> None:
        """Stops the button's waiting sign, with a few words over the chat."""
        if arrival.handle:
            with contextlib.suppress(SendLater, SendRefused, AnswerUnknown, Unreachable):
                await self._client.call(AnswerCallbackQuery(callback_query_id=arrival.handle, text=words or None))

    async def fetch(self, media: Media, *, bytes_max: int) -> Fetched:
        """The picture or video."""
        return await self._client.fetch(media.ref, bytes_max=bytes_max)

    @property
    def picture_room(self) -> PictureRoom:
        """What Telegram takes as a photo."""
        return _PICTURE_ROOM

    async def with_picture(self, payload: Payload, picture: Picture) -> Payload:
        """The photo with its words; the picture goes with the call."""
        caption = payload.body.get("caption")
        return Payload("sendPhoto", {"photo": picture} | ({"caption": caption} if caption else {}))

    async def connect(self) -> None:
        """Tell Telegram where updates go and which commands there are. Raises like send; the same call does no harm."""
        await self._point_updates()
        for locale, language in _LANGUAGES:
            commands = [BotCommand(command=name, description=say(f"command.{name}", locale)) for name in COMMANDS]
            await self._client.call(SetMyCommands(commands=commands, language_code=language))

    async def check(self) -> None:
        """Ask Telegram whether it knows the bot. Raises like send."""
        await self._client.call(GetMe())

    async def _point_updates(self) -> None:
        kinds = list(UPDATE_KINDS)
        await self._client.call(
            SetWebhook(url=self._webhook_url, secret_token=self._secret, allowed_updates=kinds, max_connections=40)
        )

    async def close(self) -> None:
        """Give back connections."""
        await self._client.close()


class PolledTelegramChannel(TelegramChannel):
    """A bot whose updates we ask for, where Telegram cannot reach us."""

    async def poll(self, *, after: str | None) -> tuple[tuple[Arrival, ...], str | None]:
        """What happened after the mark, which is the last update's number; waits up to 25 seconds."""
        try:
            updates = await self._client.updates(after=int(after) if after else None)
        except SendRefused as refused:
            if "webhook_is_active" in refused.code:
                await self._point_updates()
            raise SendLater(RETRY_SECONDS, refused.code) from None
        except (AnswerUnknown, Unreachable) as error:
            raise SendLater(RETRY_SECONDS, str(error)) from None
        now = datetime.now(UTC)
        arrivals = tuple(arrival for update in updates for arrival in _read(update, now))
        numbers = [update["update_id"] for update in updates if type(update.get("update_id")) is int]
        return arrivals, str(max(numbers)) if numbers else after

    async def _point_updates(self) -> None:
        await self._client.call(DeleteWebhook())


def open_channel(account: Account, tokens: Tokens) -> TelegramChannel:  # noqa: ARG001  # a bot's token never changes
    """The bot, ready for use; nothing is called yet. Raises BadSetting."""
    given = {setting.name: account.settings.get(setting.name) or setting.default for setting in SETTINGS}
    mode, secret = given["mode"], given["webhook_secret"]
    if mode not in {"webhook", "polling"}:
        raise BadSetting("mode must be webhook or polling")
    if mode == "webhook" or secret:
        secret = checked_secret(secret)
    kind = TelegramChannel if mode == "webhook" else PolledTelegramChannel
    return kind(_client(given), secret=secret, webhook_url=account.webhook_url)


def _client(given: dict[str, str]) -> TelegramClient:
    if not given["bot_token"]:
        raise BadSetting("bot_token is missing")
    try:
        return TelegramClient(given["bot_token"], _checked_base(given["api_base"]))
    except TokenValidationError:
        raise BadSetting("bot_token must be the number and the key that BotFather gave, with a colon between") from None


def _checked_base(api_base: str) -> str:
    try:
        parts = urlsplit(api_base)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise BadSetting(_BASE_WANTED) from None
    if not is_address or parts.query or parts.fragment or parts.username or set("{} ") & set(api_base):
        raise BadSetting(_BASE_WANTED)
    return api_base


def _read(update: dict[str, object], now: datetime) -> tuple[Arrival, ...]:
    """One update of several; one that cannot be read is told to the operator and stops no other."""
    try:
        return parse_update(update, now=now)
    except PayloadUnreadable as error:
        _log.warning("telegram.update_unreadable", update_id=update.get("update_id"), fault=str(error))
        return ()
