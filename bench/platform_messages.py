"""Messages as the platforms send them, signed, for accounts whose settings are made here."""

import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from channels.channel import WebhookRequest
from tests.servers.wechat.sealing import aes_key, seal, sha1_of

SECRET = "a-secret-for-the-benchmark"
APP_ID = "wxba5fad812f8e6fb9"
AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"
_numbers = itertools.count(24_876_543_210_987_654)
Make = Callable[[int, str], WebhookRequest]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of account: its channel, its settings (api_base comes with them) and a text as its platform sends it."""

    channel: str
    settings: Mapping[str, str]
    make: Make
    has_api: bool = True


def _rest(user: int, text: str) -> WebhookRequest:
    body = {"sender": f"visitor-{user}", "message": text, "message_id": f"m-{next(_numbers)}"}
    return WebhookRequest("POST", {}, {"authorization": f"Bearer {SECRET}"}, json.dumps(body).encode())


def _telegram(user: int, text: str) -> WebhookRequest:
    person = {"id": 5_238_000_000 + user, "is_bot": False, "first_name": "Lin", "language_code": "zh-hans"}
    chat = {"id": person["id"], "first_name": "Lin", "type": "private"}
    message = {
        "message_id": next(_numbers) % 10**9,
        "from": person,
        "chat": chat,
        "date": int(time.time()),
        "text": text,
    }
    body = {"update_id": next(_numbers) % 10**9, "message": message}
    return WebhookRequest("POST", {}, {"x-telegram-bot-api-secret-token": SECRET}, json.dumps(body).encode())


def _pushed(plain: bytes, *, envelope: str) -> WebhookRequest:
    """A push in safe mode; envelope is json or xml."""
    stamp, nonce = str(int(time.time())), str(next(_numbers) % 10**9)
    sealed = seal(plain, aes_key(AES_KEY), APP_ID)
    query = {
        "signature": sha1_of(SECRET, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sha1_of(SECRET, stamp, nonce, sealed),
    }
    if envelope == "json":
        raw = json.dumps({"ToUserName": "gh_bench", "Encrypt": sealed}).encode()
    else:
        raw = f"<xml><ToUserName>gh_bench</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    return WebhookRequest("POST", query, {}, raw)


def _wechat(user: int, text: str) -> WebhookRequest:
    plain = (
        f"<xml><ToUserName>gh_bench</ToUserName><FromUserName>oBench{user:022}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{next(_numbers)}</MsgId></xml>"
    )
    return _pushed(plain.encode(), envelope="xml")


def _mini_program(user: int, text: str) -> WebhookRequest:
    push = {
        "ToUserName": "gh_bench", "FromUserName": f"oBench{user:022}", "CreateTime": int(time.time()),
        "MsgType": "text", "Content": text, "MsgId": next(_numbers),
    }  # fmt: skip
    return _pushed(json.dumps(push, ensure_ascii=False).encode(), envelope="json")


_WEIXIN = {"app_id": APP_ID, "app_secret": "s3cret", "token": SECRET, "encoding_aes_key": AES_KEY}
KINDS = (
    Kind("wechat", _WEIXIN, _wechat),
    Kind("mini_program", _WEIXIN, _mini_program),
    Kind("telegram", {"bot_token": "7012345678:AAF-token", "webhook_secret": SECRET}, _telegram),
    Kind("rest", {"token": SECRET}, _rest, has_api=False),
)


def http_request(path: str, request: WebhookRequest) -> bytes:
    """The whole HTTP request."""
    target = f"{path}?{urlencode(request.query)}" if request.query else path
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    head = f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(request.raw)}\r\n\r\n"
    return head.encode() + request.raw
