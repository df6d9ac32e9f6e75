"""Walks for long: `python -m tests.conversations.long --turns 1000000`, with progress and a report at the end."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.conversations.walks import MOVES, walk

WALKS_AT_ONCE = 250


def main() -> None:
    """Walk, show how far it is, and say what was reached; the first broken promise ends it with its seed."""
    wanted = _wanted()
    walks = -(-wanted.turns // MOVES)
    starts = range(wanted.seed, wanted.seed + walks, WALKS_AT_ONCE)
    reached: Counter[str] = Counter()
    began = time.monotonic()
    with ProcessPoolExecutor(wanted.processes) as pool:
        for found in pool.map(walk_some, starts):
            reached += found
            _show(reached["turns"], walks * MOVES, time.monotonic() - began)
    seconds = time.monotonic() - began
    print(f"\n{reached.pop('turns'):,} turns in {seconds:.0f} s, no promise broken")
    print(", ".join(f"{name} {count:,}" for name, count in reached.most_common()))


def walk_some(start: int) -> Counter[str]:
    """A batch of walks."""
    reached: Counter[str] = Counter()
    for seed in range(start, start + WALKS_AT_ONCE):
        reached += walk(seed)
    return reached


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0, help="the first walk's seed")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def _show(done: int, wanted: int, seconds: float) -> None:
    left = seconds / done * (wanted - done)
    print(f"\r{done:,} of {wanted:,} turns, about {max(left, 0):.0f} s left ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
