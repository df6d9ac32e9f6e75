"""Proving whose order it is: an order's number, and a code that was sent to the order's phone; pure.

Nothing here tells whether an order exists: a code is asked for, counted and checked alike for any number that is named.
"""

from datetime import datetime
from typing import Literal

from refund_core.values import value

CODE_DIGITS = 6
CodeOutcome = Literal["right", "wrong", "spent", "expired", "none"]


@value(frozen=True, slots=True)
class ProofLimits:
    """How long a code holds, how often it may be tried, and how many may be asked for in a day of the merchant's."""

    code_minutes: int = 10
    tries_max: int = 5
    resend_seconds: int = 60
    codes_per_order_max: int = 5
    codes_per_chat_max: int = 10


@value(frozen=True, slots=True)
class ProofWanted:
    """What a turn wants to know of an order's codes: how many there were, or whether this is the right one."""

    order_no: str
    code: str | None = None


@value(frozen=True, slots=True)
class CodesAsked:
    """How many codes were asked for today, for the order from anywhere and in this chat, and when for the order last.

    is_used_up: the shop can send no more texts today.
    """

    for_order: int = 0
    in_chat: int = 0
    last_at: datetime | None = None
    is_used_up: bool = False


@value(frozen=True, slots=True)
class CodeChecked:
    """What the code given is worth; for the right one also whose order it is, and that order's number as the shop
    writes it.

    none: no code was asked for here. spent: tried too often, or used. tries counts those before this one.
    """

    outcome: CodeOutcome
    proof_id: str = ""
    tries: int = 0
    tries_max: int = 0
    customer: str | None = None
    order_no: str = ""

    @property
    def is_right(self) -> bool:
        """True for the right code, in time."""
        return self.outcome == "right" and self.customer is not None


ProofFacts = CodesAsked | CodeChecked


@value(frozen=True, slots=True)
class NewCode:
    """A code is asked for; the ids are the code's own and that of the text that brings it."""

    proof_id: str
    effect_id: str
    order_no: str
    expires_at: datetime
    limits: ProofLimits


@value(frozen=True, slots=True)
class CodeTried:
    """A code was tried once; tries is how often it had been before."""

    proof_id: str
    tries: int
    is_right: bool


ProofChange = NewCode | CodeTried
