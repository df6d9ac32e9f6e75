"""For each channel of the registry: the settings of an account, a message as its platform sends it, and forgeries."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from channels.channel import WebhookRequest
from channels.support_chat.telegram.signature import SECRET_HEADER
from tests.servers.wechat.sealing import sha1_of
from tests.unit.channels.weixin_pushes import APP_ID, ENCODING_AES_KEY, NONCE, safe_push, sealed

SAID = "杯子碎了，想退款"
SECRET = "a-secret-that-nobody-guesses"
NUMBER = 837465101
"""Stands in the ids of each stage's message and of the person who says it."""


@dataclass(frozen=True)
class ChannelStage:
    """settings are all needed; message is somebody saying SAID; signed is how the platform sends it.

    forged is what nobody may send, made of what the platform sent.
    """

    settings: Mapping[str, str]
    message: bytes
    signed: Callable[[bytes, datetime], WebhookRequest]
    forged: Callable[[WebhookRequest], Sequence[WebhookRequest]]
    options: Mapping[str, str] = field(default_factory=dict)


def _header(name: str, start: str = "") -> Callable[[bytes, datetime], WebhookRequest]:
    return lambda raw, _: WebhookRequest("POST", {}, {name: start + SECRET}, raw)


def _other_headers(name: str, start: str = "") -> Callable[[WebhookRequest], list[WebhookRequest]]:
    """Without the secret, with an empty one, a part of it, more than it, and another."""
    wrong = ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "ä")
    return lambda right: [
        replace(right, headers={}),
        *(replace(right, headers={name: start + secret}) for secret in wrong),
    ]


def _pushed(raw: bytes, now: datetime) -> WebhookRequest:
    """A push of WeChat's in safe mode."""
    encrypted, stamp = sealed(raw), str(int(now.timestamp()))
    plain, whole = sha1_of(SECRET, stamp, NONCE), sha1_of(SECRET, stamp, NONCE, encrypted)
    return safe_push(encrypted, timestamp=stamp, signature=plain, msg_signature=whole)


def _other_pushes(right: WebhookRequest) -> list[WebhookRequest]:
    """Without a signature, with an empty one, one of another time, too old, and over another body."""
    query = dict(right.query)
    late = str(int(query["timestamp"]) - int(timedelta(hours=1).total_seconds()))
    without = {name: value for name, value in query.items() if name != "msg_signature"}
    return [
        replace(right, query=without),
        replace(right, query=query | {"msg_signature": ""}),
        replace(right, query=query | {"msg_signature": query["msg_signature"].upper() + "0"}),
        replace(right, query=query | {"timestamp": str(int(query["timestamp"]) + 1)}),
        replace(right, query=query | {"timestamp": late}),
        replace(right, raw=right.raw.replace(b"<![CDATA[", b"<![CDATA[A", 2)),
    ]


_REST = ChannelStage(
    {"token": SECRET},
    json.dumps({"sender": f"visitor-{NUMBER}", "message": SAID, "message_id": f"m-{NUMBER}"}).encode(),
    _header("authorization", "Bearer "),
    _other_headers("authorization", "Bearer "),
)
_TELEGRAM = ChannelStage(
    {"bot_token": "7012345678:AAF-token", "webhook_secret": SECRET},
    json.dumps({
        "update_id": NUMBER,
        "message": {
            "message_id": 2041,
            "from": {"id": NUMBER, "is_bot": False, "first_name": "Lin", "language_code": "zh-hans"},
            "chat": {"id": NUMBER, "first_name": "Lin", "type": "private"},
            "date": 1795665601,
            "text": SAID,
        },
    }).encode(),
    _header(SECRET_HEADER),
    _other_headers(SECRET_HEADER),
)  # fmt: skip
_WEIXIN_TEXT = (
    "<xml><ToUserName><![CDATA[gh_3f1c9a7be042]]></ToUserName><FromUserName>"
    f"<![CDATA[oFan6s0d4w9GZ3mT7kL1q{NUMBER}]]></FromUserName><CreateTime>1795665601</CreateTime>"
    f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{SAID}]]></Content><MsgId>24{NUMBER}</MsgId></xml>"
).encode()
_WECHAT = ChannelStage(
    {"app_id": APP_ID, "app_secret": SECRET[::-1], "token": SECRET},
    _WEIXIN_TEXT,
    _pushed,
    _other_pushes,
    {"encoding_aes_key": ENCODING_AES_KEY},
)
_MINI_PROGRAM = replace(_WECHAT, options={"encoding_aes_key": ENCODING_AES_KEY, "message_format": "xml"})

CHANNEL_STAGES: Mapping[str, ChannelStage] = MappingProxyType(
    {"rest": _REST, "telegram": _TELEGRAM, "wechat": _WECHAT, "mini_program": _MINI_PROGRAM}
)
