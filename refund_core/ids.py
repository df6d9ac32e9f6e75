"""Ids without a random source: everything new in one turn derives from the one seed that the turn was given."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Ids:
    """New ids for one turn or decision; the same seed and name give the same id, so a repeated try is the same try."""

    seed: UUID

    def uuid(self, name: str) -> UUID:
        """A UUID of version 7 that keeps the seed's time, so that rows of one moment stay together."""
        digest = hashlib.blake2b(name.encode(), key=self.seed.bytes, digest_size=16).digest()
        mixed = self.seed.bytes[:6] + digest[6:]
        value = int.from_bytes(mixed, "big")
        value = (value & ~(0xF << 76)) | (7 << 76)
        value = (value & ~(0x3 << 62)) | (0x2 << 62)
        return UUID(int=value)

    def public(self, prefix: str, name: str) -> str:
        """A public number: the prefix and 130 unguessable bits in 26 characters that people can read aloud."""
        digest = hashlib.blake2b(name.encode(), key=self.seed.bytes, digest_size=17).digest()
        value = int.from_bytes(digest, "big") >> 6
        digits = [_ALPHABET[(value >> shift) & 31] for shift in range(0, 130, 5)]
        return prefix + "".join(digits)
