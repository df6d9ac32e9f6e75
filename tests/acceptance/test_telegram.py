"""The main job in Telegram: real processes, a real database, and a Bot API that checks what is sent and breaks."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from PIL import Image

from channels.start_token import Start, sign_start
from tests.acceptance.shop import Shop, order
from tests.servers.telegram.person import Person
from tests.servers.telegram.server import FakeTelegram, fake_telegram
from tests.servers.telegram.state import TOKEN

SECRET = "s3cret-of-the-webhook_01"
_numbers = count(1)


@asynccontextmanager
async def bot_of(shop: Shop, *, mode: str = "webhook") -> AsyncIterator[FakeTelegram]:
    """A Bot API at which the shop has a bot, that has been told where we are."""
    async with fake_telegram() as fake:
        name = f"{mode}-{next(_numbers)}"  # its own: what the server knows of an earlier test's bot may be 3 s old
        settings = {"bot_token": TOKEN, "webhook_secret": SECRET, "api_base": fake.address, "mode": mode}
        given = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
        await asyncio.to_thread(shop.server.command, "channel", "add", shop.slug, "telegram", name, *given)
        assert len(fake.state.commands) == 2
        if mode == "webhook":  # told the address of the settings; this server has taken a free port
            fake.state.webhook["url"] = f"{shop.server.url}/webhooks/{shop.slug}/telegram/{name}"
        try:
            yield fake
        finally:  # the server is every test's, and would ask a Bot API that is gone
            await asyncio.to_thread(shop.server.command, "channel", "remove", shop.slug, "telegram", name)


def link(shop: Shop, customer: str, order_no: str | None = None, *, minutes: int = 10) -> str:
    """What the shop's own server puts behind ?start= for a signed-in customer."""
    expires_at = datetime.now(UTC) + timedelta(minutes=minutes)
    return sign_start(Start(shop.customers + customer, order_no), shop.chat_secret, expires_at=expires_at)


async def to_offers(person: Person) -> None:
    """From the order that the link names to the ways in which the money may come back."""
    for start in ("order:", "reason:no_longer_wanted"):
        await person.sees_button(start)
        await person.press(start)
    await person.sees_button("offer:")


async def test_a_refund_from_the_start_link_to_the_settled_money(shop: Shop) -> None:
    await shop.push(order("T-1", "c-1", status="paid", placed=0.5, shipped=None))
    async with bot_of(shop) as fake:
        person = Person(fake, language="en")
        token = link(shop, "c-1", "T-1")
        assert await person.start(token) == 200
        question = await person.sees_button("order:T-1")
        assert "T-1" in question.text
        first = fake.state.last_sent

        await to_offers(person)
        await person.press("the way I paid")
        confirmation = await person.sees_button("confirm:yes")
        fake.fault("sendMessage", "flood", seconds=1)
        assert await person.press("confirm:yes") == 200
        assert [await fake.deliver(fake.state.last_sent) for _ in range(2)] == [200, 200]
        assert await fake.deliver(first) == 200

        case = await shop.case_in("T-1", "refunded")
        await person.sees(
            lambda shown: [it for it in shown if case["case_no"] in it.text and "refunded" in it.text.lower()]
        )

    assert [refund["state"] for refund in case["refunds"]] == ["succeeded"]
    assert case["channel"] == "telegram"
    assert await shop.movements("pay-T-1") == [5_900]
    assert "59.00" in confirmation.text
    assert person.bot_messages[0] is confirmation
    assert all(fake.state.queries.values())
    log = (shop.server.data_dir / "serve.log").read_text()
    assert [secret for secret in (TOKEN, SECRET, token, "Lin Xiao", "13800000000") if secret in log] == []
    shop.verify_books()


async def test_a_button_of_long_ago_moves_nothing(shop: Shop) -> None:
    await shop.push(order("T-2", "c-2", status="paid", placed=0.5, shipped=None))
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471907, "en")
        await person.start(link(shop, "c-2", "T-2"))
        await to_offers(person)
        await person.press("the way I paid")
        await person.sees_button("confirm:yes")
        asked = person.bot_messages[-1]
        old = dict(asked.markup or {})
        await person.press("confirm:no")
        await person.sees(lambda shown: "confirm:yes" not in {data for it in shown for data in it.buttons.values()})
        asked.markup = old

        assert await person.press("confirm:yes", on=asked) == 200
        await person.sees(lambda shown: "waiting for your choice" in shown[-1].text)

    assert await shop.movements("pay-T-2") == []


async def test_nobody_is_heard_without_the_secret(shop: Shop) -> None:
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471908)
        right = fake.state.webhook["secret_token"]
        answers = []
        for secret in ("", right[:-1], right + "x"):
            fake.state.webhook["secret_token"] = secret
            answers.append(await person.write("退款"))
        fake.state.webhook["secret_token"] = right
        answers.append(await person.write("退款"))
        await person.sees(lambda shown: shown)

    assert answers == [401, 401, 401, 200]


@pytest.mark.parametrize(
    "change",
    [{"minutes": -1}, {"customer": "c-9", "is_signed_by_another": True}],
    ids=["over", "signed by another"],
)
async def test_a_link_that_does_not_hold_shows_no_order(shop: Shop, change: dict[str, object]) -> None:
    await shop.push(order("T-3", "c-3", status="paid", placed=0.5, shipped=None))
    token = link(shop, "c-3", "T-3", minutes=int(str(change.get("minutes", 10))))
    if change.get("is_signed_by_another"):
        token = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471909, "en")
        await person.start(token)
        shown = await person.sees(lambda shown: shown)

    assert not any("T-3" in message.text or message.buttons.get("order:T-3") for message in shown)


async def test_who_blocked_the_bot_is_sent_nothing_until_they_come_back(shop: Shop) -> None:
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471910, "en")
        await person.write("hello")
        await person.sees(lambda shown: shown)
        assert await person.block() == 200
        sent = len(fake.calls("sendMessage"))

        assert await person.unblock() == 200
        await person.write("hello again")
        await person.sees(lambda shown: len(shown) >= 2)

    assert len(fake.calls("sendMessage")) > sent


async def test_pictures_from_the_chat_are_evidence_and_what_is_none_is_told(shop: Shop) -> None:
    await shop.push(order("T-6", "c-6"))
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471913, "en")
        await person.start(link(shop, "c-6", "T-6"))
        for start in ("order:", "reason:damaged"):
            await person.sees_button(start)
            await person.press(start)
        await person.sees_button("evidence:skip")
        await person.send_photo(b"GIF89a, no picture of any kind that is taken")
        await person.sees(lambda shown: any("JPEG" in message.text for message in shown))

        await person.send_photo(picture(), caption="the handle", group="1386")
        await person.send_photo(picture(), group="1386")
        await person.sees(lambda shown: any("Pictures so far: 2" in message.text for message in shown))


def picture() -> bytes:
    """A photo as a phone sends it."""
    kept = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


async def test_a_bot_that_cannot_be_called_asks_and_serves_the_same(shop: Shop) -> None:
    await shop.push(order("T-4", "c-4", status="paid", placed=0.5, shipped=None))
    async with bot_of(shop, mode="polling") as fake:
        person = Person(fake, 5238471911, "en")
        await person.start(link(shop, "c-4", "T-4"))
        await to_offers(person)
        await person.press("the way I paid")
        await person.sees_button("confirm:yes")
        await person.press("confirm:yes")
        await shop.case_in("T-4", "refunded")
        await fake.all_taken()

    assert await shop.movements("pay-T-4") == [5_900]


async def test_the_same_customer_asks_on_the_web_about_what_began_in_telegram(shop: Shop) -> None:
    await shop.push(order("T-5", "c-5", status="delivered", placed=3, shipped=2, delivered=1))
    async with bot_of(shop) as fake:
        person = Person(fake, 5238471912, "en")
        await person.start(link(shop, "c-5", "T-5"))
        await to_offers(person)
    chat = await shop.chat("c-5")

    await chat.say("where is my refund?")

    assert "T-5" in chat.text
