"""What may become of a call to somebody else's server: not now, never, or nobody knows."""


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
