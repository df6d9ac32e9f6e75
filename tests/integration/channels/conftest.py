"""The open shop of each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.integration.api.shop import Shop, open_shop
from tests.integration.channels.wechat_calls import Caller, open_caller
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.integration.desk.desk import Staff, hire
from tests.servers.wechat.server import FakeWeChat, fake_wechat

CALLED_BACK = {"REFUNDBOT_CHANNELS__CALLBACK_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
async def shop(database: Database, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A merchant `shop` on a server of its own."""
    async with open_shop(database, redis_url, tmp_path, CALLED_BACK) as opened:
        yield opened


@pytest.fixture(params=["wechat", "mini_program"])
async def caller(request: pytest.FixtureRequest) -> AsyncIterator[Caller]:
    """An official account, and a mini-program, at a WeChat with state."""
    async with open_caller(request.param) as opened:
        yield opened


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWeChat]:
    """A WeChat; nothing that no caller may send may have been sent to it at the end."""
    async with fake_wechat() as opened:
        yield opened
        assert opened.world.wrongs == []


@pytest.fixture
async def stage(shop: Shop, wechat: FakeWeChat) -> Stage:
    """An official account in safe mode."""
    return await open_stage(shop, wechat, "wechat")


@pytest.fixture
async def wang(shop: Shop) -> AsyncIterator[Staff]:
    """Somebody of the shop's staff, logged in at the desk."""
    staff = await hire(shop, "wang", "Wang")
    await staff.log_in()
    yield staff
    await staff.http.close()
