"""A picture that is pushed is kept once, and its person is answered once, whatever becomes of the processes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.acceptance.running import Server, running_server, until
from tests.acceptance.shop import Shop, order
from tests.acceptance.test_telegram import bot_of, link, picture
from tests.servers.telegram.person import Person

SETTINGS = {"REFUNDBOT_WORK__LEASE_SECONDS": "5"}
SLUG = "keeper"
PUSHES = 24
ANSWERED_SECONDS_MAX = 5.0


async def test_a_picture_that_was_pushed_is_kept_though_the_server_was_killed(tmp_path: Path) -> None:
    gate = asyncio.Event()
    with running_server(tmp_path, SETTINGS) as server:
        async with asked_for_pictures(server) as person:
            person.fake.fault("file", "slow", until=gate)

            pushed = await person.send_photo(picture())
            await until(lambda: _is_asked(person))
            server.process.kill()
            server.process.wait()
            gate.set()
            with running_server(tmp_path, SETTINGS) as again:
                await person.sees(lambda shown: any("Pictures so far: 1" in one.text for one in shown))
                pushed_again = await _push_again(person, again)

    assert (pushed, pushed_again) == (200, 200)
    assert _thanks(person) == 1
    assert len(_kept(tmp_path)) == 1


async def test_a_picture_that_two_servers_hear_of_again_and_again_is_kept_once(tmp_path: Path) -> None:
    gate, took = asyncio.Event(), list[float]()
    with running_server(tmp_path) as one, running_server(tmp_path) as two:
        async with asked_for_pictures(one) as person:
            person.fake.fault("file", "slow", until=gate)

            async def push(server: Server) -> int:
                began = time.monotonic()
                status = await _push_again(person, server)
                took.append(time.monotonic() - began)
                return status

            first = await person.send_photo(picture())
            statuses = await asyncio.gather(*(push((one, two)[number % 2]) for number in range(PUSHES)))
            thanks_before = _thanks(person)
            gate.set()
            await person.sees(lambda shown: any("Pictures so far" in one.text for one in shown))
            said = len(person.bot_messages)
            statuses += await asyncio.gather(*(push(server) for server in (one, two)))
            await person.write("/help")  # asks the same once more, after whatever was still to be said
            await person.sees(lambda shown: len(shown) > said)

    print(f"answered within {max(took) * 1000:.0f} ms while its file hung")
    assert {first, *statuses} == {200}
    assert max(took) < ANSWERED_SECONDS_MAX
    assert thanks_before == 0
    assert (len(person.bot_messages), _thanks(person)) == (said + 1, 2)
    assert (len(_kept(tmp_path)), len(person.fake.calls("getFile"))) == (1, 1)


@asynccontextmanager
async def asked_for_pictures(server: Server) -> AsyncIterator[Person]:
    """A person in Telegram who may send pictures of what is broken."""
    async with aiohttp.ClientSession() as http:
        created = await asyncio.to_thread(server.create_merchant, SLUG)
        shop = Shop(server, http, SLUG, created["api_key"], created["chat_secret"])
        await shop.push(order("K-1", "c-1"))
        async with bot_of(shop) as fake:
            person = Person(fake, language="en")
            await person.start(link(shop, "c-1", "K-1"))
            for start in ("order:", "reason:damaged"):
                await person.sees_button(start)
                await person.press(start)
            await person.sees_button("evidence:skip")
            yield person


async def _is_asked(person: Person) -> bool:
    return bool(person.fake.calls("getFile"))


async def _push_again(person: Person, server: Server) -> int:
    """Telegram pushes the same once more, to this server."""
    fake = person.fake
    assert fake.http is not None
    address, secret = fake.state.webhook["url"], fake.state.webhook["secret_token"]
    url = server.url + address[address.index("/webhooks/") :]
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with fake.http.post(url, json=fake.state.last_sent, headers=headers) as response:
        return response.status


def _thanks(person: Person) -> int:
    return sum("Pictures so far" in one.text for one in person.bot_messages)


def _kept(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "attachments").rglob("*") if path.is_file()]
