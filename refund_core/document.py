"""A table of a policy or offer document, read by name; whatever is not as asked raises PolicyInvalid with its path."""

from collections.abc import Mapping
from enum import StrEnum

from refund_core.errors import PolicyInvalid
from refund_core.values import value

_MINOR_MAX = 10**12


@value(frozen=True, slots=True)
class Reader:
    """One table with its place in the document."""

    values: Mapping[str, object]
    path: str

    def names(self) -> tuple[str, ...]:
        """The names that are there."""
        return tuple(self.values)

    def only(self, *allowed: str) -> None:
        """Refuse every name that is not one of these."""
        for name in self.values:
            if name not in allowed:
                raise PolicyInvalid(self._at(name), "is not a known name here")

    def value(self, name: str) -> object:
        """Whatever stands there, or None."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """Words that must be there."""
        found = self.optional_text(name)
        if found is None:
            raise PolicyInvalid(self._at(name), "is missing")
        return found

    def optional_text(self, name: str) -> str | None:
        """Words, or None where there are none."""
        found = self.values.get(name)
        if found is None:
            return None
        if not isinstance(found, str) or not found.strip():
            raise PolicyInvalid(self._at(name), "must be words")
        return found.strip()

    def one_of(self, name: str, words: type[StrEnum]) -> str:
        """One word of a closed set."""
        found = self.text(name)
        if found not in tuple(words):
            raise PolicyInvalid(self._at(name), f"{found} is not one of {', '.join(words)}")
        return found

    def whole_number(self, name: str, default: int | None, *, at_least: int = 0) -> int:
        """A whole number; without a default it must be there."""
        found = self.values.get(name, default)
        if found is None:
            raise PolicyInvalid(self._at(name), "is missing")
        if not isinstance(found, int) or isinstance(found, bool) or not at_least <= found <= _MINOR_MAX:
            raise PolicyInvalid(self._at(name), f"must be a whole number from {at_least} on")
        return found

    def table(self, name: str) -> "Reader":
        """A table below; an absent one is empty."""
        found = self.values.get(name, {})
        if not isinstance(found, Mapping):
            raise PolicyInvalid(self._at(name), "must be a table")
        return Reader(found, self._at(name))

    def tables(self, name: str) -> tuple["Reader", ...]:
        """A list of tables below; an absent one is empty."""
        found = self.values.get(name, [])
        if not isinstance(found, list | tuple):
            raise PolicyInvalid(self._at(name), "must be a list of tables")
        for index, row in enumerate(found):
            if not isinstance(row, Mapping):
                raise PolicyInvalid(f"{self._at(name)}[{index}]", "must be a table")
        return tuple(Reader(row, f"{self._at(name)}[{index}]") for index, row in enumerate(found))

    def amounts(self) -> dict[str, int]:
        """This table as minor units by currency."""
        for currency in self.values:
            if len(currency) != 3 or not currency.isalpha() or not currency.isupper():
                raise PolicyInvalid(self._at(currency), "is not a currency code")
        return {currency: self.whole_number(currency, None) for currency in self.values}

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
