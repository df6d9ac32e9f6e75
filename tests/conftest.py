"""What every test relies on: none is skipped unless tests/allowed_skips.txt names it, no example has a deadline."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

ALLOWED_SKIPS = Path(__file__).parent / "allowed_skips.txt"
pytest_plugins = ["tests.databases"]
# The first two minutes of chaos, which mostly waits; then what works or waits for tens of seconds.
FIRST = (
    "test_chaos.py",
    "test_commands.py",
    "test_model.py",
    "test_injections.py",
    "test_embedded.py",
    "test_stopping.py",
    "test_desk.py",
    "test_telegram.py",
)
# How long one example takes says how busy the machine is; the whole test has a timeout.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_RefuseSkips(_allowed_skips()), "refuse-skips")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what stays to the end: not while it is loaded, and not during each test again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that none of them is left for one worker alone at the end."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


class _RefuseSkips:
    """Fails the run when a test was skipped, or expected to fail, without being on the list."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._refused: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._refused and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._refused:
            return
        terminalreporter.section("skipped tests are refused", red=True)
        for node_id, reason in sorted(self._refused.items()):
            terminalreporter.line(f"{node_id}: {reason}")

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and report.nodeid not in self._allowed:
            self._refused[report.nodeid] = str(report.longrepr)


def _allowed_skips() -> frozenset[str]:
    return frozenset(_node_ids(ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()))


def _node_ids(lines: list[str]) -> Iterator[str]:
    for line in lines:
        node_id = line.split(" # ")[0].strip()
        if node_id and not node_id.startswith("#"):
            yield node_id
