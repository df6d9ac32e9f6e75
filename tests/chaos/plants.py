"""`python -m tests.chaos.plants`: plants bugs in a copy of the tree, one at a time; the harness must find each.

What it found is printed as a line of a table; exit 1 when a bug lived through its run.
"""

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.chaos.harness import Report

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("bot", "channels", "connectors", "dialogs", "refund_core", "storage", "config", "tests")
RUN_SECONDS_MAX = 600


@dataclass(frozen=True)
class Edit:
    """One text in one file, replaced by another; it must be there exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Plant:
    """A bug that somebody could well have written."""

    name: str
    about: str
    edits: tuple[Edit, ...]


PAY_NOW = """
    await _pay_now(changes)
    try:
        await save_changes(tx, changes, now=now)
"""
PAY_NOW_FUNCTION = """
async def _pay_now(changes):
    from bot.gateways import Gateways
    from bot.settings import load_settings, master_key
    from bot.wiring import SANDBOX_SECRET
    from connectors.payments.gateway import RefundInstruction
    from storage.crypto import Vault

    settings = load_settings()
    gateways = Gateways(settings.url, settings.sandbox.url, Vault(master_key(settings)).derive(SANDBOX_SECRET))
    for _, change in changes:
        for refund in change.refunds if change.case.state == "refunding" else ():
            try:
                asked = RefundInstruction(refund.refund_no, refund.payment_no, refund.amount, refund.amount)
                await gateways.of("chaos", "sandbox").refund(asked)
            except Exception:
                pass
    await gateways.close()


def in_conversation("""
LATE_EFFECTS = """
async def _add_later(merchant_id, effects, now):
    import asyncio
    import os

    import asyncpg

    await asyncio.sleep(0.2)
    connection = await asyncpg.connect(os.environ["REFUNDBOT_DATABASE_URL"])
    for effect in effects:
        await connection.execute(
            "INSERT INTO outbox (id, merchant_id, kind, lane, payload, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            UUID(effect.effect_id), merchant_id, effect.kind, effect.lane,
            msgspec.json.encode(effect.payload).decode(), now)
    await connection.close()


async def _save("""
LATE_SAVE = """    for group in _one_per_order(changes):
        for merchant_id, change in group:
            import asyncio

            asyncio.get_running_loop().create_task(_add_later(merchant_id, change.effects, now))
        group = [(merchant_id, __import__("dataclasses").replace(change, effects=())) for merchant_id, change in group]
"""

PLANTS = (
    Plant(
        "no unique index",
        "messages are not unique by client id",
        (
            Edit(
                "storage/migrations/0002_constraints.py",
                "CREATE UNIQUE INDEX message_client_id_once ON message (merchant_id, conversation_id, client_id) "
                "WHERE client_id IS NOT NULL;\n",
                "",
            ),
            Edit(
                "storage/turn_store.py",
                "    ON CONFLICT (merchant_id, conversation_id, client_id) WHERE client_id IS NOT NULL DO NOTHING\n",
                "",
            ),
        ),
    ),
    Plant(
        "new number on retry",
        "a second try of a refund has another number",
        (
            Edit(
                "bot/effects.py",
                "    instruction = await instruction_of(parts, row.merchant_id, case, sending)\n",
                "    instruction = await instruction_of(parts, row.merchant_id, case, sending)\n"
                "    if sending.attempts > 1:\n"
                "        from dataclasses import replace\n"
                '        instruction = replace(instruction, refund_no=f"{refund.refund_no}-{sending.attempts}")\n',
            ),
        ),
    ),
    Plant(
        "call before commit",
        "the gateway is asked inside the transaction that decides",
        (
            Edit(
                "bot/turn_changes.py",
                "\n    try:\n        await save_changes(tx, changes, now=now)\n",
                PAY_NOW,
            ),
            Edit("bot/turn_changes.py", "\ndef in_conversation(", PAY_NOW_FUNCTION),
            Edit("bot/turn_work.py", "saved = await self._save_at_once(db, turns, now)", "saved = None"),
        ),
    ),
    Plant(
        "unknown is closed",
        "no answer is taken for a refund that was closed",
        (
            Edit(
                "bot/effects.py",
                'RefundAnswer(refund.refund_no, "pending", code=unclear.code)',
                'RefundAnswer(refund.refund_no, "closed", code=unclear.code)',
            ),
        ),
    ),
    Plant(
        "unknown is failed",
        "no answer is taken for a refusal",
        (
            Edit(
                "bot/effects.py",
                'RefundAnswer(refund.refund_no, "pending", code=unclear.code)',
                'RefundAnswer(refund.refund_no, "failed", code=unclear.code)',
            ),
        ),
    ),
    Plant(
        "final states regress",
        "a late notice takes a settled refund back, and the database's guard is gone",
        (
            Edit(
                "refund_core/case_answers.py",
                "        return _heard_after_the_end(refund, answer)\n    told = replace(",
                "        pass\n    told = replace(",
            ),
            Edit(
                "storage/migrations/0003_guards.py",
                "CREATE TRIGGER refund_is_final BEFORE UPDATE ON refund FOR EACH ROW\n"
                "    WHEN (OLD.state IN ('succeeded', 'closed') AND NEW.state <> OLD.state) "
                "EXECUTE FUNCTION refund_is_final();\n",
                "",
            ),
        ),
    ),
    Plant(
        "lost update",
        "a case is written without looking at its version",
        (Edit("storage/case_statement.py", " AND c.version = a.previous_version\n", "\n"),),
    ),
    Plant(
        "effect after commit",
        "the outbox row is written a moment after the decision, in another transaction",
        (
            Edit("storage/case_store.py", "    for group in _one_per_order(changes):\n", LATE_SAVE),
            Edit("storage/case_store.py", "\nasync def _save(", LATE_EFFECTS),
            Edit(
                "bot/turn_work.py",
                "        saved = await self._save_at_once(db, turns, now)\n",
                "        saved = None\n",
            ),
        ),
    ),
    Plant(
        "acknowledged before commit",
        "a message is answered and then saved",
        (
            Edit(
                "bot/turn_work.py",
                "        if turns:\n            await self._settle(turns, await save_turns(",
                "        for turn in turns:\n"
                "            turn.waiting.answer(Answer(turn.saved().after.last_seq, turn.answer_parts))\n"
                "        await asyncio.sleep(0.01)\n"
                "        if turns:\n            await self._settle(turns, await save_turns(",
            ),
        ),
    ),
    Plant(
        "forged notice believed",
        "a notice's signature is not checked",
        (
            Edit(
                "connectors/payments/sandbox/gateway.py",
                "        check_notice(self.key, headers, self.merchant, raw, now.timestamp())\n",
                "",
            ),
        ),
    ),
    Plant(
        "nobody polls",
        "a refund without an answer is never looked up",
        (
            Edit(
                "storage/case_statement.py",
                "THEN coalesce(r.next_look_at, {now} + interval '1 minute') END",
                "THEN NULL::timestamptz END",
            ),
        ),
    ),
)


def plant(plant: Plant, tree: Path) -> None:
    """Apply a plant to a copy of the tree; AssertionError when the source has moved on from under it."""
    for edit in plant.edits:
        path = tree / edit.path
        source = path.read_text(encoding="utf-8")
        assert source.count(edit.old) == 1, f"{plant.name}: {edit.path} has it {source.count(edit.old)} times"
        planted = source.replace(edit.old, edit.new)
        ast.parse(planted)
        path.write_text(planted, encoding="utf-8")


def copy_tree(folder: Path) -> Path:
    """A copy of everything that runs."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(bug: Plant, *, seconds: float, seed: int) -> Report:
    """One run of the harness over the planted copy."""
    with tempfile.TemporaryDirectory(prefix="rbp-", dir="/tmp") as folder:
        tree = copy_tree(Path(folder))
        plant(bug, tree)
        command = [sys.executable, "-m", "tests.chaos", "--seconds", str(seconds), "--seed", str(seed)]
        done = subprocess.run(command, cwd=tree, capture_output=True, check=False, timeout=RUN_SECONDS_MAX)
        if not done.stdout:
            return Report(faults=[f"the run itself failed: {done.stderr.decode()[-300:]}"])
        return msgspec.json.decode(done.stdout, type=Report)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.plants", description=__doc__)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="the plants whose name holds this")
    wanted = parser.parse_args()
    lived = 0
    for bug in PLANTS:
        if wanted.only in bug.name:
            report = run(bug, seconds=wanted.seconds, seed=wanted.seed)
            lived += not report.faults
            first = report.faults[0] if report.faults else "NOT FOUND"
            print(f"| {bug.name} | {report.seconds:.0f} s | {report.kills} | {first[:160]} |", flush=True)
    sys.exit(1 if lived else 0)


if __name__ == "__main__":
    main()
