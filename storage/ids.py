"""New ids: UUIDs of version 7, so that rows made together are stored together."""

import os
import time
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_MASK = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)


def new_id() -> UUID:
    """A new UUID of version 7: milliseconds since 1970, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & _RANDOM_MASK
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | random | _VERSION | _VARIANT)
