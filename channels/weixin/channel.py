"""A channel over WeChat's pushes and messages: what official accounts and mini-programs do in the same way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.channel import (
    Arrival,
    BadSetting,
    Capabilities,
    Fetched,
    Media,
    Payload,
    Receipt,
    Setting,
    Spoken,
    WebhookAnswer,
    WebhookRequest,
)
from channels.pictures import PICTURE, Picture, PictureRoom
from channels.weixin.answers import TAKEN, text_answer, transfer_answer
from channels.weixin.client import API_BASE, WeixinClient
from channels.weixin.crypto import PushKeys, read_aes_key
from channels.weixin.media import PICTURE_ROOM, fetch_media, upload_picture
from channels.weixin.notice import NoticeTemplate, notice_payload
from channels.weixin.render import CasePage
from channels.weixin.signature import answer_challenge, verify_push
from dialogs.messages import Locale
from refund_core.sending import SendRefused

LATE_SECONDS = 20
"""Windows are taken to close so much earlier than WeChat closes them: five seconds may pass until a message is written
down, five more until it has a token (BEGIN_SECONDS), and ten until its call ends (TIMEOUT_SECONDS)."""
PER_SECOND = 2
"""What people do is told to the second, so all that was sent within it counts: more would use up their new window."""
TRANSFER = "transfer_customer_service"
COMMON_SETTINGS = (
    Setting("app_id"),
    Setting("app_secret", is_secret=True),
    Setting("token", is_secret=True),
    Setting("encoding_aes_key", is_required=False, is_secret=True),
    Setting("api_base", is_required=False, default=API_BASE),
    Setting("template_id", is_required=False),
    Setting("template_fields", is_required=False),
    Setting("transfer_to_service", is_required=False, default="no", choices=("no", "yes")),
    Setting("case_page", is_required=False),
    Setting("mini_program_page", is_required=False),
    Setting("mini_program_thumb", is_required=False),
)
Parse = Callable[..., tuple[Arrival, ...]]
Render = Callable[[Sequence[Spoken], Locale, CasePage], tuple[Payload, ...]]


@dataclass(slots=True)
class WeixinChannel:
    """One account; parse and render are the kind's own, notices the method of what may be sent outside windows."""

    capabilities: Capabilities
    keys: PushKeys
    client: WeixinClient
    page: CasePage
    template: NoticeTemplate | None
    notices: str
    parse_push: Parse
    render_replies: Render
    transfers: bool = False

    def verify(self, request: WebhookRequest, *, now: datetime) -> bytes:
        """The push, decrypted in safe mode. Raises SignatureRejected."""
        return verify_push(request, self.keys, now=now)

    def challenge(self, request: WebhookRequest, *, now: datetime) -> WebhookAnswer | None:
        """The echo of WeChat's check of the address, None for a push. Raises SignatureRejected."""
        return answer_challenge(request, self.keys, now=now)

    def parse(self, payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
        """What happened. Raises PayloadUnreadable."""
        return self.parse_push(payload, now=now)

    def render(self, spoken: Sequence[Spoken], locale: Locale, *, edits: str | None = None) -> tuple[Payload, ...]:  # noqa: ARG002  # WeChat changes no message
        """The replies in as few messages as go."""
        return self.render_replies(spoken, locale, self.page)

    def notice(self, spoken: Sequence[Spoken], locale: Locale) -> Payload | None:
        """What may be sent when no reply window is open, None where there is nothing."""
        return notice_payload(self.notices, self.template, spoken, locale, self.page)

    @property
    def handed_over(self) -> Payload | None:
        """The transfer to WeChat's own customer service, where the account wants it."""
        return Payload(TRANSFER, {}) if self.transfers else None

    def answer(self, request: WebhookRequest, arrival: Arrival | None, payload: Payload | None) -> WebhookAnswer:
        """The push's answer; only what a person wrote can be handed to WeChat's customer service."""
        if arrival is None or payload is None:
            return TAKEN
        if payload.method == PICTURE:
            return TAKEN  # an answer carries words
        if payload.method == TRANSFER:
            return transfer_answer(request, self.keys, arrival) if arrival.window == "message" else TAKEN
        return text_answer(request, self.keys, arrival, payload.body["text"]["content"])

    async def send(self, user: str, payload: Payload, *, key: str) -> Receipt:  # noqa: ARG002  # WeChat knows no keys
        """Send one message. Raises SendLater, SendRefused, AnswerUnknown, WindowClosed and Unreachable."""
        answer = await self._sending(user, payload.method, payload.body)
        return Receipt(str(answer.get("msgid", "")))

    async def acknowledge(self, arrival: Arrival, words: str = "") -> None:
        """WeChat wants none."""

    async def fetch(self, media: Media, *, bytes_max: int) -> Fetched:
        """What the user sent. Raises SendLater and SendRefused."""
        return await fetch_media(self.client, media, bytes_max=bytes_max)

    @property
    def picture_room(self) -> PictureRoom:
        """What WeChat takes."""
        return PICTURE_ROOM

    async def with_picture(self, payload: Payload, picture: Picture) -> Payload:  # noqa: ARG002  # no words below it
        """The picture, given to WeChat for three days; what shows it counts, giving it does not."""
        return Payload("image", {"image": {"media_id": await upload_picture(self.client, picture)}})

    async def close(self) -> None:
        """Close its connections."""
        await self.client.close()

    def _sending(self, user: str, method: str, body: Mapping[str, Any]) -> Awaitable[Mapping[str, Any]]:
        """The call of wechatpy that writes this payload."""
        sent: Awaitable[Mapping[str, Any]]
        match method:
            case "text":
                sent = self.client.message.send_text(user, body["text"]["content"])
            case "msgmenu":
                sent = self.client.message.send_msg_menu(user, body["msgmenu"])
            case "image":
                sent = self.client.message.send_image(user, body["image"]["media_id"])
            case "miniprogrampage":
                sent = self.client.message.send_mini_program_page(user, body["miniprogrampage"])
            case "template":
                leads_to = (body.get("url"), body.get("miniprogram"))
                sent = self.client.message.send_template(user, body["template_id"], body["data"], *leads_to)
            case "subscribe":
                sent = self.client.wxa.send_subscribe_message(user, body["template_id"], body["data"], body.get("page"))
            case _:
                raise SendRefused(f"NOT_SENT_HERE {method}")
        return sent


def read_keys(settings: Mapping[str, str]) -> PushKeys:
    """What pushes are verified with. Raises BadSetting."""
    for name in ("app_id", "app_secret", "token"):
        value = settings.get(name, "")
        if not value:
            raise BadSetting(f"{name}: missing")
        if not value.isascii() or not value.isprintable() or " " in value:
            raise BadSetting(f"{name}: expected letters, digits and signs without blanks")
    return PushKeys(settings["app_id"], settings["token"], read_aes_key(settings.get("encoding_aes_key", "")))


def read_api_base(settings: Mapping[str, str]) -> str:
    """Where WeChat is called. Raises BadSetting."""
    address = settings.get("api_base") or API_BASE
    if not address.startswith(("https://", "http://")):
        raise BadSetting("api_base: expected an address that begins with https://")
    return address


def is_on(settings: Mapping[str, str], name: str) -> bool:
    """A setting that is yes or no. Raises BadSetting."""
    value = settings.get(name) or "no"
    if value not in {"yes", "no"}:
        raise BadSetting(f"{name}: expected yes or no")
    return value == "yes"
