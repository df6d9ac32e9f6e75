"""The case changes of turns, saved in the transaction that saved the turns themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bot.turn_batch import ChangedWorld, Turn
from bot.turn_parts import Proving
from refund_core.cases import CaseChange, RefundCase
from refund_core.replacing import replace
from storage.case_store import MerchantChange, WorldChanged, save_changes
from storage.proof_store import ProofMade, ProofOvertaken, save_proof
from storage.transaction import Transaction


def case_changes(turns: Sequence[Turn]) -> list[tuple[UUID, MerchantChange]]:
    """What all these turns change of cases, each with its turn's conversation."""
    return [
        (
            turn.before.conversation_id,
            (turn.before.merchant_id, replace(change, case=in_conversation(turn, change.case))),
        )
        for turn in turns
        for change in turn.changes
    ]


async def save_case_changes(tx: Transaction, turns: Sequence[Turn], now: datetime) -> None:
    """Save the changes of all these turns, or none.

    Raises ChangedWorld with the turns whose case, line or payment is no longer as it was read; WorldChanged where that
    may be any of several.
    """
    changes = [change for _, change in case_changes(turns)]
    if not changes:
        return
    try:
        await save_changes(tx, changes, now=now)
    except WorldChanged as changed:
        concerned = _concerned(turns, changed)
        if not concerned:
            raise
        raise ChangedWorld(concerned) from changed


async def save_proofs(tx: Transaction, proving: Proving | None, turns: Sequence[Turn], now: datetime) -> None:
    """Save the codes that these turns asked for or tried. Raises ChangedWorld where somebody else was faster."""
    for turn in turns:
        if turn.proof is None or proving is None:
            continue
        before = turn.before
        made = ProofMade(before.merchant_id, before.conversation_id, turn.saved().after.state.locale, turn.proof)
        try:
            await save_proof(tx, proving.codes, made, now=now)
        except ProofOvertaken as overtaken:
            raise ChangedWorld([turn]) from overtaken


def in_conversation(turn: Turn, case: RefundCase) -> RefundCase:
    """The case as it is saved: a new one belongs to the conversation in which it was opened."""
    if case.conversation_id is not None:
        return case
    before = turn.before
    return replace(case, conversation_id=str(before.conversation_id), channel=before.channel)


def _of_merchant(turn: Turn, change: CaseChange) -> MerchantChange:
    return turn.before.merchant_id, replace(change, case=in_conversation(turn, change.case))


def _concerned(turns: Sequence[Turn], changed: WorldChanged) -> list[Turn]:
    if len(turns) == 1:
        return list(turns)
    return [turn for turn in turns if any(change.case.case_no in changed.case_nos for change in turn.changes)]
