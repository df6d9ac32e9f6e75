"""What people and platforms write, without what no text needs; pure."""

import re
from typing import TypeGuard

NAME_LENGTH_MAX = 128
"""How long a platform's name of a person, an account, a message or a press may be; they have 20 to 64 characters."""
MEDIA_LENGTH_MAX = 512
"""How long its name of a picture or a video may be."""

# Control characters but tab and line ends, lone surrogates, and the marks that turn the direction of writing.
_UNWANTED = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and direction marks, and without blank ends."""
    return _UNWANTED.sub("", text).strip()


def is_name(value: object, length_max: int = NAME_LENGTH_MAX) -> TypeGuard[str]:
    """True for a text by which a platform may name something: 1 to length_max characters of ASCII, no controls."""
    return isinstance(value, str) and 0 < len(value) <= length_max and value.isascii() and value.isprintable()
