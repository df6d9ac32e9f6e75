"""For each channel of the registry: the settings of an account, a message as its platform sends it, and forgeries."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from channels.channel import WebhookRequest
from channels.support_chat.telegram.signature import SECRET_HEADER

SAID = "杯子碎了，想退款"
SECRET = "a-secret-that-nobody-guesses"


@dataclass(frozen=True)
class ChannelStage:
    """message is somebody saying SAID; signed is how the platform sends a payload; forged what nobody may send."""

    settings: Mapping[str, str]
    message: bytes
    signed: Callable[[bytes, datetime], WebhookRequest]
    forged: Callable[[WebhookRequest], Sequence[WebhookRequest]]


def _header(name: str, start: str = "") -> Callable[[bytes, datetime], WebhookRequest]:
    return lambda raw, _: WebhookRequest("POST", {}, {name: start + SECRET}, raw)


def _other_headers(name: str, start: str = "") -> Callable[[WebhookRequest], list[WebhookRequest]]:
    """Without the secret, with an empty one, a part of it, more than it, and another."""
    wrong = ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "ä")
    return lambda right: [
        replace(right, headers={}),
        *(replace(right, headers={name: start + secret}) for secret in wrong),
    ]


_REST = ChannelStage(
    {"token": SECRET},
    json.dumps({"sender": "visitor-1", "message": SAID, "message_id": "m-1"}).encode(),
    _header("authorization", "Bearer "),
    _other_headers("authorization", "Bearer "),
)
_TELEGRAM_PERSON = {"id": 5238471906, "is_bot": False, "first_name": "Lin", "language_code": "zh-hans"}
_TELEGRAM = ChannelStage(
    {"bot_token": "7012345678:AAF-token", "webhook_secret": SECRET},
    json.dumps({
        "update_id": 837465101,
        "message": {
            "message_id": 2041,
            "from": _TELEGRAM_PERSON,
            "chat": {"id": 5238471906, "first_name": "Lin", "type": "private"},
            "date": 1795665601,
            "text": SAID,
        },
    }).encode(),
    _header(SECRET_HEADER),
    _other_headers(SECRET_HEADER),
)  # fmt: skip

CHANNEL_STAGES: Mapping[str, ChannelStage] = MappingProxyType({"rest": _REST, "telegram": _TELEGRAM})
