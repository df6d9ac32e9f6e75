"""`python -m tests.chaos`: kills at random and checks; exit 1 when something did not hold.

With --kills, runs of --seconds follow one another, each with the next seed and a fresh shop, until that many are done.
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec

from tests.chaos.harness import Plan, Report, run_chaos


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="how long a run strikes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0, help="repeat runs until so many kills")
    parser.add_argument("--keep", action="store_true", help="keep the folders with the data and logs")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that whatever it started ends with it
    total = Report()
    seed = wanted.seed
    while not total.faults and (seed == wanted.seed or total.kills < wanted.kills):
        total = _added(total, _run(Plan(wanted.seconds, seed), keeps=wanted.keep))
        print(f"seed {seed}: {total.kills} kills, {len(total.faults)} faults", file=sys.stderr, flush=True)
        seed += 1
    print(msgspec.json.format(msgspec.json.encode(total)).decode())
    sys.exit(1 if total.faults else 0)


def _run(plan: Plan, *, keeps: bool) -> Report:
    folder = Path(tempfile.mkdtemp(prefix="rbc-", dir="/tmp"))
    try:
        return asyncio.run(run_chaos(plan, folder))
    finally:
        if keeps:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _added(total: Report, one: Report) -> Report:
    return Report(
        seconds=total.seconds + one.seconds,
        kills=total.kills + one.kills,
        strikes=dict(Counter(total.strikes) + Counter(one.strikes)),
        checks=total.checks + one.checks,
        talks=total.talks + one.talks,
        acknowledged=total.acknowledged + one.acknowledged,
        repeated=total.repeated + one.repeated,
        refunds=dict(Counter(total.refunds) + Counter(one.refunds)),
        faults=total.faults + one.faults,
    )


if __name__ == "__main__":
    main()
