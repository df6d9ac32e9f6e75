"""Two minutes of chaos: nothing acknowledged is lost, nothing is paid twice, and the books hold after every strike."""

from pathlib import Path

import pytest

from tests.chaos.harness import Plan, run_chaos

SECONDS = 120


@pytest.mark.chaos
@pytest.mark.timeout(360)
async def test_two_minutes_of_kills_lose_no_message_and_pay_nothing_twice(tmp_path: Path) -> None:
    report = await run_chaos(Plan(SECONDS, seed=20), tmp_path)

    assert report.faults == []
    assert report.kills >= 10
    assert report.acknowledged > 500
    assert report.refunds["sandbox succeeded"] > 10
