"""Opening a database that is not to be had."""

import pytest

from storage.database import open_database
from storage.errors import DatabaseRefused


async def test_a_database_that_does_not_exist_is_refused_by_name(empty_database: str) -> None:
    with pytest.raises(DatabaseRefused, match="does not exist"):
        async with open_database(empty_database.replace("?", "_absent?", 1)):
            pass


async def test_a_server_that_does_not_answer_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r"."):
        async with open_database("postgresql:///refundbot?host=/tmp/there-is-no-such-folder"):
            pass
