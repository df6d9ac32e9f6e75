"""Calls recorded from a real Rasa 3.6.21, replayed: in process and over HTTP the same JSON, and the same refund."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.acting import open_rasa_talk
from bot.demo.orders import AMY, CHEN, Shopper
from bot.demo.shop import SLUG, make_demo_shop
from bot.merchants import find_chat_secret
from bot.settings import load_settings
from bot.wiring import Addresses, Base
from channels.support_chat.web.signature import sign_identity
from dialogs.rasa.names import SESSION
from dialogs.rasa.server import executor_over
from storage.database import Database
from tests.integration.api.shop import address_of
from tests.integration.money.shop import NOW, VAULT, MovableClock
from tests.integration.rasa.test_action_server import Server, serving

CAPTURES = Path(__file__).parents[2] / "captures" / "rasa"
_MADE_IDS = re.compile(r"\b[OC][0-9A-Z]{26}\b")
Json = dict[str, Any]


class Replay:
    """The recorded conversation with the session, offers and cases of this run in the place of those of that day."""

    def __init__(self, identity: str) -> None:
        self._now = {"{{identity}}": identity, "{{session}}": ""}

    def request(self, recorded: Json, domain: Json) -> Json:
        text = msgspec.json.encode(recorded["request"]).decode()
        for then, now in self._now.items():
            text = text.replace(then, now)
        request: Json = msgspec.json.decode(text)
        return request | {"domain": domain}

    def learn(self, recorded: Json, answer: Json) -> None:
        then, now = (_MADE_IDS.findall(msgspec.json.encode(it).decode()) for it in (recorded["answer"], answer))
        self._now |= dict(zip(then, now, strict=False))
        for event in answer["events"]:
            if event.get("name") == SESSION:
                self._now["{{session}}"] = event["value"]


def recorded_calls(language: str) -> Iterator[Json]:
    for line in (CAPTURES / f"{language}.jsonl").read_bytes().splitlines():
        yield msgspec.json.decode(line)


@pytest.mark.parametrize(("language", "shopper", "state"), [("zh", CHEN, "refunding"), ("en", AMY, "withdrawn")])
async def test_recorded_calls_give_the_same_json_over_http_and_in_process(
    database: Database, redis_url: str, tmp_path: Path, language: str, shopper: Shopper, state: str
) -> None:
    settings = load_settings(
        {"REFUNDBOT_DATA_DIR": str(tmp_path), "REFUNDBOT_SANDBOX__URL": "http://127.0.0.1:9"}, config_dir=tmp_path
    )
    base = Base(settings, MovableClock(), database, VAULT, Addresses(await address_of(database), redis_url))
    await make_demo_shop(base)
    secret = await find_chat_secret(database, VAULT, SLUG)
    assert secret is not None
    replay = Replay(sign_identity(shopper.external_id, secret, now=NOW, locale=shopper.locale))
    domain = msgspec.json.decode((CAPTURES / "domain.json").read_bytes())

    async with open_rasa_talk(base) as talk, serving(talk) as server:
        for recorded in recorded_calls(language):
            await _same_both_ways(server, replay, recorded, domain)

    rows = await database.fetch("SELECT customer, state FROM refund_case")
    assert [(row["customer"], row["state"]) for row in rows] == [(shopper.external_id, state)]


async def _same_both_ways(server: Server, replay: Replay, recorded: Json, domain: Json) -> None:
    request = replay.request(recorded, domain)

    status, over_http = await server.call("POST", "/webhook", request)
    in_process = (await executor_over(server.talk).run(request)).model_dump()

    assert status == 200
    assert over_http == in_process
    assert bool(over_http["responses"]) is bool(recorded["answer"]["responses"])
    replay.learn(recorded, over_http)
