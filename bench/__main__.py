"""make bench: our whole turn beside its two yardsticks, in one run.

python -m bench [--quick] [--orders FILE] [--background] measures, with 32 clients:
 (a) an aiohttp handler that commits one INSERT per message through asyncpg;
 (b) our full turn through the chat API of `refundbot serve`, over a mix of real conversations;
 (c) an aiogram dispatcher with Redis FSM and one ORM write per step, fed in process;
and (b) again at half load and in a grown database, and the import of orders.
"""

import argparse
import tempfile
from pathlib import Path

from bench.plan import FULL, QUICK, Plan
from bench.report import print_report
from bench.run import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds each, a tenth of the growth")
    parser.add_argument("--orders", type=Path, help="a file of real orders whose import is measured")
    parser.add_argument("--background", action="store_true", help="let (b) pay its refunds in the same process too")
    parser.add_argument("--no-growth", action="store_true", help="leave the grown database out")
    arguments = parser.parse_args()
    plan: Plan = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory(prefix="rbb-", dir="/tmp") as folder:
        results = run(
            plan,
            Path(folder),
            orders_file=arguments.orders,
            is_growing=not arguments.no_growth,
            is_background=arguments.background,
        )
    print_report(plan, results)


if __name__ == "__main__":
    main()
