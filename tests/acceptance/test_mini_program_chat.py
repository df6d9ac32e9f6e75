"""A refund asked for inside a mini-program: its own component in Node, real processes, and a WeChat that counts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from tests.acceptance.shop import Shop, order
from tests.mini_program.packages import HERE, node_modules
from tests.peers.packages import program, run
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account

SECONDS_MAX = 120
OPENID = "o-in-the-app"
FIELDS = "character_string1=case_no,amount2=amount,phrase3=state"


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWeChat]:
    async with fake_wechat() as wechat:
        yield wechat
        assert wechat.world.wrongs == []


def add_account(shop: Shop, wechat: FakeWeChat) -> Account:
    """The shop adds its mini-program by the command."""
    templates: dict[str, tuple[str, ...]] = {"tpl": ("character_string1", "amount2", "phrase3")}
    account = wechat.add(Account("mini_program", "wxapp", "s3cret", "t0ken", templates=templates))
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token, "api_base": wechat.url,
        "template_id": "tpl", "template_fields": FIELDS,
    }  # fmt: skip
    pairs = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    shop.server.command("channel", "add", shop.slug, "mini_program", "app", *pairs)
    return account


async def uses_the_app(given: dict[str, Any], packages: Path) -> dict[str, Any]:
    """What the user saw who taps through the component until a refund is submitted."""
    command = [program("node"), "real.js"]
    environment = {"NODE_PATH": str(packages / "node_modules")}
    done = await asyncio.to_thread(run, command, HERE, msgspec.json.encode(given), SECONDS_MAX, **environment)
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = msgspec.json.decode(done.stdout)
    return told


async def test_a_refund_is_submitted_by_tapping_in_the_component_and_its_user_is_told(
    shop: Shop, wechat: FakeWeChat, tmp_path: Path
) -> None:
    account = add_account(shop, wechat)
    bought = order("MP-1", "wang", status="paid", shipped=None)
    await shop.push(bought)
    wechat.world.person(OPENID).granted["tpl"] = 5
    picture = tmp_path / "cup.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    given = {
        "server": shop.server.url, "shop": shop.slug, "account": "app", "identity": shop.identity("wang"),
        "order_no": "MP-1", "codes": [wechat.log_in(account, OPENID)], "files": [str(picture)],
    }  # fmt: skip

    told = await uses_the_app(given, node_modules())

    case = await shop.case_in("MP-1", "refunded")
    assert await shop.movements(bought["payments"][0]["payment_no"]) == [5_900]
    assert case["channel"] == "mini_program"
    assert told["seqs"] == list(range(1, len(told["seqs"]) + 1))
    assert told["asked"] == [["tpl"]]
    assert told["sockets"] >= 2
    await wechat.world.until(lambda: any(heard.how == "subscribe" for heard in wechat.world.person(OPENID).heard))
    assert wechat.world.person(OPENID).heard[0].text.startswith(case["case_no"])
    assert shop.verify_books()
