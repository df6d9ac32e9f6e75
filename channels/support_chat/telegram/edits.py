"""What may become of our message when one of its buttons is pressed; pure.

The answer to a question takes the question's place, so a chat does not fill with menus. A text that is a record (what
was confirmed, a notice) stays; it only loses its buttons.
"""

from dataclasses import dataclass

_KEEPS_TEXT = ":keep"
# Answers to a question. All other buttons (confirm, human, status, appeal …) stand below what should stay readable.
_ANSWERS = frozenset(
    {"order", "line", "lines", "reason", "remedy", "resolution", "offer", "evidence", "back", "verify"}
)
_ADDS_EVIDENCE = "evidence:add:"


@dataclass(frozen=True, slots=True)
class Edit:
    """One of our messages, and whether its text stays."""

    message_id: int
    keeps_text: bool


def edit_mark(message_id: int, data: str) -> str:
    """The mark of our message that carried the button with this data."""
    is_answer = data.startswith("@") or data.partition(":")[0] in _ANSWERS
    return f"{message_id}" if is_answer and not data.startswith(_ADDS_EVIDENCE) else f"{message_id}{_KEEPS_TEXT}"


def read_edit(mark: str | None) -> Edit | None:
    """The message of a mark; None for what is no mark of ours."""
    number = (mark or "").removesuffix(_KEEPS_TEXT)
    if mark is None or not number.isascii() or not number.isdecimal():
        return None
    return Edit(int(number), keeps_text=mark.endswith(_KEEPS_TEXT))
