"""What people and platforms write, without what no text needs; pure."""

import re

# Control characters but tab and line ends, lone surrogates, and the marks that turn the direction of writing.
_UNWANTED = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and direction marks, and without blank ends."""
    return _UNWANTED.sub("", text).strip()
