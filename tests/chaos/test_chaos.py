"""Two minutes of chaos: nothing acknowledged is lost, nothing is paid twice, and the books hold after every strike."""

import shutil
from pathlib import Path

import pytest

from tests.chaos.harness import Plan, run_chaos
from tests.chaos.plants import PLANTS, ROOT, Plant, plant

SECONDS = 120


@pytest.mark.chaos
@pytest.mark.timeout(360)
async def test_two_minutes_of_kills_lose_no_message_and_pay_nothing_twice(tmp_path: Path) -> None:
    report = await run_chaos(Plan(SECONDS, seed=20), tmp_path)

    assert report.faults == []
    assert report.kills >= 10
    assert report.acknowledged > 500
    assert report.refunds["sandbox succeeded"] > 10


@pytest.mark.parametrize("bug", PLANTS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_every_planted_bug_still_fits_the_source(bug: Plant, tmp_path: Path) -> None:
    for edit in bug.edits:
        (tmp_path / edit.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / edit.path, tmp_path / edit.path)

    plant(bug, tmp_path)

    assert any((tmp_path / edit.path).read_text() != (ROOT / edit.path).read_text() for edit in bug.edits)
