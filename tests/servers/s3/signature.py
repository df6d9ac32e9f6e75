"""How a server checks AWS Signature Version 4, written apart from the code that signs."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote

SKEW_SECONDS_MAX = 900
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-content-sha256"}


def fault_of(
    method: str, target: str, headers: Mapping[str, str], *, secrets: Mapping[str, str], region: str, now: datetime
) -> str | None:
    """S3's code for what is wrong with the signature, or None; target is the path and query as they came."""
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None:
        return "AccessDenied"
    if match["key"] not in secrets:
        return "InvalidAccessKeyId"
    names = match["names"].split(";")
    if names != sorted(names) or not set(names) >= _MUST_BE_SIGNED or not set(names) <= set(headers):
        return "SignatureDoesNotMatch"
    if (match["region"], match["service"]) != (region, "s3"):
        return "AuthorizationHeaderMalformed"
    stamp = headers["x-amz-date"]
    sent = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((now - sent).total_seconds()) > SKEW_SECONDS_MAX or match["day"] != stamp[:8]:
        return "RequestTimeTooSkewed"
    path, _, query = target.partition("?")
    canonical = "\n".join(
        [
            method,
            quote(unquote(path), safe="/-_.~"),
            "&".join(
                f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(_pairs(query))
            ),
            *(f"{name}:{' '.join(headers[name].split())}" for name in names),
            "",
            match["names"],
            headers["x-amz-content-sha256"],
        ]
    )
    scope = f"{match['day']}/{region}/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + secrets[match["key"]].encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    is_right = hmac.compare_digest(hmac.digest(key, signed.encode(), "sha256").hex(), match["signature"])
    return None if is_right else "SignatureDoesNotMatch"


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
