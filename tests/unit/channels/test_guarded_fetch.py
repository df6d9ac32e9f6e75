"""Addresses that somebody else named are fetched only from where they may be, and read no further than they may be."""

from collections.abc import AsyncIterator

import pytest

from channels.guarded_fetch import FetchRules, GuardedFetch, is_public
from refund_core.sending import SendLater, SendRefused
from tests.servers.fake_media import HOST, INNER, PUBLIC, FakeMedia, Names, running_media

OTHER = f"cdn.{HOST}"


@pytest.fixture
async def media() -> AsyncIterator[FakeMedia]:
    async with running_media(PUBLIC, INNER) as fake:
        yield fake


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def guard(media: FakeMedia, names: Names) -> AsyncIterator[GuardedFetch]:
    opened = _guard(media, names)
    yield opened
    await opened.close()


def _guard(media: FakeMedia, names: Names, *, seconds: float = 10) -> GuardedFetch:
    rules = FetchRules((HOST, f".{HOST}"), port=media.port, seconds=seconds)
    return GuardedFetch(rules, resolver=names, is_allowed=lambda address: address == PUBLIC, trust=media.trust)


async def test_what_lies_at_an_allowed_address_is_fetched(guard: GuardedFetch, media: FakeMedia) -> None:
    found = await guard.fetch(media.url(), bytes_max=100)

    assert (found.raw, found.content_type) == (b"content", "image/png")


async def test_a_redirect_to_another_allowed_host_is_followed(guard: GuardedFetch, media: FakeMedia) -> None:
    media.redirects["/moved"] = media.url(host=OTHER)

    found = await guard.fetch(media.url("/moved"), bytes_max=100)

    assert found.raw == b"content"


OUTSIDE = [
    ("http://media.example:{port}/file", "address_not_allowed"),
    ("ftp://media.example:{port}/file", "address_not_allowed"),
    ("file:///etc/passwd", "address_not_allowed"),
    ("https://media.example/file", "address_not_allowed"),
    ("https://user:word@media.example:{port}/file", "address_not_allowed"),
    ("https://media.example@elsewhere.example:{port}/file", "address_not_allowed"),
    ("https://elsewhere.example:{port}/file", "host_not_allowed"),
    ("https://evilmedia.example:{port}/file", "host_not_allowed"),
    ("https://media.example.evil.example:{port}/file", "host_not_allowed"),
    ("https://127.0.0.1:{port}/file", "host_not_allowed"),
    ("https://[::1]:{port}/file", "host_not_allowed"),
    ("https://2130706433:{port}/file", "host_not_allowed"),
    ("https://0x7f.1:{port}/file", "host_not_allowed"),
    ("https://[::1/file", "address_unreadable"),
    ("https://media.example:99999999/file", "address_unreadable"),
]


@pytest.mark.parametrize(("address", "code"), [*OUTSIDE, ("//media.example/file", "address_not_allowed")])
async def test_an_address_outside_the_rules_is_refused_before_anything_is_asked(
    guard: GuardedFetch, media: FakeMedia, names: Names, address: str, code: str
) -> None:
    with pytest.raises(SendRefused) as refused:
        await guard.fetch(address.format(port=media.port), bytes_max=100)

    assert refused.value.code == code
    assert (media.asked, names.asked) == ([], [])


@pytest.mark.parametrize(("address", "code"), OUTSIDE)
async def test_a_redirect_outside_the_rules_is_not_followed(
    guard: GuardedFetch, media: FakeMedia, names: Names, address: str, code: str
) -> None:
    media.redirects["/moved"] = address.format(port=media.port)

    with pytest.raises(SendRefused) as refused:
        await guard.fetch(media.url("/moved"), bytes_max=100)

    assert refused.value.code == code
    assert (media.asked, names.asked) == (["/moved"], [HOST])


@pytest.mark.parametrize("found", [[INNER], [PUBLIC, INNER], [INNER, PUBLIC], ["::1"], [PUBLIC, "fe80::1"]])
async def test_a_name_that_leads_inside_is_refused_and_nothing_is_connected(
    guard: GuardedFetch, media: FakeMedia, names: Names, found: list[str]
) -> None:
    names.answers[HOST] = [found]

    with pytest.raises(SendRefused) as refused:
        await guard.fetch(media.url(), bytes_max=100)

    assert refused.value.code == "address_not_public"
    assert media.asked == []


async def test_a_redirect_to_a_name_that_leads_inside_is_refused(
    guard: GuardedFetch, media: FakeMedia, names: Names
) -> None:
    names.answers[OTHER] = [[INNER]]
    media.redirects["/moved"] = media.url("/secret", host=OTHER)

    with pytest.raises(SendRefused) as refused:
        await guard.fetch(media.url("/moved"), bytes_max=100)

    assert refused.value.code == "address_not_public"
    assert media.asked == ["/moved"]


async def test_a_name_that_changes_its_mind_gains_nothing(guard: GuardedFetch, media: FakeMedia, names: Names) -> None:
    names.answers[HOST] = [[PUBLIC], [INNER]]

    found = await guard.fetch(media.url(), bytes_max=100)
    asked_once = list(names.asked)
    with pytest.raises(SendRefused) as refused:
        await guard.fetch(media.url(), bytes_max=100)

    assert (found.raw, asked_once) == (b"content", [HOST])
    assert refused.value.code == "address_not_public"
    assert media.asked == ["/file"]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/endless", "too_large"), ("/packed", "encoded"), ("/loop", "too_many_redirects"), ("/gone", "404")],
)
async def test_what_cannot_be_taken_is_refused(guard: GuardedFetch, media: FakeMedia, path: str, code: str) -> None:
    with pytest.raises(SendRefused) as refused:
        await guard.fetch(media.url(path), bytes_max=200_000)

    assert refused.value.code == code


async def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    guard: GuardedFetch, media: FakeMedia
) -> None:
    media.content = bytes(1_000)

    found = await guard.fetch(media.url(), bytes_max=1_000)
    with pytest.raises(SendRefused, match="too_large"):
        await guard.fetch(media.url(), bytes_max=999)

    assert len(found.raw) == 1_000


@pytest.mark.parametrize(("path", "seconds"), [("/slow", 0.3), ("/busy", 10)])
async def test_what_may_pass_is_to_be_tried_later(media: FakeMedia, names: Names, path: str, seconds: float) -> None:
    guard = _guard(media, names, seconds=seconds)

    with pytest.raises(SendLater):
        await guard.fetch(media.url(path), bytes_max=100)
    await guard.close()


async def test_a_certificate_of_somebody_else_is_not_trusted(media: FakeMedia, names: Names) -> None:
    rules = FetchRules((HOST,), port=media.port)
    strict = GuardedFetch(rules, resolver=names, is_allowed=lambda address: address == PUBLIC)

    with pytest.raises(SendLater, match="Certificate"):
        await strict.fetch(media.url(), bytes_max=100)
    await strict.close()

    assert media.asked == []


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_anybody_may_reach_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2001:0:808:808:0:0:80ff:fffe", "nonsense", "",
    ],
)  # fmt: skip
def test_what_lies_inside_is_not_public(address: str) -> None:
    assert not is_public(address)
