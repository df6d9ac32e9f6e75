"""`refundbot nlu-eval`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import click
import msgspec

from dialogs.actions import parse_action
from dialogs.commands import Confirm, HandOver, SetReason, SetResolution
from dialogs.messages import Locale
from dialogs.nlu.embedded import understand_now
from dialogs.understanding import Context, Intent, Understanding

READINGS_TIMED = 5
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a test file: a text, what was just asked, and what it may be understood as."""

    id: str
    locale: Locale
    text: str
    accept: tuple[Intent, ...]
    expecting: str | None = None
    reason: str | None = None
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A row that was understood as something else."""

    id: str
    got: Intent
    accept: tuple[Intent, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The contract's figures over a file; a share over no rows is null."""

    n: int
    right: int
    accuracy: float | None
    false_starts: int
    false_start_rate: float | None
    want_human_recall: float | None
    reason_accuracy: float | None
    resolution_accuracy: float | None
    microseconds_p50: float
    microseconds_p99: float
    misses: tuple[Miss, ...]


@click.command("nlu-eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print every figure and every miss as one JSON object.")
def nlu_eval(file: Path, is_json: bool) -> None:
    """Measure the understanding on FILE, one labelled message a line.

    Each time is the best of five readings of the row. Needs no database; exits 1 when FILE holds a bad row or none.
    """
    evaluation = evaluate(read_rows(file))
    if is_json:
        click.echo(msgspec.json.encode(evaluation).decode())
        return
    for name in Evaluation.__slots__[:-1]:
        click.echo(f"{name:20} {_shown(getattr(evaluation, name))}")
    for miss in evaluation.misses:
        click.echo(f"{miss.id}: {miss.got}, not {' or '.join(miss.accept)} ({miss.confidence:.2f})")


def read_rows(file: Path) -> tuple[Row, ...]:
    """The rows of a test file; the first bad one ends the command with its line number."""
    rows = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=Row))
        except msgspec.DecodeError as error:
            click.echo(f"Line {number}: {error}", err=True)
            sys.exit(1)
    if not rows:
        click.echo(f"{file} holds no rows.", err=True)
        sys.exit(1)
    return tuple(rows)


def evaluate(rows: Sequence[Row]) -> Evaluation:
    """Understand every row and count.

    A row is a matter of want_human recall where nothing but a person is right.
    """
    read = [(row, *_timed(row)) for row in rows]
    got = [(row, understood, meant(understood)) for row, understood, _ in read]
    misses = [
        Miss(row.id, intent, row.accept, seen.confidence) for row, seen, intent in got if intent not in row.accept
    ]
    quiet = [intent for row, _, intent in got if not _STARTS & set(row.accept)]
    false_starts = sum(intent in _STARTS for intent in quiet)
    times = sorted(seconds * 1e6 for _, _, seconds in read)
    return Evaluation(
        n=len(rows),
        right=len(rows) - len(misses),
        accuracy=_share(len(rows) - len(misses), len(rows)),
        false_starts=false_starts,
        false_start_rate=_share(false_starts, len(quiet)),
        want_human_recall=_all_hits([i is Intent.WANT_HUMAN for r, _, i in got if r.accept == (Intent.WANT_HUMAN,)]),
        reason_accuracy=_all_hits([_named(u, "reason") == r.reason for r, u, _ in got if r.reason]),
        resolution_accuracy=_all_hits([_named(u, "resolution") == r.resolution for r, u, _ in got if r.resolution]),
        microseconds_p50=round(times[len(times) // 2], 1),
        microseconds_p99=round(times[min(len(times) - 1, len(times) * 99 // 100)], 1),
        misses=tuple(misses),
    )


def meant(understood: Understanding) -> Intent:
    """The intent, where a plain answer such as "human" or a reason's name was read as the action it amounts to."""
    match parse_action(understood.action or ""):
        case Confirm(is_yes):
            return Intent.AFFIRM if is_yes else Intent.DENY
        case SetReason():
            return Intent.GIVE_REASON
        case HandOver():
            return Intent.WANT_HUMAN
        case _:
            return understood.intent


def _timed(row: Row) -> tuple[Understanding, float]:
    context = Context(row.expecting)
    understood = understand_now(row.text, row.locale, context)
    best = 1.0
    for _ in range(READINGS_TIMED):
        start = perf_counter()
        understand_now(row.text, row.locale, context)
        best = min(best, perf_counter() - start)
    return understood, best


def _named(understood: Understanding, name: str) -> str | None:
    match parse_action(understood.action or ""):
        case SetReason(code) if name == "reason":
            return code
        case SetResolution(code) if name == "resolution":
            return code
        case _:
            return understood.entity(name)


def _all_hits(hits: Sequence[bool]) -> float | None:
    return _share(sum(hits), len(hits))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:g}"
