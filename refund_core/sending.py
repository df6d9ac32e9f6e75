"""What may become of a call to somebody else's server: not now, never, or nobody knows."""

import re

RETRY_AFTER_SECONDS_MAX = 3_600.0
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


class SendLater(Exception):
    """Not accepted, and nothing happened: the same call again, with the same number, not before so many seconds."""

    def __init__(self, after_seconds: float, code: str = "") -> None:
        super().__init__(f"{code} after {after_seconds:g} s")
        self.after_seconds = after_seconds
        self.code = code


class SendRefused(Exception):
    """Clearly refused; nothing was done by this call."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AnswerUnknown(Exception):
    """Timeout, reset, 5xx or nonsense: it may or may not have been done."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def wait_seconds(retry_after: str | None, usual: float) -> float:
    """The seconds of a Retry-After header, at most an hour; usual where there is none, or a date, or nonsense."""
    if retry_after is None or _SECONDS.fullmatch(retry_after) is None:
        return usual
    return min(float(retry_after), RETRY_AFTER_SECONDS_MAX)
