"""Encryption at rest: AES-256-GCM and keyed hashes under keys derived from the one master secret; and masks."""

import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_MASK = "*"


class CannotDecrypt(Exception):
    """The ciphertext was altered, belongs to another row or column, or was made under another master secret."""


class Vault:
    """Encrypts what identifies a person; every ciphertext is bound to its context and opens nowhere else."""

    __slots__ = ("_cipher", "_lookup_key", "_master")

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"the master secret must have {KEY_BYTES} bytes")
        self._master = master_key
        self._cipher = AESGCM(self.derive("column-encryption"))
        self._lookup_key = self.derive("lookup-hash")

    def __repr__(self) -> str:
        return "Vault(…)"

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; keys of different purposes tell nothing about each other."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"refundbot", info=purpose.encode()).derive(self._master)

    def encrypt(self, text: str, *, context: str) -> bytes:
        """Encrypt a text for one place, see `context_of`."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())

    def decrypt(self, raw: bytes, *, context: str) -> str:
        """The text that was encrypted for this place. Raises CannotDecrypt, always alike."""
        nonce, sealed = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        if raw[:1] != _FORMAT or len(nonce) != _NONCE_BYTES:
            raise CannotDecrypt
        try:
            return self._cipher.decrypt(nonce, sealed, context.encode()).decode()
        except InvalidTag:
            raise CannotDecrypt from None

    def lookup_hash(self, text: str, *, context: str = "") -> bytes:
        """A keyed hash by which a value can be found without being readable; the context keeps merchants apart."""
        return hmac.digest(self._lookup_key, f"{context}\x00{text}".encode(), "sha256")

    def fingerprint(self, content: bytes) -> bytes:
        """A keyed hash of some content, by which it is known again; it tells nothing about the content."""
        return hashlib.blake2b(content, key=self._lookup_key, digest_size=32, person=b"fingerprint").digest()


@lru_cache(maxsize=1024)
def context_of(merchant_id: UUID, table: str, column: str) -> str:
    """The place of all of one merchant's values in one column; bind_to adds the row."""
    return f"{merchant_id}/{table}.{column}"


def bind_to(context: str, row: str) -> str:
    """The place of one row's value."""
    return f"{context}/{row}"


def mask_phone(phone: str) -> str:
    """The last four digits, and stars for the rest."""
    visible = 4 if len(phone) > 7 else 2
    return _MASK * max(len(phone) - visible, 0) + phone[-visible:]


def mask_name(name: str) -> str:
    """The first letter, and stars for the rest."""
    return name[:1] + _MASK * (len(name) - 1)


def mask_email(email: str) -> str:
    """The first letter and the domain."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}{_MASK * 3}{at}{domain}" if at else mask_name(email)
