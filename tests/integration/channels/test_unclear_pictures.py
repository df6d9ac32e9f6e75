"""A picture of ours of which nobody knows whether it was shown: once more, and then on the desk."""

import pytest

from tests.integration.api.shop import Shop
from tests.integration.channels import rest
from tests.integration.channels.rest import talk
from tests.integration.channels.telegram_stage import bot_of, start_token
from tests.integration.desk.desk import Staff
from tests.pictures import picture
from tests.servers.front_end import running_front_end
from tests.servers.telegram.person import Person


@pytest.mark.parametrize("fault", ["lost", "error"])
async def test_a_photo_of_which_nobody_knows_is_sent_to_telegram_once_more_and_then_on_the_desk(
    shop: Shop, wang: Staff, fault: str
) -> None:
    async with bot_of(shop) as fake:
        person = Person(fake, language="en")
        await person.start(start_token(shop, order_no=None))
        await person.sees(bool)
        await wang.take_over(await talk(shop))
        await person.sees(lambda messages: "Wang" in messages[-1].text)
        for _ in range(2):
            fake.fault("sendPhoto", fault)

        assert (await wang.show(await talk(shop), picture(), "This is the label."))[0] == 204
        for _ in range(2):
            await rest.eventually_due(shop)
        buried = await rest.until_buried(shop)

    assert "part_unknown" in buried
    assert len(fake.calls("sendPhoto")) == 2
    await expect_on_the_desk(shop, wang)


@pytest.mark.parametrize("fault", ["drop", 500])
async def test_a_picture_of_which_nobody_knows_is_told_a_front_end_once_more_and_then_on_the_desk(
    shop: Shop, wang: Staff, fault: str | int
) -> None:
    async with running_front_end(rest.TOKEN) as front_end:
        await rest.account(shop, callback_url=front_end.url)
        await rest.say(shop, "hello")
        await wang.take_over(await talk(shop))
        await front_end.wait_for(1)
        front_end.faults = [fault, fault, fault]

        assert (await wang.show(await talk(shop), picture()))[0] == 204
        for _ in range(2):
            await rest.eventually_due(shop)
        buried = await rest.until_buried(shop)

    assert "part_unknown" in buried
    assert len(front_end.keys) == 3
    assert front_end.keys[1] == front_end.keys[2]  # by which a front end knows the second for the first
    await expect_on_the_desk(shop, wang)


async def expect_on_the_desk(shop: Shop, wang: Staff) -> None:
    """The trouble page says what is not known, and leads to the conversation."""
    _, page = await wang.get("/desk/trouble")

    assert "Nobody knows whether part 1/1 was sent" in page
    assert f'href="/desk/conversations/{await talk(shop)}"' in page
