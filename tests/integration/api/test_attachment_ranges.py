"""A kept file in ranges, as players and browsers ask for it."""

from collections.abc import Mapping

import pytest

from tests.integration.api.shop import Chat, Shop
from tests.pictures import MP4

SIZE = len(MP4)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        (f"bytes=5-{SIZE * 2}", 5, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
    ],
)
async def test_a_range_is_answered_with_just_those_bytes(shop: Shop, asked: str, first: int, last: int) -> None:
    chat, place = await _video(shop)

    status, headers, content = await _get(chat, place, {"Range": asked})

    assert (status, content) == (206, MP4[first : last + 1])
    assert headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999-1000000", "bytes=-0"])
async def test_a_range_behind_the_end_is_refused_with_the_size(shop: Shop, asked: str) -> None:
    chat, place = await _video(shop)

    status, headers, content = await _get(chat, place, {"Range": asked})

    assert (status, headers["Content-Range"], content) == (416, f"bytes */{SIZE}", b"")


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "nonsense", "bytes=a-b"])
async def test_what_is_no_single_range_is_answered_with_the_whole(shop: Shop, asked: str) -> None:
    chat, place = await _video(shop)

    status, _, content = await _get(chat, place, {"Range": asked})

    assert (status, content) == (200, MP4)


async def test_a_range_of_another_file_is_answered_with_the_whole(shop: Shop) -> None:
    chat, place = await _video(shop)
    _, headers, _ = await _get(chat, place, {})

    same = await _get(chat, place, {"Range": "bytes=0-9", "If-Range": headers["ETag"]})
    other = await _get(chat, place, {"Range": "bytes=0-9", "If-Range": '"another"'})

    assert (same[0], len(same[2])) == (206, 10)
    assert (other[0], len(other[2])) == (200, SIZE)


async def test_who_has_the_file_already_is_told_so(shop: Shop) -> None:
    chat, place = await _video(shop)
    _, headers, _ = await _get(chat, place, {})

    status, _, content = await _get(chat, place, {"If-None-Match": headers["ETag"]})

    assert (status, content) == (304, b"")


async def test_a_range_of_a_foreign_file_is_not_there(shop: Shop) -> None:
    _, place = await _video(shop)
    other = await shop.session("c-2")

    status, _, _ = await _get(other, place, {"Range": "bytes=0-9"})

    assert status == 404


async def _video(shop: Shop) -> tuple[Chat, str]:
    chat = await shop.session("c-1")
    _, answer = await chat.upload(MP4)
    return chat, f"/attachments/{answer['attachment']}"


async def _get(chat: Chat, place: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    url = f"{chat.shop.url}/api/chat/shop{place}"
    asked = {"Authorization": f"Bearer {chat.token}", **headers}
    async with chat.shop.http.get(url, headers=asked) as response:
        return response.status, response.headers.copy(), await response.read()
