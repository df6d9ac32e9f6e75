"""The codes of a talk: asked for, tried and used up as the store does it, with codes that tests can foresee."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogs.proof import CodeChecked, CodesAsked, CodeTried, NewCode, ProofChange


@dataclass(frozen=True)
class Sent:
    """One code that was asked for."""

    made: NewCode
    at: datetime
    code: str
    tries: int = 0
    is_used: bool = False


@dataclass
class Phones:
    """What was asked for in a talk; is_used_up: the shop can send no more."""

    sent: list[Sent] = field(default_factory=list)
    is_used_up: bool = False

    @property
    def last(self) -> str:
        """The code that came last."""
        return self.sent[-1].code

    @property
    def wrong(self) -> str:
        """A code that is not the one that came last."""
        return f"{(int(self.last) + 1) % 1_000_000:06d}"

    def asked(self, order_no: str) -> CodesAsked:
        """How many codes there were."""
        same = [one for one in self.sent if one.made.order_no == order_no]
        last_at = same[-1].at if same else None
        return CodesAsked(len(same), len(self.sent), last_at, self.is_used_up)

    def checked(self, order_no: str, code: str, customer: str | None, *, at: datetime) -> CodeChecked:
        """What a code is worth."""
        same = [one for one in self.sent if one.made.order_no == order_no]
        if not same:
            return CodeChecked("none")
        found = same[-1]
        limit = found.made.limits.tries_max
        if found.is_used or found.tries >= limit:
            return CodeChecked("spent", found.made.proof_id, found.tries, limit)
        if found.made.expires_at <= at:
            return CodeChecked("expired", found.made.proof_id, found.tries, limit)
        if code != found.code or customer is None:
            return CodeChecked("wrong", found.made.proof_id, found.tries, limit)
        return CodeChecked("right", found.made.proof_id, found.tries, limit, customer, order_no)

    def save(self, change: ProofChange, *, at: datetime) -> None:
        """A code is asked for, or one was tried."""
        match change:
            case NewCode():
                self.sent.append(Sent(change, at, f"{(len(self.sent) + 1) * 41_297 % 1_000_000:06d}"))
            case CodeTried(proof_id, tries, is_right):
                place = next(place for place, one in enumerate(self.sent) if one.made.proof_id == proof_id)
                found = self.sent[place]
                assert (found.tries, found.is_used) == (tries, False)
                self.sent[place] = replace(found, tries=tries + 1, is_used=is_right)
