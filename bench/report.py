"""What a run came to, as a page of text, with the required figures beside those measured."""

import platform

import psutil

from bench.plan import Plan, Results, Side

B_TO_A_REQUIRED, B_TO_A_GOAL, B_TO_C_REQUIRED = 0.6, 1.0, 3.0
HALF_LOAD_MS_MAX, RESIDENT_MB_MAX, GROWTH_MAX, IMPORT_REQUIRED = 25.0, 150.0, 1.2, 1_000.0


def print_report(plan: Plan, results: Results) -> None:
    insert, ours, aiogram = results.insert, results.ours, results.aiogram
    print(
        f"\nPython {platform.python_version()}, {psutil.cpu_count()} cores, {plan.clients} clients, event loop uvloop"
    )
    print("on every side; load from bench.load (raw asyncio protocols) for (a) and (b), in process for (c).")
    print(f"{plan.rounds} rounds of {plan.seconds:.0f} s each, the sides taking turns; rates are the rounds' median.\n")
    print(f"{'':26}{'turns/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU s/1,000 turns':>21}{'memory MB':>11}{'failed':>8}")
    _print_side("(a) aiohttp, one INSERT", insert)
    _print_side("(a') asyncpg's plain pool", results.insert_plain)
    _print_side("(b) refundbot, whole turn", ours)
    _print_side("(c) aiogram, FSM and ORM", aiogram)
    _print_side("(b) at half load", results.half_load)
    if results.grown is not None:
        _print_side("(b) grown", results.grown)
    print("\nsaid in (b): " + ", ".join(f"{kind} {count:,}" for kind, count in sorted(results.said.items())))
    print()
    _print_check("b/a", _ratio(ours.per_second, insert.per_second), B_TO_A_REQUIRED, note=f"goal {B_TO_A_GOAL}")
    _print_check("b/a'", _ratio(ours.per_second, results.insert_plain.per_second), B_TO_A_REQUIRED)
    _print_check("b/a by CPU", _ratio(_cpu(insert), _cpu(ours)), B_TO_A_REQUIRED, note="all processes' CPU per turn")
    _print_check("b/c", _ratio(ours.per_second, aiogram.per_second), B_TO_C_REQUIRED)
    _print_check("p99 at half load, ms", results.half_load.percentile_ms(0.99), HALF_LOAD_MS_MAX, is_most=True)
    _print_check("server memory, MB", results.half_load.resident_mb, RESIDENT_MB_MAX, is_most=True)
    if results.grown is not None:
        grown = results.grown
        _print_check("growth, CPU per turn", _ratio(_cpu(grown), _cpu(ours)), GROWTH_MAX, is_most=True)
        _print_check("growth, time per turn", _ratio(ours.per_second, grown.per_second), GROWTH_MAX, is_most=True)
    for name, orders, seconds, lines_each in results.imports:
        note = f"{orders:,} orders" + (f", {lines_each:.1f} lines each" if lines_each else "")
        _print_check(f"import of {name}, orders/s", orders / seconds, IMPORT_REQUIRED, note=note)


def _print_side(name: str, side: Side) -> None:
    server, database = side.cpu_per_1000()
    cpu = f"{server:.3f} + db {database:.3f}"
    print(
        f"{name:26}{side.per_second:9,.0f}{side.percentile_ms(0.5):9.1f}{side.percentile_ms(0.99):9.1f}"
        f"{cpu:>21}{side.resident_mb:11.0f}{side.failed:8}"
    )


def _print_check(name: str, value: float, wanted: float, *, is_most: bool = False, note: str = "") -> None:
    is_met = value <= wanted if is_most else value >= wanted
    sign = "at most" if is_most else "at least"
    print(f"{name:36}{value:10,.2f}   {sign} {wanted:g}: {'met' if is_met else 'MISSED'}{'   ' + note if note else ''}")


def _cpu(side: Side) -> float:
    return sum(side.cpu_per_1000())


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0
