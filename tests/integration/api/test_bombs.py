"""Bodies that swell when they are read cost the API next to nothing, and the next call is answered."""

import gzip
import time

import pytest

from tests.integration.api.shop import Shop
from tests.pictures import picture

DEEP = b'{"a":' * 150_000 + b"1" + b"}" * 150_000
CALLS = [
    ("POST", "/api/chat/shop/sessions"),
    ("POST", "/api/chat/shop/messages"),
    ("POST", "/api/v1/orders"),
    ("PUT", "/api/v1/orders/O-1"),
]
EDGE = b"--edge\r\n"


async def _headers(shop: Shop, path: str) -> dict[str, str]:
    token = shop.merchant.api_key if path.startswith("/api/v1") else (await shop.session("c-1")).token
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": "k-1", "Content-Type": "application/json"}


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_json_without_a_bottom_is_refused_at_once_and_the_next_call_is_answered(
    shop: Shop, method: str, path: str
) -> None:
    headers = await _headers(shop, path)
    began = time.thread_time()
    status, _ = await shop.call(method, path, DEEP, headers=headers)
    seconds = time.thread_time() - began

    assert status in {400, 413, 422}
    assert seconds < 0.05
    assert (await (await shop.session("c-1")).say("hello"))[0] == 200


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_a_packed_body_is_not_unpacked(shop: Shop, method: str, path: str) -> None:
    headers = await _headers(shop, path) | {"Content-Encoding": "gzip"}

    status, _ = await shop.call(method, path, gzip.compress(b"0" * 50_000_000), headers=headers)

    assert status in {400, 413, 415}


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (EDGE + b'Content-Disposition: form-data; name="x"\r\n\r\n1\r\n', {400, 422}),
        ((EDGE + b'Content-Disposition: form-data; name="x"\r\n\r\n1\r\n') * 20_000 + b"--edge--\r\n", {400, 422}),
        (EDGE + b"X-Long: " + b"x" * 2_000_000 + b"\r\n\r\n", {400}),
        (EDGE + b"Content-Type: multipart/mixed; boundary=in\r\n\r\n" + b"--in\r\n" * 50_000, {400, 422}),
        (b"x" * 30_000_000, {400, 413}),
    ],
    ids=["cut", "20,000 parts", "a header of 2 MB", "parts in parts", "30 MB of nothing"],
)
async def test_a_form_that_only_costs_is_refused_and_keeps_nothing(shop: Shop, body: bytes, statuses: set[int]) -> None:
    chat = await shop.session("c-1")
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}

    status, _ = await shop.call("POST", "/api/chat/shop/attachments", body, token=chat.token, headers=headers)

    assert status in statuses
    assert not list(shop.settings.data_dir.glob("incoming/*"))
    assert (await chat.upload(picture("JPEG")))[0] == 201
