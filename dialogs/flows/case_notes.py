"""Keeps what a message says with a case, within limits; what it says is for whoever looks at the case."""

from dialogs.flows.turn import Turn
from refund_core.case_customer import add_evidence
from refund_core.cases import CaseChange, RefundCase
from refund_core.replacing import replace

NOTE_LENGTH_MAX = 2_000
PICTURES_MAX = 30
WORDS_LENGTH_MAX = 500


def noted(turn: Turn, case: RefundCase, wish: str | None = None) -> CaseChange | None:
    """The message's words and pictures, and a wish in place of another, kept with the case as far as there is room."""
    claim, text = case.claim, (turn.message.text or "").encode("utf-8", "replace").decode("utf-8")
    room = min(WORDS_LENGTH_MAX, NOTE_LENGTH_MAX - len(claim.note or ""))
    words = text[: max(0, room)] or None
    pictures = turn.message.attachments[: max(0, PICTURES_MAX - len(claim.evidence))]
    wished = case if wish is None else replace(case, wish=wish or None)
    if words is None and not pictures and wished == case:
        return None
    return add_evidence(wished, pictures, limits=turn.merchant.policy.limits, moment=turn.moment, words=words)
