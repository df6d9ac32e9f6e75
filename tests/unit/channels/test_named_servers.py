"""Which servers an address that a merchant gave may name."""

import pytest

from channels.named_servers import may_name
from refund_core.addresses import is_public


@pytest.mark.parametrize(
    "url", ["https://shop.example", "http://shop.example:8080/in?x=1", "https://8.8.8.8/in", "https://3com.example/"]
)
def test_a_server_may_be_named(url: str) -> None:
    assert may_name(url, is_public)


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/", "http://[::1]/", "http://[fe80::1]/", "http://0.0.0.0/", "http://", "", "/in",
        "http://user:word@shop.example/", "http://shop.example:99999/", "http://shop.example:0/", "http://[::1",
        "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://0x7f000001:80/",
    ],
)  # fmt: skip
def test_what_is_no_server_or_one_inside_may_not_be_named(url: str) -> None:
    assert not may_name(url, is_public)
