"""Every parser of strangers' bytes, with some thousands of broken inputs; `python -m tests.fuzz` throws millions."""

import pytest

from tests.fuzz.targets import all_targets
from tests.fuzz.throwing import throw

INPUTS = {"picture": 400}
INPUTS_USUAL = 2_000


@pytest.mark.parametrize("name", sorted(all_targets()))
def test_whatever_comes_is_taken_whole_or_refused_in_plain_words(name: str) -> None:
    inputs = INPUTS.get(name, INPUTS_USUAL)

    taken = throw(name, seed=1, inputs=inputs)

    assert 0 < taken < inputs
