"""Evidence on the case page: pictures are shown, videos are played, in the talk and in the report."""

import aiohttp

from tests.integration.api.shop import Shop
from tests.integration.desk.desk import Staff
from tests.integration.desk.trade import order, stock
from tests.pictures import MP4, picture


async def test_a_picture_is_shown_and_a_video_played_in_talk_and_report(shop: Shop, wang: Staff) -> None:
    shown, played, case_no = await _claim_with_picture_and_video(shop)

    status, page = await wang.get(f"/desk/cases/{case_no}")

    assert status == 200
    assert page.count(f'<img src="/desk/attachments/{shown}"') == 2
    assert page.count(f'<video src="/desk/attachments/{played}" controls') == 2
    assert f'<img src="/desk/attachments/{played}"' not in page


async def test_the_page_may_play_what_comes_from_the_desk_itself(shop: Shop, wang: Staff) -> None:
    _, played, case_no = await _claim_with_picture_and_video(shop)

    async with wang.http.get(f"{wang.url}/desk/cases/{case_no}") as page:
        policy = page.headers["Content-Security-Policy"]
    async with wang.http.get(f"{wang.url}/desk/attachments/{played}", headers={"Range": "bytes=4-7"}) as part:
        assert (part.status, await part.read()) == (206, b"ftyp")
        assert part.headers["Content-Range"] == f"bytes 4-7/{len(MP4)}"
        assert part.headers["Content-Type"] == "video/mp4"

    assert "media-src 'self';" in policy


async def test_nobody_gets_evidence_without_logging_in(shop: Shop, wang: Staff) -> None:
    _, played, _ = await _claim_with_picture_and_video(shop)

    async with (
        aiohttp.ClientSession() as stranger,
        stranger.get(f"{wang.url}/desk/attachments/{played}", allow_redirects=False) as answer,
    ):
        assert answer.status in {303, 401}


async def _claim_with_picture_and_video(shop: Shop) -> tuple[str, str, str]:
    """The ids of the two, and the case's number."""
    await stock(shop, order(shop))
    chat = await shop.session("c-1", locale="en")
    for action in ("start:refund", "order:A-1", "lines:all", "reason:damaged"):
        await chat.say(action=action)
    sent = [(await chat.upload(content))[1]["attachment"] for content in (picture(), MP4)]
    await chat.say("look", attachments=sent)
    status, _ = await chat.say(action="evidence:skip")
    assert status == 200
    _, page = await shop.api("GET", "/cases?order_no=A-1")
    return sent[0], sent[1], page["items"][0]["case_no"]
