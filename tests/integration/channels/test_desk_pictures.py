"""A picture that a person sends from the desk reaches the customer on every platform, within what it takes."""

import io

import aiohttp
import pytest
from PIL import Image

from bot.picture_links import picture_links
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.channels import rest
from tests.integration.channels.rest import talk
from tests.integration.channels.telegram_stage import bot_of, start_token
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.integration.desk.desk import Staff
from tests.pictures import MP4, picture, saved
from tests.servers.front_end import running_front_end
from tests.servers.telegram.person import Person
from tests.servers.wechat.server import FakeWeChat
from tests.servers.wechat.state import Kind

SENDS, UPLOADS = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"
WECHAT_BYTES_MAX = 2 << 20


@pytest.fixture(params=["wechat", "mini_program"])
async def stage(shop: Shop, wechat: FakeWeChat, request: pytest.FixtureRequest, wang: Staff) -> Stage:
    """A user whose conversation Wang holds."""
    kind: Kind = request.param
    opened = await open_stage(shop, wechat, kind)
    await opened.user.write("你好")
    await opened.hears("退款")
    await wang.take_over(await talk(shop))
    await opened.hears("Wang")
    await written_anew(opened)
    return opened


async def written_anew(stage: Stage) -> None:
    """All messages are there again."""
    await stage.idle()
    stage.shop.clock.move(60)
    await stage.user.write("在吗")
    await stage.idle()


def noise(side: int, kind: str = "PNG") -> bytes:
    """A picture that no compression makes small."""
    return saved(Image.effect_noise((side, side), 90).convert("RGB"), kind)


async def test_a_picture_with_words_reaches_a_wechat_user_as_text_and_image(stage: Stage, wang: Staff) -> None:
    heard = len(stage.texts())

    status, _ = await wang.show(await talk(stage.shop), picture(), "请看标签")
    await stage.wechat.world.until(lambda: len(stage.texts()) == heard + 2)

    words, shown = stage.user.person.heard[heard:]
    assert (status, words.kind, shown.kind) == (204, "text", "image")
    assert "请看标签" in words.text
    with Image.open(io.BytesIO(stage.wechat.world.uploads[shown.text])) as image:
        assert image.size == (40, 30)


async def test_a_picture_counts_as_one_message_of_the_quota(stage: Stage, wang: Staff) -> None:
    """Five may be sent after the user's word; the sixth picture waits for another."""
    for number in range(6):
        stage.shop.clock.move(3)
        assert (await wang.show(await talk(stage.shop), picture(size=(40 + number, 30))))[0] == 204
        await stage.idle()

    images = [heard for heard in stage.user.person.heard if heard.kind == "image"]
    assert len(images) == 5
    assert stage.wechat.world.refusals == []
    assert "not_taken" in await rest.until_buried(stage.shop)


async def test_a_picture_too_large_for_wechat_is_made_smaller(stage: Stage, wang: Staff) -> None:
    large = noise(1_500)
    assert WECHAT_BYTES_MAX < len(large) < 10 << 20

    assert (await wang.show(await talk(stage.shop), large))[0] == 204
    await stage.wechat.world.until(lambda: stage.user.person.heard[-1].kind == "image")

    (sent,) = stage.wechat.world.uploads.values()
    assert 100_000 < len(sent) <= WECHAT_BYTES_MAX


async def test_a_kind_that_wechat_does_not_show_becomes_one_that_it_does(stage: Stage, wang: Staff) -> None:
    assert (await wang.show(await talk(stage.shop), picture("WEBP")))[0] == 204
    await stage.wechat.world.until(lambda: stage.user.person.heard[-1].kind == "image")

    (sent,) = stage.wechat.world.uploads.values()
    assert sent.startswith(b"\xff\xd8\xff")


async def test_a_picture_of_which_nobody_knows_is_sent_once_more_and_then_on_the_desk(
    stage: Stage, wang: Staff
) -> None:
    await wang.say(await talk(stage.shop), "one moment")  # so that the token is there
    await stage.idle()
    sends = stage.wechat.world.calls.count(SENDS)
    stage.wechat.world.faults.strays = 2

    assert (await wang.show(await talk(stage.shop), picture()))[0] == 204
    for _ in range(2):
        await rest.eventually_due(stage.shop)

    assert "part_unknown" in await rest.until_buried(stage.shop)
    assert stage.wechat.world.calls.count(SENDS) == sends + 2
    _, english = await wang.get("/desk/trouble")
    await wang.post("/desk/language", locale="zh-CN")
    _, chinese = await wang.get("/desk/trouble")
    assert "Send to the customer on their platform" in english
    assert "Nobody knows whether part 1/1 was sent" in english
    assert f'href="/desk/conversations/{await talk(stage.shop)}"' in english
    assert "在客户的平台上发送" in chinese


async def test_an_upload_that_is_lost_is_done_again_and_the_picture_shown_once(stage: Stage, wang: Staff) -> None:
    stage.wechat.world.faults.dropped_after = 1
    assert (await wang.show(await talk(stage.shop), picture()))[0] == 204

    await rest.eventually_due(stage.shop)
    await stage.wechat.world.until(lambda: stage.user.person.heard[-1].kind == "image")
    await stage.idle()

    assert stage.wechat.world.calls.count(UPLOADS) == 2
    assert sum(heard.kind == "image" for heard in stage.user.person.heard) == 1


async def test_a_picture_reaches_telegram_with_its_words_below_it(shop: Shop, wang: Staff) -> None:
    async with bot_of(shop) as fake:
        person = Person(fake, language="en")
        await person.start(start_token(shop, order_no=None))
        await person.sees(bool)
        await wang.take_over(await talk(shop))

        status, _ = await wang.show(await talk(shop), noise(1_200), "This is the label.")
        await person.sees(lambda messages: bool(messages[-1].photo))
        assert (await wang.show(await talk(shop), picture()))[0] == 204
        messages = await person.sees(lambda messages: sum(bool(message.photo) for message in messages) == 2)

    assert status == 204
    assert [message.text for message in messages if message.photo] == ["Wang:\nThis is the label.", ""]


async def test_words_too_long_to_stand_below_a_photo_come_before_it(shop: Shop, wang: Staff) -> None:
    async with bot_of(shop) as fake:
        person = Person(fake, language="en")
        await person.start(start_token(shop, order_no=None))
        await person.sees(bool)
        await wang.take_over(await talk(shop))

        await wang.show(await talk(shop), picture(), "The label. " * 120)
        messages = await person.sees(lambda messages: bool(messages[-1].photo))

    assert messages[-1].text == ""
    assert messages[-2].text.count("The label.") == 120


async def test_a_rest_front_end_is_told_where_the_picture_can_be_seen(shop: Shop, wang: Staff) -> None:
    async with running_front_end(rest.TOKEN) as front_end:
        await rest.account(shop, callback_url=front_end.url)
        await rest.say(shop, "hello")
        await wang.take_over(await talk(shop))
        await front_end.wait_for(1)

        assert (await wang.show(await talk(shop), picture(), "The label"))[0] == 204
        await front_end.wait_for(2)

    words, shown = front_end.shown[-2:]
    address = shop.url + "/pictures/" + shown["image"].partition("/pictures/")[2]
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        raw = await answer.read()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (words["text"], set(shown)) == ("The label", {"recipient_id", "image"})
    assert raw.startswith(b"\xff\xd8\xff")


async def test_the_address_of_a_picture_holds_for_a_week_and_for_nothing_else(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1")
    await wang.take_over(chat.conversation)
    await wang.show(chat.conversation, picture())
    (row,) = await shop.base.db.fetch("SELECT public_id FROM attachment")
    links = picture_links(shop.base.vault, shop.settings, shop.clock)
    good = links.address("shop", row["public_id"]).partition("/pictures/")[2]
    name, query = good.partition("?")[::2]
    other = await shop.another_merchant("other")
    foreign = links.address("other", row["public_id"]).partition("/pictures/")[2]
    until_, sign = query.removeprefix("until=").split("&sign=")

    async def status(path: str) -> int:
        return (await shop.call("GET", f"/pictures/{path}"))[0]

    assert other.merchant_id != shop.merchant.merchant_id
    assert await status(good) == 200
    for wrong in (
        name, f"{name}?until={until_}", f"{name}?until={until_}&sign=", f"{name}?until={until_}&sign={sign[:-1]}",
        f"{name}?until={int(until_) + 1}&sign={sign}", f"shop/a{'x' * 22}?{query}", f"{name}?until=ä&sign={sign}",
        f"{name}?until={'9' * 40}&sign={sign}", foreign,
    ):  # fmt: skip
        assert await status(wrong) == 404
    shop.clock.move(7 * 86_400 + 1)
    assert await status(good) == 404


@pytest.mark.parametrize("content", [MP4, b"GIF89a, no picture", b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
async def test_what_is_no_picture_is_not_sent(shop: Shop, wang: Staff, content: bytes) -> None:
    chat = await shop.session("c-1")
    await wang.take_over(chat.conversation)

    status, words = await wang.show(chat.conversation, content, "look")

    _, history = await chat.get("/messages?after=0")
    assert status == 422
    assert "nothing was sent" in words.lower()
    assert "look" not in [message["text"] for message in history["messages"]]


async def test_a_picture_of_the_desk_is_in_the_chat_and_hides_nothing(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1")
    await wang.take_over(chat.conversation)

    status, _ = await wang.show(chat.conversation, picture(exif=b"Exif\x00\x00GPS"), "")

    _, history = await chat.get("/messages?after=0")
    (shown,) = history["messages"][-1]["attachments"]
    async with shop.http.get(
        f"{shop.url}/api/chat/shop/attachments/{shown}", headers={"Authorization": f"Bearer {chat.token}"}
    ) as answer:
        raw = await answer.read()
    assert status == 204
    assert b"GPS" not in raw


async def test_without_the_page_s_token_or_the_conversation_no_picture_is_sent(shop: Shop, wang: Staff) -> None:
    chat = await shop.session("c-1")

    not_held, _ = await wang.show(chat.conversation, picture())
    await wang.take_over(chat.conversation)
    forged, _ = await wang.show(chat.conversation, picture(), csrf="forged")

    assert (not_held, forged) == (409, 403)
    assert not await shop.base.db.fetch("SELECT 1 FROM attachment")


async def test_a_picture_whose_file_is_gone_is_on_the_desk(stage: Stage, wang: Staff) -> None:
    stage.shop.clock.move(3)
    stage.wechat.world.faults.dropped_after = 1
    await wang.show(await talk(stage.shop), picture())
    await until(lambda: _is_waiting(stage))
    for path in (stage.shop.settings.data_dir / "attachments").rglob("*"):
        if path.is_file():
            path.unlink()
    await rest.eventually_due(stage.shop)

    assert "picture_gone" in await rest.until_buried(stage.shop)


async def _is_waiting(stage: Stage) -> bool:
    sql = "SELECT 1 FROM outbox WHERE kind = 'channel.send' AND leased_until IS NULL AND last_error IS NOT NULL"
    return bool(await stage.shop.base.db.fetch(f"{sql} AND done_at IS NULL"))
