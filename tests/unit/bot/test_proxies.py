"""Whose address counts where proxies stand in front."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.proxies import address_behind

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),  # the first was written by the consumer
        ("10.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, 10.0.0.9, fd00::9"], "203.0.113.7"),
        ("10.0.0.1", ["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("fd00::1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("fd00::1", ['"[2001:db8::7]"'], "2001:db8::7"),
        ("2001:db8::9", ["2001:db8::7"], "2001:db8::9"),
        ("::ffff:10.0.0.1", ["203.0.113.7:99"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, ::ffff:10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.7, 1.2.3, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.7,"], "10.0.0.1"),
        (None, ["203.0.113.7"], None),
        ("", ["203.0.113.7"], ""),
    ],
)
def test_the_last_address_that_is_no_proxys_counts(
    peer: str | None, forwarded: list[str], expected: str | None
) -> None:
    assert address_behind(peer, forwarded, PROXIES) == expected


@given(st.lists(st.text()), st.ip_addresses().filter(lambda it: not any(it in network for network in PROXIES)))
def test_whatever_strangers_write_they_stay_who_they_are(forwarded: list[str], peer: object) -> None:
    assert address_behind(str(peer), forwarded, PROXIES) == str(peer)
    assert address_behind("10.0.0.1", [*forwarded, "203.0.113.7"], PROXIES) == "203.0.113.7"
