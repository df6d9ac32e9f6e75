"""`python -m tests.fuzz [TARGET…] --inputs 1000000`: a line a target; exit 1 with the seed of a finding."""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.fuzz.targets import all_targets
from tests.fuzz.throwing import Finding, seeds, throw


def main() -> None:
    """Throw at each target in turn."""
    names = sorted(all_targets())
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(names)}; all without one")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="so many for each target")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=1)
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.targets) - set(names)):
        parser.error(f"no such target: {', '.join(unknown)}")
    has_finding = False
    with ProcessPoolExecutor(wanted.processes) as pool:
        for name in wanted.targets or names:
            has_finding |= not _thrown(pool, name, wanted)
    sys.exit(has_finding)


def _thrown(pool: ProcessPoolExecutor, name: str, wanted: argparse.Namespace) -> bool:
    """True where every promise was kept."""
    began, taken, done = time.monotonic(), 0, 0
    plan = list(seeds(wanted.seed, wanted.inputs))
    try:
        for (_, inputs), found in zip(plan, pool.map(partial(_throw, name), plan), strict=True):
            taken, done = taken + found, done + inputs
            print(f"\r{name}: {done:,} of {wanted.inputs:,} ", end="", file=sys.stderr, flush=True)
    except Finding as finding:
        print(f"\r{finding}")
        return False
    print(f"\r{name}: {done:,} inputs, {taken:,} taken, the others refused, {time.monotonic() - began:.0f} s")
    return True


def _throw(name: str, part: tuple[int, int]) -> int:
    return throw(name, *part)


if __name__ == "__main__":
    main()
