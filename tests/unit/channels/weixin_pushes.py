"""Captured pushes, signed and encrypted as WeChat does it."""

from datetime import UTC, datetime
from pathlib import Path

from channels.channel import WebhookRequest
from channels.weixin.crypto import PushKeys, read_aes_key
from tests.servers.wechat.sealing import aes_key, seal, sha1_of

CAPTURES = Path(__file__).resolve().parents[2] / "captures"
NOW = datetime.fromtimestamp(1764064805, UTC)
STAMP = "1764064800"
NONCE = "486452656"
TOKEN = "a-token-of-ours"
APP_ID = "wxba5fad812f8e6fb9"
ENCODING_AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"
PLAIN = PushKeys(APP_ID, TOKEN)
SAFE = PushKeys(APP_ID, TOKEN, read_aes_key(ENCODING_AES_KEY))


def captured(name: str) -> bytes:
    return (CAPTURES / name).read_bytes()


def plain_push(raw: bytes, **changed: str) -> WebhookRequest:
    """A push in plain mode; changed are its query's values."""
    query = {"timestamp": STAMP, "nonce": NONCE, "openid": "o", "signature": sha1_of(TOKEN, STAMP, NONCE)}
    return WebhookRequest("POST", query | changed, {}, raw)


def sealed(plain: bytes, *, key: str = ENCODING_AES_KEY, app_id: str = APP_ID, padding: int | None = None) -> str:
    """What WeChat puts into Encrypt for this account."""
    return seal(plain, aes_key(key), app_id, padding=padding)


def safe_push(encrypted: str, *, is_json: bool = False, **changed: str) -> WebhookRequest:
    """A push in safe mode."""
    raw = (
        f'{{"ToUserName":"gh_1","Encrypt":"{encrypted}"}}'
        if is_json
        else f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    query = {
        "timestamp": STAMP, "nonce": NONCE, "encrypt_type": "aes", "signature": sha1_of(TOKEN, STAMP, NONCE),
        "msg_signature": sha1_of(TOKEN, STAMP, NONCE, encrypted),
    }  # fmt: skip
    return WebhookRequest("POST", query | changed, {}, raw.encode())
