"""`python -m tests.chaos`: one run; exit 1 when something did not hold."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.chaos.harness import Plan, Report, run_chaos


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0, help="stop after so many kills; 0 = by time alone")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the data and logs")
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rbc-", dir="/tmp"))
    try:
        report = asyncio.run(run_chaos(Plan(wanted.seconds, wanted.seed, wanted.kills), folder))
    finally:
        if wanted.keep:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    show(report)
    sys.exit(1 if report.faults else 0)


def show(report: Report) -> None:
    """The report as JSON, faults last."""
    print(msgspec.json.format(msgspec.json.encode(report)).decode())


if __name__ == "__main__":
    main()
