"""How WeChat signs and encrypts, written apart from the code under test."""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sha1_of(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def aes_key(encoding_aes_key: str) -> bytes:
    return base64.b64decode(f"{encoding_aes_key}=")


def seal(plain: bytes, key: bytes, app_id: str, *, padding: int | None = None) -> str:
    """What stands in Encrypt; a padding of another length may be asked for."""
    whole = os.urandom(8).hex().encode() + struct.pack(">I", len(plain)) + plain + app_id.encode()
    length = 32 - len(whole) % 32
    whole += bytes([length if padding is None else padding]) * length
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(whole) + encryptor.finalize()).decode()


def unseal(encrypted: str, key: bytes, app_id: str) -> bytes:
    """What stands in an Encrypt; nothing about its form may be wrong."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    whole = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    padding = whole[-1]
    assert 1 <= padding <= 32
    assert whole.endswith(bytes([padding]) * padding)
    (length,) = struct.unpack(">I", whole[16:20])
    assert whole[20 + length : -padding] == app_id.encode()
    return whole[20 : 20 + length]
