"""Codes for phones: each follows from its own id and a secret key, so none has to be stored to be sent."""

import hmac
from uuid import UUID

from dialogs.proof import CODE_DIGITS


class Codes:
    """Makes codes and the keyed hashes by which they are known again."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Codes(…)"

    def code_of(self, proof_id: UUID) -> str:
        """The code of that id: six digits that nobody without the key can tell."""
        number = int.from_bytes(hmac.digest(self._key, b"code" + proof_id.bytes, "sha256"))
        return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def hash_of(self, proof_id: UUID, code: str) -> bytes:
        """What is stored of a code; it fits no other id."""
        return hmac.digest(self._key, b"hash" + proof_id.bytes + code.encode(), "sha256")

    def is_right(self, proof_id: UUID, code: str, stored: bytes) -> bool:
        """True for the code of which that was stored, compared in constant time."""
        return hmac.compare_digest(self.hash_of(proof_id, code), stored)
