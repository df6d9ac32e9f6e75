"""Pictures and videos: those of users fetched from WeChat's own hosts and checked, ours given to WeChat."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from channels.channel import Fetched, Media
from channels.guarded_calls import guarded_connector, is_refused
from channels.pictures import Picture, PictureRoom
from channels.reading import TooLarge, read_up_to
from channels.weixin.client import CONNECT_SECONDS, WeixinClient
from channels.weixin.errors import TOKEN_REFUSED, check_answer, check_status
from refund_core.addresses import is_public
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

FETCH_SECONDS = 30.0
NOT_FETCHED_SECONDS = 10.0
HOSTS = (".qq.com", ".qpic.cn")
"""Where WeChat keeps videos, beside its API's own host."""
PICTURE_ROOM = PictureRoom(bytes_max=2 << 20, side_max=4_096)
"""The least that WeChat's pages have named for a picture's bytes over the years."""
_ANSWER_BYTES_MAX = 64 * 1024
_TYPES: Mapping[str, tuple[str, ...]] = {"picture": ("image/",), "video": ("video/", "application/octet-stream")}


async def fetch_media(client: WeixinClient, media: Media, *, bytes_max: int) -> Fetched:
    """What the user sent. Raises SendLater, SendRefused (another type, another host, larger)."""
    token = await client.token()
    try:
        fetched = await _fetch_once(client, media, token, bytes_max)
    except SendRefused as refused:
        if refused.code not in TOKEN_REFUSED:
            raise
        fetched = await _fetch_once(client, media, await client.token(token), bytes_max)
    if not isinstance(fetched, str):
        return fetched
    return await _fetch_video(client, fetched, bytes_max)


async def upload_picture(client: WeixinClient, picture: Picture) -> str:
    """Give WeChat a picture; its id there, which holds for three days. Raises SendLater and SendRefused."""
    token = await client.token()
    try:
        return await _upload_once(client, picture, token)
    except SendRefused as refused:
        if refused.code not in TOKEN_REFUSED:
            raise
    return await _upload_once(client, picture, await client.token(token))


async def _upload_once(client: WeixinClient, picture: Picture, token: str) -> str:
    form = aiohttp.FormData()
    form.add_field("media", picture.raw, filename=picture.file_name, content_type=picture.media_type)
    url, query = URL(f"{client.api_base}/cgi-bin/media/upload"), {"access_token": token, "type": "image"}
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_connect=CONNECT_SECONDS)
    try:
        async with client.http().post(url, params=query, data=form, allow_redirects=False, timeout=timeout) as response:
            check_status(response.status, response.headers.get("Retry-After"))
            answer = check_answer(await read_up_to(response, _ANSWER_BYTES_MAX))
    except AnswerUnknown as unknown:  # nobody has seen it
        raise SendLater(NOT_FETCHED_SECONDS, unknown.code) from None
    except (aiohttp.ClientError, TimeoutError, OSError, TooLarge) as error:
        raise SendLater(NOT_FETCHED_SECONDS, type(error).__name__) from None
    name = answer.get("media_id")
    if not isinstance(name, str) or not name:
        raise SendLater(NOT_FETCHED_SECONDS, "NO_MEDIA_ID")
    return name


async def _fetch_once(client: WeixinClient, media: Media, token: str, bytes_max: int) -> Fetched | str:
    """The file itself, or the address where WeChat keeps it."""
    url = URL(f"{client.api_base}/cgi-bin/media/get")
    query = {"access_token": token, "media_id": media.ref}
    fetched = await _get(client.http(), url, query, bytes_max)
    if not _is_text(fetched.content_type):
        return _checked(fetched, media.kind)
    answer: Mapping[str, Any] = check_answer(fetched.raw)
    address = answer.get("video_url")
    if media.kind != "video" or not isinstance(address, str):
        raise SendRefused("NO_MEDIA")
    return address


async def _fetch_video(client: WeixinClient, address: str, bytes_max: int) -> Fetched:
    url = video_url(address, URL(client.api_base))
    if url.origin() == URL(client.api_base).origin():
        return _checked(await _get(client.http(), url, {}, bytes_max), "video")
    async with aiohttp.ClientSession(connector=guarded_connector(is_public)) as http:
        return _checked(await _get(http, url, {}, bytes_max), "video")


def video_url(address: str, api: URL) -> URL:
    """The address, if it is one of WeChat's. Raises SendRefused: a host that only looks like one, another scheme."""
    try:
        url = URL(address)
        is_ours = url.origin() == api.origin()
        host = url.host or ""
    except ValueError:
        raise SendRefused("BAD_ADDRESS") from None
    if is_ours or (url.scheme in {"http", "https"} and url.user is None and host.endswith(HOSTS)):
        return url
    raise SendRefused("FOREIGN_HOST")


async def _get(http: aiohttp.ClientSession, url: URL, query: Mapping[str, str], bytes_max: int) -> Fetched:
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_connect=CONNECT_SECONDS)
    try:
        async with http.get(url, params=query, allow_redirects=False, timeout=timeout) as response:
            if response.status >= 500 or response.status == 408:
                raise SendLater(NOT_FETCHED_SECONDS, str(response.status))
            check_status(response.status, response.headers.get("Retry-After"))
            if (response.content_length or 0) > bytes_max:
                raise SendRefused("TOO_LARGE")
            return Fetched(await read_up_to(response, bytes_max), response.content_type)
    except TooLarge:
        raise SendRefused("TOO_LARGE") from None
    except aiohttp.ClientConnectorError as error:
        if is_refused(error):
            raise SendRefused("FOREIGN_ADDRESS") from None
        raise SendLater(NOT_FETCHED_SECONDS, type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SendLater(NOT_FETCHED_SECONDS, type(error).__name__) from None


def _is_text(content_type: str) -> bool:
    return content_type in {"application/json", "text/plain"}


def _checked(fetched: Fetched, kind: str) -> Fetched:
    if not fetched.content_type.startswith(_TYPES[kind]):
        raise SendRefused("WRONG_TYPE")
    return fetched
