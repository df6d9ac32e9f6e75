"""What PostgreSQL can hold as text; whoever looks for anything else finds nothing."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """False for a text with U+0000 or half of a surrogate pair, which no row can hold."""
    return _UNSTORABLE.search(text) is None
