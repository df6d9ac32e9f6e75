"""What the turns of one batch want to know, read for all of them together; and what concerns codes, read apart.

Codes are rare: a turn that asks nothing about one costs no further trip to the database.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bot.turn_batch import Turn
from bot.turn_parts import TurnParts
from dialogs.facts import Facts, Merchant, Needs
from dialogs.proof import CodeChecked, ProofFacts
from refund_core.replacing import replace
from storage.fact_store import FactsWanted, Known, load_facts
from storage.proof_store import ProofAsked, load_proof
from storage.reading import CanFetch

_NOTHING = Needs()


async def load_turn_facts(
    parts: TurnParts, known: Known, db: CanFetch, turns: Sequence[Turn], *, now: datetime
) -> list[Facts | None]:
    """The facts of each turn in their order; None for one that is not thought about."""
    merchants: dict[UUID, Merchant] = {}
    wanted: list[FactsWanted] = []
    proofs: dict[int, ProofFacts] = {}
    for turn in turns:
        if turn.needs is None:
            continue
        before, state = turn.before, turn.state
        merchant = merchants.get(before.merchant_id)
        if merchant is None:
            merchant = merchants[before.merchant_id] = await parts.merchant(before.merchant_id)
        customer = state.customer or before.customer
        asked = FactsWanted(before.merchant_id, merchant, before.customer_id, customer, turn.needs, state.only_order)
        if turn.needs.proof is not None:
            asked, proof = await _with_proof(parts, db, turn, asked, now=now)
            if proof is not None:
                proofs[len(wanted)] = proof
        wanted.append(asked)
    found = await load_facts(db, wanted, known, now=now)
    for place, proof in proofs.items():
        found[place] = replace(found[place], proof=proof)
    in_order = iter(found)
    return [next(in_order) if turn.needs is not None else None for turn in turns]


async def _with_proof(
    parts: TurnParts, db: CanFetch, turn: Turn, asked: FactsWanted, *, now: datetime
) -> tuple[FactsWanted, ProofFacts | None]:
    """What is known of the code; with the right one the other facts are those of the order's customer, else none."""
    proving, wanted, before = parts.proving, asked.needs.proof, turn.before
    nothing = replace(asked, needs=_NOTHING)
    if proving is None or wanted is None or asked.merchant.proof is None:
        return nothing, None
    question = ProofAsked(before.merchant_id, before.conversation_id, wanted, proving.texts_per_shop_max)
    proof = await load_proof(db, proving.codes, question, now=now)
    if not isinstance(proof, CodeChecked) or not proof.is_right:
        return nothing, proof
    needs = asked.needs
    if needs.order_no == wanted.order_no:
        needs = replace(needs, order_no=proof.order_no)
    known = replace(asked, needs=needs, customer_id=None, customer=proof.customer, only_order=proof.order_no)
    return known, proof
