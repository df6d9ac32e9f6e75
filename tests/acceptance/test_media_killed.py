"""The server is killed between a picture's push and its fetching: the picture is fetched by the next one."""

import asyncio
from pathlib import Path

import aiohttp

from tests.acceptance.running import running_server, until
from tests.acceptance.shop import Shop, order
from tests.acceptance.test_telegram import bot_of, link, picture
from tests.servers.telegram.person import Person

SETTINGS = {"REFUNDBOT_WORK__LEASE_SECONDS": "5"}


async def test_a_picture_that_was_pushed_is_kept_though_the_server_was_killed(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with aiohttp.ClientSession() as http:
        with running_server(tmp_path, SETTINGS) as server:
            created = server.create_merchant("killed")
            shop = Shop(server, http, "killed", created["api_key"], created["chat_secret"])
            await shop.push(order("K-1", "c-1"))
            async with bot_of(shop) as fake:
                person = Person(fake, language="en")
                await person.start(link(shop, "c-1", "K-1"))
                for start in ("order:", "reason:damaged"):
                    await person.sees_button(start)
                    await person.press(start)
                await person.sees_button("evidence:skip")
                fake.fault("file", "slow", until=gate)

                pushed = await person.send_photo(picture())
                await until(lambda: _is_asked(fake.calls("getFile")))
                server.process.kill()
                server.process.wait()
                gate.set()
                with running_server(tmp_path, SETTINGS) as again:
                    shop.server = again
                    await person.sees(lambda shown: any("Pictures so far: 1" in one.text for one in shown))
                    again_pushed = await _pushed_again(person, again.url)

    kept = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert (pushed, again_pushed) == (200, 200)
    assert sum("Pictures so far" in one.text for one in person.bot_messages) == 1
    assert len(kept) == 1


async def _is_asked(calls: list[dict[str, str]]) -> bool:
    return bool(calls)


async def _pushed_again(person: Person, url: str) -> int:
    """Telegram pushes the same once more, to where the server is now."""
    state = person.fake.state
    state.webhook["url"] = f"{url}/webhooks/killed/telegram/webhook"
    return await person.fake.deliver(state.last_sent)
