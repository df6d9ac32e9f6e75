"""Settings of pictures and short videos: what is taken, and where it is kept."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from channels.named_servers import may_name
from refund_core.addresses import is_ordinary

_Bytes = Annotated[int, Meta(ge=1_024, le=1 << 30)]
_Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+/?$", examples=["https://s3.eu-central-1.amazonaws.com"])]
_Bucket = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", examples=["my-shop-evidence"])]
_Region = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$", examples=["eu-central-1"])]
_Prefix = Annotated[str, Meta(pattern=r"^([A-Za-z0-9_.-]{1,64}/){0,8}$", examples=["refundbot/"])]
_Word = Annotated[str, Meta(min_length=1, max_length=500)]
S3_NEEDS = ("url", "bucket", "access_key_id", "secret_access_key")


class S3Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bucket of S3 or of anything compatible with it, used where attachments.store is s3.

    is_path_style puts the bucket into the path (MinIO, Ceph, R2, AWS) instead of the host name (OSS, COS, AWS). prefix
    stands before every name and ends in a slash. A call, or a piece of a download, may take `seconds`.
    """

    url: _Url | None = None
    bucket: _Bucket | None = None
    region: _Region = "us-east-1"
    access_key_id: _Word | None = None
    secret_access_key: _Word | None = None
    prefix: _Prefix = ""
    is_path_style: bool = True
    seconds: Annotated[float, Meta(ge=0.1, le=600)] = 60
    tries_max: Annotated[int, Meta(ge=1, le=10)] = 3
    pause_seconds: Annotated[float, Meta(ge=0.01, le=10)] = 0.25


class AttachmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pictures and short videos that consumers send.

    They are kept in `folder` (attachments under data_dir, if none is named) or, with store s3, in a bucket.
    """

    store: Annotated[str, Meta(pattern="^(directory|s3)$")] = "directory"
    folder: Path | None = None
    image_bytes_max: _Bytes = 10 << 20
    video_bytes_max: _Bytes = 20 << 20
    pixels_max: Annotated[int, Meta(ge=10_000, le=200_000_000)] = 40_000_000
    side_pixels_max: Annotated[int, Meta(ge=320, le=16_384)] = 2_560
    at_once_max: Annotated[int, Meta(ge=1, le=64)] = 2
    per_conversation_max: Annotated[int, Meta(ge=1, le=1_000_000)] = 50
    upload_seconds_max: Annotated[float, Meta(gt=0, le=86_400)] = 300
    s3: S3Settings = S3Settings()

    def missing(self) -> str | None:
        """The name of a setting that the chosen store needs and that is not given."""
        if self.store != "s3":
            return None
        return next((name for name in S3_NEEDS if getattr(self.s3, name) is None), None)

    @property
    def has_odd_place(self) -> bool:
        """True where the bucket's address names a user, or a server at which a machine is told its secrets."""
        return self.s3.url is not None and not may_name(self.s3.url, is_ordinary)
