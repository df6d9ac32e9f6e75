"""Ids without a random source: everything new in one turn derives from the one seed that the turn was given."""

import hashlib
from uuid import UUID

from refund_core.values import value

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(low + high for high in _ALPHABET for low in _ALPHABET)
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


@value(frozen=True, slots=True)
class Ids:
    """New ids for one turn or decision; the same seed and name give the same id, so a repeated try is the same try."""

    seed: UUID

    def uuid(self, name: str) -> str:
        """A UUID of version 7 that keeps the seed's time, so that rows of one moment stay together."""
        seed = self.seed.bytes
        digest = hashlib.blake2b(name.encode(), key=seed, digest_size=16).hexdigest()
        time, variant = seed[:6].hex(), _VARIANTS[digest[16]]
        return f"{time[:8]}-{time[8:]}-7{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:]}"

    def public(self, prefix: str, name: str) -> str:
        """A public number: the prefix and 130 unguessable bits in 26 characters that people can read aloud."""
        digest = hashlib.blake2b(name.encode(), key=self.seed.bytes, digest_size=17).digest()
        value = int.from_bytes(digest, "big") >> 6
        return prefix + "".join([_PAIRS[(value >> shift) & 1023] for shift in range(0, 130, 10)])
