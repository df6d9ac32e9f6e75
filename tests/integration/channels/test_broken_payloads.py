"""Whatever comes to the webhook of any channel is taken or refused, and costs nobody a later message.

Every channel of the registry is tried, by its stage of the contract suite.
"""

import gzip
from collections import Counter
from dataclasses import dataclass, replace
from random import Random

import pytest

from channels.channel import WebhookRequest
from channels.registry import CHANNELS, load_channel
from storage.channel_store import add_account
from tests.contracts.channel_stages import CHANNEL_STAGES, NUMBER, SAID, ChannelStage
from tests.fuzz.mutations import broken
from tests.fuzz.targets import captured
from tests.integration.api.shop import Shop

INPUTS = 200
NOWHERE = "http://127.0.0.1:9"
FORM = "multipart/form-data; boundary=edge"


@dataclass
class Platform:
    """A platform with an account at the shop, sending what it likes."""

    name: str
    stage: ChannelStage
    shop: Shop

    async def send(self, raw: bytes, **headers: str) -> int:
        """Send it, signed as it should be; the status of the answer."""
        signed = self.stage.signed(raw, self.shop.clock.now())
        return await self.deliver(replace(signed, headers=dict(signed.headers) | headers))

    async def deliver(self, request: WebhookRequest) -> int:
        """Send that; the status of the answer."""
        url = f"{self.shop.url}/webhooks/shop/{self.name}/main"
        async with self.shop.http.request(
            request.method, url, params=request.query, headers=request.headers, data=request.raw
        ) as response:
            await response.read()
            return response.status

    async def talk(self) -> Counter[str]:
        """How many messages of each sender are kept; the person's own only where they are SAID."""
        rows = await self.shop.base.db.fetch(
            "SELECT sender FROM message WHERE sender <> 'customer' OR body->>'text' = $1", SAID
        )
        return Counter(row["sender"] for row in rows)


def numbered(raw: bytes, number: int) -> bytes:
    """The same from another person, under another number."""
    return raw.replace(str(NUMBER).encode(), str(NUMBER + number).encode())


@pytest.fixture(params=sorted(CHANNELS))
async def platform(request: pytest.FixtureRequest, shop: Shop) -> Platform:
    """One of each kind."""
    stage = CHANNEL_STAGES[request.param]
    settings = {**stage.settings, **stage.options}
    if any(setting.name == "api_base" for setting in load_channel(request.param).SETTINGS):
        settings["api_base"] = NOWHERE
    now, merchant_id = shop.clock.now(), shop.merchant.merchant_id
    await add_account(shop.base.db, shop.base.vault, merchant_id, request.param, "main", settings, now=now)
    return Platform(request.param, stage, shop)


async def expect_a_turn(platform: Platform, number: int) -> None:
    """A message as it should be is kept and answered."""
    before = await platform.talk()
    status = await platform.send(numbered(platform.stage.message, number))
    after = await platform.talk()

    assert status == 200
    assert after["customer"] == before["customer"] + 1
    assert after["bot"] > before["bot"]


async def expect_nothing_lost(platform: Platform) -> None:
    """No turn was set aside, whatever was in it."""
    assert await platform.shop.base.db.fetch("SELECT source, error FROM buried") == []


async def test_a_signed_payload_that_is_broken_is_taken_or_refused_and_the_next_message_is_answered(
    platform: Platform,
) -> None:
    whole, chance = (platform.stage.message, *captured(platform.name)), Random(platform.name)
    statuses: Counter[int] = Counter()
    for number in range(INPUTS):
        raw = broken(chance, [numbered(one, number) for one in whole])
        statuses[await platform.send(raw)] += 1

    assert set(statuses) - {401} == {200, 400}  # what is no text is not what was encrypted for this account
    await expect_nothing_lost(platform)
    await expect_a_turn(platform, INPUTS)


async def test_what_is_not_signed_is_refused_and_changes_nothing(platform: Platform) -> None:
    chance, statuses = Random(platform.name), set()
    right = platform.stage.signed(platform.stage.message, platform.shop.clock.now())
    for forged in platform.stage.forged(right):
        statuses |= {await platform.deliver(forged)}
        statuses |= {await platform.deliver(replace(forged, raw=broken(chance, [right.raw])))}

    assert statuses == {401}
    assert await platform.talk() == {}
    await expect_a_turn(platform, 1)


@pytest.mark.parametrize(
    ("headers", "raw", "statuses"),
    [
        ({"Content-Encoding": "gzip"}, gzip.compress(b"0" * 50_000_000), {415}),
        ({"Content-Type": FORM}, b"--edge\r\n" * 3_000_000, {413}),
        ({"Content-Type": FORM}, b"--edge\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--edge--", {400, 401}),
        ({}, b"[" * 1_000_000, {400, 401}),
        ({}, b'{"a":' * 150_000, {400, 401}),
        ({}, b"<xml>" + b"<a>" * 300_000, {400, 401}),
        ({}, b"x" * 2_000_000, {413}),
    ],
    ids=["packed", "huge form", "form", "brackets", "deep json", "deep xml", "huge"],
)
async def test_a_body_that_only_costs_is_refused_and_the_next_message_is_answered(
    platform: Platform, headers: dict[str, str], raw: bytes, statuses: set[int]
) -> None:
    sent = replace(platform.stage.signed(b"{}", platform.shop.clock.now()), raw=raw)

    assert await platform.deliver(replace(sent, headers=dict(sent.headers) | headers)) in statuses

    await expect_nothing_lost(platform)
    await expect_a_turn(platform, 1)
