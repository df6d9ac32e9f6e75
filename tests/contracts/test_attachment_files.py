"""What every place for the bytes of evidence does alike: a folder, and a bucket in the path or in the host's name."""

import hashlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from storage.attachment_files import AttachmentFiles, DirectoryFiles, FileAbsent, FilesUnavailable, new_name
from storage.s3_files import S3Files, S3Place, open_s3_files
from storage.s3_signature import S3Key
from tests.servers.s3.server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, FakeS3, running_s3

CONTENT = os.urandom(700_001)


class ToThisMachine(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(params=["folder", "path", "host"])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AttachmentFiles]:
    if request.param == "folder":
        yield DirectoryFiles(tmp_path / "kept")
        return
    async with running_s3(is_path_style=request.param == "path") as fake:
        connector = aiohttp.TCPConnector(resolver=ToThisMachine())
        async with aiohttp.ClientSession(connector=connector) as http:
            yield S3Files(place(fake), http)


def place(fake: FakeS3, **more: object) -> S3Place:
    key = S3Key(ACCESS_KEY_ID, SECRET_ACCESS_KEY, fake.region)
    given = {"prefix": "shop/a b+c/", "is_path_style": fake.is_path_style, "pause_seconds": 0.01, "seconds": 5.0}
    return S3Place(fake.url, fake.bucket, key, **{**given, **more})  # type: ignore[arg-type]  # a mixed bag of settings


async def test_what_was_put_is_read_whole_and_in_parts(files: AttachmentFiles, tmp_path: Path) -> None:
    name = await _put(files, tmp_path, CONTENT)

    assert await _read(files, name, 0, len(CONTENT)) == CONTENT
    assert await _read(files, name, 5, 9) == CONTENT[5:9]
    assert await _read(files, name, 699_990, 700_001) == CONTENT[-11:]


async def test_what_was_deleted_is_absent_and_may_be_deleted_again(files: AttachmentFiles, tmp_path: Path) -> None:
    name = await _put(files, tmp_path, b"content")

    await files.delete(name)
    await files.delete(name)

    with pytest.raises(FileAbsent):
        await _read(files, name, 0, 7)


async def test_a_place_that_works_passes_its_check_and_keeps_nothing_of_it(
    files: AttachmentFiles, tmp_path: Path
) -> None:
    await files.check()

    assert _names_below(tmp_path) == []


async def test_a_reader_may_go_away_in_the_middle(files: AttachmentFiles, tmp_path: Path) -> None:
    name = await _put(files, tmp_path, CONTENT)

    reading = files.read(name, start=0, end=len(CONTENT))
    first = await anext(reading)
    await reading.aclose()

    assert CONTENT.startswith(first)
    assert await _read(files, name, 0, len(CONTENT)) == CONTENT


async def test_a_folder_that_takes_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(FilesUnavailable):
        await DirectoryFiles(tmp_path / "kept").check()


def _names_below(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def _put(files: AttachmentFiles, folder: Path, content: bytes) -> str:
    source, name = folder / "source", new_name()
    source.write_bytes(content)
    await files.put(name, source, media_type="video/mp4", sha256=hashlib.sha256(content).digest())
    source.unlink(missing_ok=True)
    return name


async def _read(files: AttachmentFiles, name: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in files.read(name, start=start, end=end)])


@pytest.mark.parametrize("fault", ["500", "503", "reset"])
async def test_what_passes_by_itself_is_tried_again(tmp_path: Path, fault: str) -> None:
    async with running_s3() as fake, open_s3_files(place(fake)) as files:
        fake.faults += [fault, fault]  # type: ignore[list-item]  # the parameters are faults

        name = await _put(files, tmp_path, CONTENT)

        fake.faults += [fault, fault]  # type: ignore[list-item]
        assert await _read(files, name, 0, len(CONTENT)) == CONTENT
        assert fake.objects["shop/a b+c/" + name].content_type == "video/mp4"


@pytest.mark.parametrize(
    ("fault", "words", "tries"),
    [
        ("500", "500 InternalError", 3),
        ("503", "503 SlowDown", 3),
        ("403", "403 AccessDenied", 1),
        ("slow", "Timeout", 3),
    ],
)
async def test_what_does_not_pass_is_told_after_few_tries(tmp_path: Path, fault: str, words: str, tries: int) -> None:
    async with running_s3() as fake, open_s3_files(place(fake, seconds=0.2)) as files:
        fake.faults += [fault] * tries  # type: ignore[list-item]

        with pytest.raises(FilesUnavailable, match=words):
            await _put(files, tmp_path, b"content")

        assert fake.faults == []
        assert fake.objects == {}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"bucket": "other"}, "404 NoSuchBucket"),
        ({"key": S3Key("nobody", SECRET_ACCESS_KEY, "eu-test-1")}, "403 InvalidAccessKeyId"),
        ({"key": S3Key(ACCESS_KEY_ID, "wrong", "eu-test-1")}, "403 SignatureDoesNotMatch"),
        ({"key": S3Key(ACCESS_KEY_ID, SECRET_ACCESS_KEY, "elsewhere")}, "403 AuthorizationHeaderMalformed"),
        ({"url": "http://127.0.0.1:9"}, "ClientConnectorError"),
    ],
    ids=["bucket", "key", "secret", "region", "address"],
)
async def test_a_wrong_setting_is_named_by_the_check(more: dict[str, object], words: str) -> None:
    async with running_s3() as fake:
        wrong = {"url": fake.url, "bucket": fake.bucket, "key": S3Key(ACCESS_KEY_ID, SECRET_ACCESS_KEY, fake.region)}
        given = S3Place(**{**wrong, **more}, pause_seconds=0.01)  # type: ignore[arg-type]

        async with open_s3_files(given) as files:
            with pytest.raises(FilesUnavailable, match=words):
                await files.check()


async def test_a_file_that_changed_on_its_way_is_not_kept(tmp_path: Path) -> None:
    async with running_s3() as fake, open_s3_files(place(fake)) as files:
        source = tmp_path / "source"
        source.write_bytes(b"other content")

        with pytest.raises(FilesUnavailable, match="400 XAmzContentSHA256Mismatch"):
            await files.put(new_name(), source, media_type="image/png", sha256=hashlib.sha256(b"content").digest())

        assert fake.objects == {}
