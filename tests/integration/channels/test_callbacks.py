"""An address that a merchant gives to be called back leads to the public internet, or where the operator allows it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from channels.channel import Account, BadSetting
from channels.no_tokens import NoTokens
from channels.rest.channel import open_channel
from channels.rest.client import RestClient
from refund_core.addresses import is_public
from refund_core.sending import SendLater, SendRefused
from storage.database import Database
from tests.integration.api.shop import open_shop
from tests.integration.channels import rest
from tests.integration.desk.desk import hire
from tests.servers.front_end import running_front_end
from tests.servers.names import INNER, PUBLIC, Names

HOST = "shop.example"


@dataclass(slots=True)
class Listening:
    """A server on the address that counts as public and on one that does not; who was asked for what."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    moves_to: str = ""

    async def take(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        self.asked.append(request.transport.get_extra_info("sockname")[0])
        return web.Response(status=307, headers={"Location": self.moves_to}) if self.moves_to else web.Response()

    def url(self, host: str = HOST) -> str:
        return f"http://{host}:{self.port}/callback"


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    here = Listening()
    app = web.Application()
    app.router.add_post("/callback", here.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for address in (PUBLIC, INNER):
        await web.TCPSite(runner, address, here.port).start()
        here.port = runner.addresses[0][1]
    yield here
    await runner.cleanup()


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def client(listening: Listening, names: Names) -> AsyncIterator[RestClient]:
    opened = RestClient(listening.url(), "token", lambda address: address == PUBLIC, names)
    yield opened
    await opened.close()


async def test_a_name_that_leads_to_the_public_is_called(client: RestClient, listening: Listening) -> None:
    await client.post(b"[]", key="k")

    assert listening.asked == [PUBLIC]


@pytest.mark.parametrize("found", [[INNER], [PUBLIC, INNER], [INNER, PUBLIC], ["::1"], [PUBLIC, "fe80::1"]])
async def test_a_name_that_leads_inside_is_refused_and_nothing_is_connected(
    client: RestClient, listening: Listening, names: Names, found: list[str]
) -> None:
    names.answers[HOST] = [found]

    with pytest.raises(SendRefused, match="address_not_public"):
        await client.post(b"[]", key="k")

    assert listening.asked == []


async def test_a_name_that_changes_its_mind_gains_nothing(
    client: RestClient, listening: Listening, names: Names
) -> None:
    names.answers[HOST] = [[PUBLIC], [INNER]]

    await client.post(b"[]", key="k")
    asked_once = list(names.asked)
    await client.close()
    again = RestClient(listening.url(), "token", lambda address: address == PUBLIC, names)
    with pytest.raises(SendRefused, match="address_not_public"):
        await again.post(b"[]", key="k")
    await again.close()

    assert asked_once == [HOST]
    assert listening.asked == [PUBLIC]


async def test_a_redirect_to_the_inside_is_not_followed(client: RestClient, listening: Listening) -> None:
    listening.moves_to = listening.url(INNER)

    with pytest.raises(SendRefused, match="307"):
        await client.post(b"[]", key="k")

    assert listening.asked == [PUBLIC]


async def test_a_name_that_leads_nowhere_is_tried_later(listening: Listening, names: Names) -> None:
    names.answers[HOST] = [[PUBLIC]]
    nobody = RestClient(f"http://{HOST}:1/callback", "token", lambda address: address == PUBLIC, names)

    with pytest.raises(SendLater):
        await nobody.post(b"[]", key="k")
    await nobody.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/in", "http://127.0.0.1:8080/in", "https://10.0.0.1/in", "http://169.254.169.254/latest/meta-data",
        "http://[::1]/in", "http://[::ffff:127.0.0.1]/in", "http://[fe80::1]/in", "http://0.0.0.0/in", "http://",
        "http://user:word@shop.example/in", "http://user@shop.example/in", "http://shop.example:99999999/in", "http://[::1",
        "http://127.1/in", "http://2130706433/in", "http://0x7f.1/in", "http://0177.0.0.1/in", "http://0x7f000001:80/in",
    ],
)  # fmt: skip
def test_an_account_with_an_address_inside_is_not_opened(url: str) -> None:
    account = Account("shop", "main", {"token": "x" * 20, "callback_url": url})

    with pytest.raises(BadSetting, match="callback_url"):
        open_channel(account, NoTokens())


async def test_a_name_of_this_machine_is_found_out_when_it_is_resolved(listening: Listening) -> None:
    client = RestClient(listening.url("localhost"), "token", is_public)

    with pytest.raises(SendRefused, match="address_not_public"):
        await client.post(b"[]", key="k")
    await client.close()

    assert listening.asked == []


@pytest.mark.parametrize(("networks", "is_called"), [("", False), ("10.0.0.0/8", False), ("127.0.0.1/32", True)])
async def test_the_installation_says_which_networks_of_its_own_may_be_called(
    database: Database, redis_url: str, tmp_path: Path, networks: str, is_called: bool
) -> None:
    settings = {"REFUNDBOT_CHANNELS__CALLBACK_NETWORKS": networks}
    async with (
        open_shop(database, redis_url, tmp_path, settings) as shop,
        running_front_end(rest.TOKEN) as front_end,
    ):
        await rest.account(shop, callback_url=front_end.url.replace("127.0.0.1", "localhost"))
        await rest.say(shop, "hello")
        (row,) = await shop.base.db.fetch("SELECT id FROM conversation")
        wang = await hire(shop, "wang", "Wang")
        await wang.log_in()
        await wang.take_over(str(row["id"]))
        if is_called:
            await front_end.wait_for(1)
        else:
            assert "address_not_public" in await rest.until_buried(shop)
        await wang.http.close()

    assert bool(front_end.keys) is is_called
