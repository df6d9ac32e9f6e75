"""A new version takes over while people write: what a platform was told is taken has one turn, and one answer.

DEPLOY_USERS=40 python -m pytest -s tests/acceptance/test_deploy.py --timeout 0
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from storage.database import open_database
from storage.embedded import EmbeddedServers
from tests.acceptance.running import Server, running_server, until
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account, Kind, World
from tests.servers.wechat.users import User

AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"
KINDS: tuple[Kind, ...] = ("wechat", "mini_program")
USERS_EACH = int(os.environ.get("DEPLOY_USERS", "5"))
MESSAGES_EACH_SIDE = 12 * USERS_EACH
TURNS = "SELECT client_id, count(*) AS n FROM message WHERE sender = 'customer' GROUP BY client_id"
OPEN = "SELECT 1 FROM outbox WHERE kind = 'channel.send' AND done_at IS NULL"


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the embedded servers' own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="rba-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Talk:
    """What users wrote: how often it was taken, and how often not at all after all tries."""

    world: World
    taken: int = 0
    again: int = 0
    given_up: int = 0
    is_over: bool = False

    async def of(self, user: User) -> None:
        """Write, hear the answer, write again, as long as it goes on."""
        while not self.is_over:
            heard = len(user.person.heard)
            pushed = await user.write("你好")
            self.taken += pushed.status == 200
            self.again += len(pushed.tries) - 1
            self.given_up += pushed.status != 200
            await self.world.until(partial(_has_heard, user, heard + 1))

    async def goes_on(self, count: int) -> None:
        """Until so many more were taken."""
        wanted = self.taken + count

        async def is_there() -> bool:
            return self.taken >= wanted

        await until(is_there, seconds=60)


async def test_a_new_process_takes_over_and_every_message_has_one_turn_and_one_answer(data_dir: Path) -> None:
    port = _free_port()
    settings = {"REFUNDBOT_PORT_SHARED": "true", "REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "0"}
    async with fake_wechat() as wechat:
        with running_server(data_dir, settings, port=port) as old, ExitStack() as later:
            old.create_merchant("deploys")
            accounts = [_account(old, wechat, kind) for kind in KINDS]
            users = [wechat.user(each, f"o-{each.kind}-{nr}") for each in accounts for nr in range(USERS_EACH)]
            talk = Talk(wechat.world)
            began = monotonic()
            talking = [asyncio.create_task(talk.of(user)) for user in users]
            await talk.goes_on(MESSAGES_EACH_SIDE)

            await asyncio.to_thread(later.enter_context, running_server(data_dir, settings, port=port))
            code = await asyncio.to_thread(old.stop)
            await talk.goes_on(MESSAGES_EACH_SIDE)
            talk.is_over = True
            await asyncio.gather(*talking)
            seconds = monotonic() - began
            turns, unsent = await _kept(data_dir)

    print(len(users), "users", talk.taken, "taken", talk.again, "pushed again", f"{talk.taken / seconds:.0f}/s")
    assert (code, talk.given_up, wechat.world.wrongs, wechat.world.refusals) == (0, 0, [], [])
    assert turns == [1] * talk.taken
    assert sum(len(user.person.heard) for user in users) == talk.taken
    assert unsent == 0


def _has_heard(user: User, count: int) -> bool:
    return len(user.person.heard) >= count


def _account(server: Server, wechat: FakeWeChat, kind: Kind) -> Account:
    account = wechat.add(Account(kind, f"wx-{kind}", "s3cret", "t0ken", AES_KEY))
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token,
        "encoding_aes_key": AES_KEY, "api_base": wechat.url,
    }  # fmt: skip
    pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    server.command("channel", "add", "deploys", kind, "main", *pairs)
    account.webhook_url = f"{server.url}/webhooks/deploys/{kind}/main"
    return account


async def _kept(data_dir: Path) -> tuple[list[int], int]:
    """How often each message is stored, and how much is still to be sent."""
    async with EmbeddedServers.open(data_dir) as servers, open_database(servers.database_url, pool_size=1) as db:
        return [row["n"] for row in await db.fetch(TURNS)], len(await db.fetch(OPEN))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
