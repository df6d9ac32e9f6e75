"""The REST channel: its parts under one name. Chat front ends made for Rasa's REST and callback channels speak it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from channels.channel import (
    Account,
    Arrival,
    BadSetting,
    Capabilities,
    Channel,
    Fetched,
    Media,
    Payload,
    Receipt,
    Setting,
    Spoken,
    Tokens,
    Unreachable,
    WebhookAnswer,
    WebhookRequest,
)
from channels.named_servers import may_name
from channels.rest.client import RestClient
from channels.rest.parse import parse_call
from channels.rest.render import body_for, render_messages
from channels.rest.signature import check_token
from dialogs.messages import Locale
from refund_core.sending import SendRefused

TOKEN_LENGTH_MIN = 16
SETTINGS = (Setting("token", is_secret=True), Setting("callback_url", is_required=False))


class RestChannel:
    """One front end of one merchant."""

    capabilities = Capabilities(
        text_max=4_000, buttons_max=100, button_label_max=200, action_bytes_max=4_000, passive_seconds=10.0
    )

    def __init__(self, token: str, client: RestClient | None, picture_url: Callable[[str], str]) -> None:
        self._token = token
        self._client = client
        self._picture_url = picture_url

    def verify(self, request: WebhookRequest, *, now: datetime) -> bytes:  # noqa: ARG002 - a token has no time
        """The body, if the caller knows the token. Raises SignatureRejected."""
        check_token(request, self._token)
        return request.raw

    def challenge(self, request: WebhookRequest, *, now: datetime) -> WebhookAnswer | None:  # noqa: ARG002 - the protocol's
        """A GET asks whether the channel is there, as Rasa's does."""
        if request.method != "GET":
            return None
        check_token(request, self._token)
        return WebhookAnswer(b'{"status":"ok"}', "application/json")

    def parse(self, payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
        """The one message of a call. Raises PayloadUnreadable."""
        return (parse_call(payload, now=now),)

    def render(self, spoken: Sequence[Spoken], locale: Locale, *, edits: str | None = None) -> tuple[Payload, ...]:  # noqa: ARG002 - the protocol's
        """Everything in one call."""
        return render_messages(spoken, locale, self._picture_url)

    def answer(self, request: WebhookRequest, arrival: Arrival | None, payload: Payload | None) -> WebhookAnswer:  # noqa: ARG002 - the protocol's
        """The replies as JSON; an empty list where they come later."""
        return WebhookAnswer(body_for(arrival.handle if arrival is not None else "", payload), "application/json")

    async def send(self, user: str, payload: Payload, *, key: str) -> Receipt:
        """POST to the callback address; without one nobody can be reached but in answers. Raises as Channel.send."""
        if self._client is None:
            raise Unreachable
        await self._client.post(body_for(user, payload), key=key)
        return Receipt()

    async def acknowledge(self, arrival: Arrival, words: str = "") -> None:
        """Nothing to tell."""

    async def fetch(self, media: Media, *, bytes_max: int) -> Fetched:  # noqa: ARG002 - the protocol's
        """There are no pictures in this protocol."""
        raise SendRefused(media.kind)

    async def close(self) -> None:
        """Give back connections."""
        if self._client is not None:
            await self._client.close()


def open_channel(account: Account, tokens: Tokens) -> Channel:  # noqa: ARG001 - the protocol's
    """An account. Raises BadSetting."""
    token, url = account.settings.get("token", ""), account.settings.get("callback_url", "")
    if len(token) < TOKEN_LENGTH_MIN:
        raise BadSetting(f"token: needs at least {TOKEN_LENGTH_MIN} characters")
    if url and not url.startswith(("https://", "http://")):
        raise BadSetting("callback_url: must begin with https:// or http://")
    if url and not may_name(url, account.may_call):
        raise BadSetting("callback_url: must be the address of a server that anybody may reach, without a user's name")
    client = RestClient(url, token, account.may_call) if url else None
    return RestChannel(token, client, account.picture_url)
