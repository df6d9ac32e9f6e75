"""The signature that S3 and what is compatible with it ask of every request (AWS Signature Version 4); pure."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"
_SAFE_IN_PATHS = "/-_.~"


@dataclass(frozen=True, slots=True)
class S3Key:
    """Who signs, and for which region."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class S3Request:
    """What is signed; path is as sent (`encoded_path`), query is sorted and encoded, header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    content_sha256: str
    query: str = ""


def encoded_path(path: str) -> str:
    """A path as it is sent and signed: each byte but letters, digits and -_.~ as %XX, slashes kept."""
    return quote(path, safe=_SAFE_IN_PATHS)


def sign(request: S3Request, key: S3Key, *, at: datetime) -> dict[str, str]:
    """All headers of the request: its own, the two that S3 wants, and Authorization over all of them."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, "x-amz-content-sha256": request.content_sha256, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    scope = f"{stamp[:8]}/{key.region}/s3/aws4_request"
    text = "\n".join((_ALGORITHM, stamp, scope, _hash_of(_canonical(request, headers, names))))
    signature = _hmac(_signing_key(key, stamp[:8]), text).hex()
    headers["Authorization"] = (
        f"{_ALGORITHM} Credential={key.access_key_id}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return headers


def _canonical(request: S3Request, headers: Mapping[str, str], names: str) -> str:
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    return f"{request.method}\n{request.path}\n{request.query}\n{lines}\n{names}\n{request.content_sha256}"


def _signing_key(key: S3Key, day: str) -> bytes:
    made = ("AWS4" + key.secret_access_key).encode()
    for part in (day, key.region, "s3", "aws4_request"):
        made = _hmac(made, part)
    return made


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
