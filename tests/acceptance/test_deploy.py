"""A new version takes over while people write: what a platform was told is taken has one turn, and one answer.

DEPLOY_USERS=40 python -m pytest -s tests/acceptance/test_deploy.py --timeout 0
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from storage.database import open_database
from storage.embedded import EmbeddedServers
from tests.acceptance.deploy_writers import Writer, town
from tests.acceptance.running import running_server, until

CHANNELS = ("wechat", "mini_program", "telegram webhook", "telegram polling", "rest", "web")
USERS_EACH = int(os.environ.get("DEPLOY_USERS", "2"))
MESSAGES_EACH_SIDE = 6 * USERS_EACH
TURNS = """
SELECT conversation_id, client_id, count(*) AS n FROM message WHERE sender = 'customer'
GROUP BY conversation_id, client_id
"""
SAID = """
SELECT c.channel, count(*) AS n FROM message m JOIN conversation c ON c.id = m.conversation_id
WHERE m.sender <> 'customer' GROUP BY c.channel
"""
OPEN = """
SELECT attempts, leased_until, buried_at, last_error FROM outbox WHERE kind = 'channel.send' AND done_at IS NULL
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the embedded servers' own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="rba-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Talk:
    """What people wrote: how often it was taken on each channel, and how often not at all after all tries."""

    taken: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    is_over: bool = False

    async def of(self, writer: Writer) -> None:
        """Write, hear the answer, write again, as long as it goes on."""
        while not self.is_over:
            heard = writer.heard
            is_taken = await writer.write()
            self.given_up += not is_taken
            if not is_taken:
                continue
            self.taken[writer.channel] += 1
            await writer.hears(heard + 1)

    async def goes_on(self, count: int) -> None:
        """Until so many more were taken on each channel."""
        before = Counter(self.taken)

        async def is_there() -> bool:
            return all(self.taken[channel] >= before[channel] + count for channel in CHANNELS)

        await until(is_there, seconds=120)


async def test_a_new_process_takes_over_and_every_message_has_one_turn_and_one_answer(data_dir: Path) -> None:
    port, talk = _free_port(), Talk()
    settings = {
        "REFUNDBOT_PORT_SHARED": "true",
        "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0",
        "REFUNDBOT_CHANNELS__CALLBACK_NETWORKS": "127.0.0.0/8",
    }
    async with town() as there:
        with running_server(data_dir, settings, port=port) as old, ExitStack() as later:
            people = await there.people(old, each=USERS_EACH)
            began = monotonic()
            async with asyncio.TaskGroup() as talking:
                for writer in people:
                    talking.create_task(talk.of(writer))
                await talk.goes_on(MESSAGES_EACH_SIDE)

                await asyncio.to_thread(later.enter_context, running_server(data_dir, settings, port=port))
                code = await asyncio.to_thread(old.stop)
                await talk.goes_on(MESSAGES_EACH_SIDE)
                talk.is_over = True
            seconds = monotonic() - began
            kept = await _kept(data_dir)
        heard: Counter[str] = Counter()
        for writer in people:
            heard[writer.channel] += writer.heard

    print(len(people), "people", dict(talk.taken), f"{talk.taken.total() / seconds:.0f}/s")
    assert (code, talk.given_up, there.wrongs, kept.unsent) == (0, 0, [], [])
    assert kept.turns == [1] * talk.taken.total()
    # Where an answer shows each reply as a message of its own, all that was said was shown once.
    assert heard == talk.taken | {channel: kept.said[channel] for channel in ("rest", "web")}


@dataclass(frozen=True)
class Kept:
    """How often each message is stored, how many replies each channel has, and what is still to be sent."""

    turns: list[int]
    said: dict[str, int]
    unsent: list[str]


async def _kept(data_dir: Path) -> Kept:
    async with EmbeddedServers.open(data_dir) as servers, open_database(servers.database_url, pool_size=1) as db:
        unsent: list[str] = []

        async def all_is_sent() -> bool:  # a platform has a message a moment before its row says so
            unsent[:] = [str(dict(row)) for row in await db.fetch(OPEN)]
            return not unsent

        with suppress(AssertionError):
            await until(all_is_sent)
        said = {row["channel"]: row["n"] for row in await db.fetch(SAID)}
        return Kept([row["n"] for row in await db.fetch(TURNS)], said, unsent)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
