"""The run fails when a test is skipped without being on the list."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = (Path(__file__).resolve().parents[1] / "conftest.py").read_text(encoding="utf-8")
SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='later')\ndef test_later(): pass\n\ndef test_now(): pass\n"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST.replace('"tests.databases"', ""))
    pytester.path.joinpath("allowed_skips.txt").write_text("", encoding="utf-8")
    return pytester


def test_a_skipped_test_fails_the_run(folder: pytest.Pytester) -> None:
    folder.makepyfile(test_some=SKIPPED)

    result = folder.runpytest_subprocess("-p", "no:cacheprovider")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*skipped tests are refused*", "test_some.py::test_later: *later*"])


def test_a_listed_skip_is_allowed(folder: pytest.Pytester) -> None:
    folder.makepyfile(test_some=SKIPPED)
    folder.path.joinpath("allowed_skips.txt").write_text("test_some.py::test_later # not here\n", encoding="utf-8")

    assert folder.runpytest_subprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.OK


def test_a_run_without_skips_passes(folder: pytest.Pytester) -> None:
    folder.makepyfile(test_some="def test_now(): pass\n")

    assert folder.runpytest_subprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.OK


def test_an_expected_failure_fails_the_run(folder: pytest.Pytester) -> None:
    folder.makepyfile(test_some=SKIPPED.replace("skip(", "xfail(").replace("later(): pass", "later(): assert False"))

    assert folder.runpytest_subprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.TESTS_FAILED
