"""What the core cannot go on from; a refused refund is a Decision, not an error."""


class CoreError(Exception):
    """Base of the core's errors; each carries fields, not sentences."""


class CurrencyMismatch(CoreError):
    """Two currencies met in one sum."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} with {right}")
        self.left = left
        self.right = right


class MoveNotAllowed(CoreError):
    """A case was asked to go where the table of moves has no way."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} -> {wanted}")
        self.state = state
        self.wanted = wanted


class ClaimRefused(CoreError):
    """A claim asks for what the order does not hold.

    code: unknown_line, no_lines, repeated_line, quantity_beyond_left, line_in_open_claim, nothing_left,
    wrong_currency, beyond_payments, settled_by_platform, bundle_broken, no_offer, offer_expired, no_consent, no_refund,
    already_paid, no_reason, beyond_granted, budget_spent. field names the part of the claim, left is the quantity or
    minor amount still there.
    """

    def __init__(self, code: str, *, field: str, left: int = 0, case_no: str | None = None) -> None:
        super().__init__(f"{code}: {field}")
        self.code = code
        self.field = field
        self.left = left
        self.case_no = case_no


class PolicyInvalid(CoreError):
    """A policy or offer file that cannot be used; path names the place, reason says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class VersionStale(CoreError):
    """Somebody else changed the case first; version is what it has now."""

    def __init__(self, case_no: str, version: int) -> None:
        super().__init__(f"{case_no} is at {version}")
        self.case_no = case_no
        self.version = version


class OwnRequest(CoreError):
    """Who asked for a second person's approval can not be that person."""

    def __init__(self, case_no: str) -> None:
        super().__init__(case_no)
        self.case_no = case_no


class SettingsInvalid(CoreError):
    """A merchant's own settings that cannot be meant: each bad value's name, and what is wrong with it."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in problems))
        self.problems = problems
