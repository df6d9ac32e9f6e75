"""WeChat's signature, and the encryption of its safe mode; pure but for the random filling of what is encrypted."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from wechatpy.crypto import PrpCrypto

from channels.channel import BadSetting, SignatureRejected

_KEY_LENGTH = 43


@dataclass(frozen=True, slots=True)
class PushKeys:
    """What pushes of one account are verified with; without an AES key they come and go in plain."""

    app_id: str
    token: str = field(repr=False)
    aes_key: bytes | None = field(default=None, repr=False)


def read_aes_key(encoding_aes_key: str) -> bytes | None:
    """The key that WeChat's console shows as 43 characters, None for an empty one. Raises BadSetting."""
    if not encoding_aes_key:
        return None
    try:
        key = base64.b64decode(f"{encoding_aes_key}=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(encoding_aes_key) != _KEY_LENGTH or len(key) != 32:
        raise BadSetting("encoding_aes_key: expected the 43 letters and digits that WeChat's console shows")
    return key


def sign(*parts: str) -> str:
    """The signature over these parts; their order does not matter."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str | None, *parts: str) -> bool:
    """True when the signature holds, compared in constant time."""
    return bool(signature) and hmac.compare_digest(sign(*parts).encode(), str(signature).encode())


def decrypt(encrypted: str, keys: PushKeys) -> bytes:
    """What was encrypted for this account. Raises SignatureRejected, the same whatever is wrong."""
    try:
        text: str = PrpCrypto(keys.aes_key).decrypt(encrypted, keys.app_id)
        return text.encode()
    except Exception as error:  # padding, length, text, another app id: each has an error of its own, none tells more
        raise SignatureRejected("Encrypt: not encrypted for this account") from error


def encrypt(plain: bytes, keys: PushKeys, *, filling: Callable[[], str] = lambda: secrets.token_hex(8)) -> str:
    """The text encrypted for WeChat; filling gives 16 random characters."""
    crypto = PrpCrypto(keys.aes_key)
    crypto.get_random_string = filling
    encrypted: bytes = crypto.encrypt(plain, keys.app_id)
    return encrypted.decode()
