"""The place for the bytes of evidence that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.attachment_settings import S3Settings
from bot.settings import Settings
from channels.guarded_calls import guarded_connector
from refund_core.addresses import is_ordinary
from storage.attachment_files import AttachmentFiles, DirectoryFiles
from storage.s3_files import S3Place, open_s3_files
from storage.s3_signature import S3Key


@asynccontextmanager
async def open_files(settings: Settings) -> AsyncIterator[AttachmentFiles]:
    """A folder or a bucket; nothing is written or called yet."""
    attachments = settings.attachments
    if attachments.store == "directory":
        yield DirectoryFiles(attachments.folder or settings.data_dir / "attachments")
        return
    async with open_s3_files(_place(attachments.s3), guarded_connector(is_ordinary)) as files:
        yield files


def _place(s3: S3Settings) -> S3Place:
    if s3.url is None or s3.bucket is None or s3.access_key_id is None or s3.secret_access_key is None:
        raise ValueError("settings are checked when they are loaded")
    return S3Place(
        s3.url,
        s3.bucket,
        S3Key(s3.access_key_id, s3.secret_access_key, s3.region),
        prefix=s3.prefix,
        is_path_style=s3.is_path_style,
        seconds=s3.seconds,
        tries_max=s3.tries_max,
        pause_seconds=s3.pause_seconds,
    )
