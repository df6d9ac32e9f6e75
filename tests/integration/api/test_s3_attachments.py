"""Evidence in a bucket: the same calls as with a folder, and a bucket that fails."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from channels.guarded_calls import guarded_connector
from refund_core.addresses import is_ordinary
from storage.attachment_files import FilesUnavailable
from storage.database import Database
from storage.s3_files import S3Place, open_s3_files
from storage.s3_signature import S3Key
from tests.integration.api.shop import Chat, Shop, open_shop
from tests.pictures import MP4, picture
from tests.servers.names import Names
from tests.servers.s3.server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, FakeS3, running_s3


@pytest.fixture
async def bucket() -> AsyncIterator[FakeS3]:
    async with running_s3() as fake:
        yield fake


@pytest.fixture
async def s3_shop(database: Database, redis_url: str, tmp_path: Path, bucket: FakeS3) -> AsyncIterator[Shop]:
    start = "REFUNDBOT_ATTACHMENTS__"
    settings = {
        start + "STORE": "s3",
        start + "S3__URL": bucket.url,
        start + "S3__BUCKET": bucket.bucket,
        start + "S3__REGION": bucket.region,
        start + "S3__ACCESS_KEY_ID": ACCESS_KEY_ID,
        start + "S3__SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        start + "S3__PREFIX": "refundbot/",
        start + "S3__SECONDS": "2",
        start + "S3__PAUSE_SECONDS": "0.01",
    }
    async with open_shop(database, redis_url, tmp_path, settings) as shop:
        yield shop


async def test_evidence_lies_in_the_bucket_and_comes_back_whole_and_in_ranges(s3_shop: Shop, bucket: FakeS3) -> None:
    chat = await s3_shop.session("c-1")

    _, shown = await chat.upload(picture())
    _, played = await chat.upload(MP4)
    status, whole = await chat.get(f"/attachments/{played['attachment']}")
    part = await _range(chat, played["attachment"], "bytes=10-19")

    assert sorted(stored.content_type for stored in bucket.objects.values()) == ["image/jpeg", "video/mp4"]
    assert all(name.startswith("refundbot/") for name in bucket.objects)
    assert (status, whole) == (200, MP4)
    assert part == (206, MP4[10:20])
    assert (await chat.get(f"/attachments/{shown['attachment']}"))[0] == 200
    assert not list(s3_shop.settings.data_dir.glob("attachments/*"))
    assert not list(s3_shop.settings.data_dir.glob("incoming/*"))


@pytest.mark.parametrize("fault", ["500", "403", "slow"])
async def test_an_upload_that_the_bucket_refuses_is_told_and_leaves_nothing(
    s3_shop: Shop, bucket: FakeS3, fault: str
) -> None:
    chat = await s3_shop.session("c-1")
    bucket.faults += [fault] * 3  # type: ignore[list-item]  # the parameters are faults

    status, problem = await chat.upload(picture())
    bucket.faults.clear()
    again, _ = await chat.upload(picture())

    assert (status, problem["type"]) == (503, "urn:refundbot:problem:files-unavailable")
    assert SECRET_ACCESS_KEY not in str(problem)
    assert again == 201
    assert len(await s3_shop.base.db.fetch("SELECT 1 FROM attachment")) == 1


async def test_a_download_fails_as_such_where_the_bucket_does(s3_shop: Shop, bucket: FakeS3) -> None:
    chat = await s3_shop.session("c-1")
    _, answer = await chat.upload(MP4)
    place = f"/attachments/{answer['attachment']}"

    bucket.faults += ["500"] * 3
    refused, _ = await chat.get(place)
    bucket.faults += ["cut"]
    with pytest.raises(aiohttp.ClientPayloadError):
        await chat.get(place)
    bucket.objects.clear()
    gone, _ = await chat.get(place)

    assert (refused, gone) == (503, 404)


async def _range(chat: Chat, attachment: str, wanted: str) -> tuple[int, bytes]:
    url = f"{chat.shop.url}/api/chat/shop/attachments/{attachment}"
    headers = {"Authorization": f"Bearer {chat.token}", "Range": wanted}
    async with chat.shop.http.get(url, headers=headers) as response:
        return response.status, await response.read()


@pytest.mark.parametrize("found", ["169.254.169.254", "fe80::1", "0.0.0.0", "168.63.129.16"])
async def test_a_bucket_s_name_that_leads_to_a_machine_s_secrets_is_not_called(found: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    place = S3Place("http://s3.example:1", "bucket", S3Key("id", "secret", "eu"), tries_max=1)
    names = Names({"s3.example": [[found]]})

    async with open_s3_files(place, guarded_connector(is_ordinary, names)) as files:
        with pytest.raises(FilesUnavailable, match="where nothing may be kept"):
            await files.put("ab/name", tmp_path / "file", media_type="text/plain", sha256=bytes(32))

    assert names.asked == ["s3.example"]
