"""npm's part of these tests, pinned by hash."""

from functools import cache
from pathlib import Path

import pytest

from tests.peers.packages import CannotInstall, installed

HERE = Path(__file__).parent


@cache
def node_modules() -> Path:
    """The folder with `node_modules`; without it nothing of the component is tested, so that is a failure."""
    try:
        return installed(HERE)
    except CannotInstall as error:
        pytest.fail(str(error))
