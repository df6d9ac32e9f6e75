"""Money: an integer of minor units with its currency, and the only way to split it."""

from collections.abc import Sequence

from refund_core.errors import CurrencyMismatch
from refund_core.values import value


@value(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (fen, cents); may be negative only in postings."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def is_zero(self) -> bool:
        """True for exactly nothing."""
        return self.minor == 0

    def times_basis_points(self, basis_points: int) -> "Money":
        """This amount times basis_points / 10,000, rounded half up to a minor unit (a bonus of 5 % is 500)."""
        return Money((self.minor * basis_points + 5_000) // 10_000, self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Split by weights so that the parts add up to the whole.

        Every part gets its share rounded down; what is left goes, one minor unit each, to the parts with the largest
        remainders, earlier parts first among equals. All weights zero means equal weights. Raises ValueError for no
        weights, a negative weight or a negative amount.
        """
        if not weights or min(weights) < 0 or self.minor < 0:
            raise ValueError("allocate needs weights of zero or more and an amount of zero or more")
        total = sum(weights)
        if total == 0:
            weights, total = [1] * len(weights), len(weights)
        parts = [self.minor * weight // total for weight in weights]
        left = self.minor - sum(parts)
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(self.minor * weights[i] % total), i))
        for index in by_remainder[:left]:
            parts[index] += 1
        return tuple(Money(part, self.currency) for part in parts)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)


def zero(currency: str) -> Money:
    """Nothing of a currency."""
    return Money(0, currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum; zero of the currency when there is nothing to add. Raises CurrencyMismatch."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result
