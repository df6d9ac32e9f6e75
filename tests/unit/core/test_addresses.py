"""Which network addresses may be called by somebody else's word."""

import pytest

from refund_core.addresses import is_ordinary, is_public, is_within, read_networks

SECRETS = [
    "169.254.169.254", "168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
]  # fmt: skip
NOWHERE = ["0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "ff02::1", "nonsense", ""]
PRIVATE = ["10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "::1", "fc00::1"]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
OTHERS = [
    "127.8.9.10", "172.31.255.255", "169.254.1.1", "100.64.0.1", "192.0.2.1", "198.18.0.1", "239.255.255.250",
    "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::",
    "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:0:808:808:0:0:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_anybody_may_reach_is_public(address: str) -> None:
    assert is_public(address)
    assert is_ordinary(address)


@pytest.mark.parametrize("address", [*SECRETS, *NOWHERE, *PRIVATE, *OTHERS])
def test_what_lies_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_server_of_one_s_own_is_ordinary(address: str) -> None:
    assert is_ordinary(address)


@pytest.mark.parametrize(
    "address", [*SECRETS, *NOWHERE, "::ffff:169.254.169.254", "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe"]
)
def test_where_a_machine_is_told_its_secrets_is_not_ordinary(address: str) -> None:
    assert not is_ordinary(address)


def test_networks_hold_their_addresses_also_where_one_is_wrapped_into_another() -> None:
    networks = read_networks("10.20.0.0/16, 192.168.7.5/32,fd00::/8")

    assert all(is_within(one, networks) for one in ("10.20.3.4", "::ffff:10.20.3.4", "192.168.7.5", "fd12::1"))
    assert not any(is_within(one, networks) for one in ("10.21.0.1", "192.168.7.6", "127.0.0.1", "nonsense"))
    assert read_networks("") == ()


@pytest.mark.parametrize("text", ["10.20.0.1/16", "10.0.0.0/33", "::/129", "1.2.3", "/"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_networks(text)
