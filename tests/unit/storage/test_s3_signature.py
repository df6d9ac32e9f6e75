"""The signature of S3 requests against the examples that AWS has published, for who signs and for who verifies."""

import hashlib
from datetime import UTC, datetime

import pytest

from storage.s3_signature import S3Key, S3Request, encoded_path, sign
from tests.servers.s3.signature import fault_of

AT = datetime(2013, 5, 24, tzinfo=UTC)
KEY = S3Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
HOST = {"host": "examplebucket.s3.amazonaws.com"}
EMPTY = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
REDUCED = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
PUBLISHED = [
    (
        S3Request("GET", "/test.txt", HOST | {"range": "bytes=0-9"}, EMPTY),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    (
        S3Request("PUT", encoded_path("/test$file.text"), HOST | REDUCED, WELCOME),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    (
        S3Request("GET", "/", HOST, EMPTY, "lifecycle="),
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    (
        S3Request("GET", "/", HOST, EMPTY, "max-keys=2&prefix=J"),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
]
EXAMPLES = pytest.mark.parametrize(("request_", "signature"), PUBLISHED, ids=["get", "put", "lifecycle", "list"])


@EXAMPLES
def test_a_published_request_gets_its_published_signature(request_: S3Request, signature: str) -> None:
    headers = sign(request_, KEY, at=AT)

    assert headers["Authorization"].endswith(f"Signature={signature}")
    assert "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request" in headers["Authorization"]


@EXAMPLES
def test_the_fake_server_takes_the_published_signature_and_no_other(request_: S3Request, signature: str) -> None:
    headers = {name.lower(): value for name, value in sign(request_, KEY, at=AT).items()}
    target = f"{request_.path}?{request_.query}" if request_.query else request_.path
    right = headers["authorization"]
    other = right.replace(signature, signature[::-1])

    assert _fault(request_.method, target, headers) is None
    assert _fault(request_.method, target, headers | {"authorization": other}) == "SignatureDoesNotMatch"
    assert _fault("DELETE", target, headers) == "SignatureDoesNotMatch"
    assert _fault(request_.method, target + "x", headers) == "SignatureDoesNotMatch"
    assert _fault(request_.method, target, headers | {"host": "other.example"}) == "SignatureDoesNotMatch"


def test_a_secret_is_in_no_words_about_the_key() -> None:
    assert KEY.secret_access_key not in repr(KEY)


def _fault(method: str, target: str, headers: dict[str, str]) -> str | None:
    secrets = {KEY.access_key_id: KEY.secret_access_key}
    return fault_of(method, target, headers, secrets=secrets, region="us-east-1", now=AT)
