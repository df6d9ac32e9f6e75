"""Who may open a session, and as whom."""

import base64
from typing import Any

import jwt
import msgspec
import pytest

from tests.integration.api.shop import Shop

SESSIONS = "/api/chat/shop/sessions"


async def test_a_signed_identity_opens_a_session_as_that_customer(shop: Shop) -> None:
    body = {"identity": shop.identity("c-7"), "locale": "en"}

    status, answer = await shop.call("POST", SESSIONS, body)

    assert status == 201
    assert answer["customer"] == "c-7"
    assert answer["session"]
    assert answer["conversation"]


async def test_without_an_identity_the_session_is_anonymous(shop: Shop) -> None:
    status, answer = await shop.call("POST", SESSIONS, {"identity": None, "locale": "zh-CN"})

    assert status == 201
    assert answer["customer"] is None


async def test_a_customer_comes_back_to_the_open_conversation(shop: Shop) -> None:
    first = await shop.session("c-1")
    other = await shop.session("c-2")

    again = await shop.session("c-1")

    assert again.conversation == first.conversation
    assert other.conversation != first.conversation


async def test_every_anonymous_visitor_has_a_conversation_of_their_own(shop: Shop) -> None:
    first = await shop.session(None)

    second = await shop.session(None)

    assert second.conversation != first.conversation


@pytest.mark.parametrize(
    ("claims", "problem"),
    [
        ({"exp": -1}, "identity-expired"),
        ({"exp": 3_600 + 120}, "identity-expires-too-late"),
        ({"exp": None}, "identity-no-expiry"),
        ({"exp": 600, "sub": ""}, "identity-no-subject"),
        ({"exp": 600, "sub": "a\x00b"}, "identity-no-subject"),
        ({"exp": 600, "order_no": 5}, "identity-bad-claim"),
        ({"exp": 600, "nbf": 500}, "identity-not-yet-valid"),
    ],
)
async def test_an_identity_with_wrong_claims_opens_nothing(shop: Shop, claims: dict[str, Any], problem: str) -> None:
    now = int(shop.clock.now().timestamp())
    timed = {
        name: now + value if name in {"exp", "nbf"} and value is not None else value for name, value in claims.items()
    }
    identity = jwt.encode({"sub": "c-1"} | timed, shop.merchant.chat_secret)

    status, answer = await shop.call("POST", SESSIONS, {"identity": identity})

    assert (status, answer["type"]) == (401, f"urn:refundbot:problem:{problem}")
    assert answer["detail"]


async def test_another_secret_signs_nothing_here(shop: Shop) -> None:
    identity = shop.identity("c-1", secret="x" * 43)

    status, answer = await shop.call("POST", SESSIONS, {"identity": identity})

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:identity-wrong-signature")


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
async def test_the_token_does_not_choose_its_algorithm(shop: Shop, algorithm: str) -> None:
    claims = {"sub": "c-1", "exp": int(shop.clock.now().timestamp()) + 600}
    identity = jwt.encode(claims, "" if algorithm == "none" else shop.merchant.chat_secret * 2, algorithm=algorithm)

    status, answer = await shop.call("POST", SESSIONS, {"identity": identity})

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:identity-wrong-algorithm")


@pytest.mark.parametrize("identity", ["", "abc", "a.b.c", "x" * 10_000, "é.é.é"])
async def test_nonsense_is_no_identity(shop: Shop, identity: str) -> None:
    status, answer = await shop.call("POST", SESSIONS, {"identity": identity})

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:identity-malformed")


async def test_an_unknown_merchant_is_not_found(shop: Shop) -> None:
    status, answer = await shop.call("POST", "/api/chat/nobody/sessions", {})

    assert (status, answer["type"]) == (404, "urn:refundbot:problem:unknown-merchant")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"locale": "fr"}', b'{"identity": 5}', b"\xff\xfe"])
async def test_a_body_of_another_shape_is_refused(shop: Shop, body: bytes) -> None:
    status, answer = await shop.call("POST", SESSIONS, body)

    assert status in {400, 422}
    assert answer["status"] == status


async def test_a_session_of_one_merchant_is_none_of_anothers(shop: Shop) -> None:
    await shop.another_merchant("other")
    chat = await shop.session("c-1")

    status, answer = await shop.call("GET", "/api/chat/other/messages", token=chat.token)

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:session-of-another-merchant")


async def test_a_session_ends_after_a_day(shop: Shop) -> None:
    chat = await shop.session("c-1")
    shop.clock.move(86_400 + 1)

    status, answer = await chat.say("hello")

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:session-expired")


async def test_a_session_is_good_for_a_day(shop: Shop) -> None:
    chat = await shop.session("c-1")
    shop.clock.move(86_400 - 1)

    status, _ = await chat.say("hello")

    assert status == 200


@pytest.mark.parametrize("place", [5, 40, -1])
async def test_a_changed_session_token_is_refused(shop: Shop, place: int) -> None:
    chat = await shop.session("c-1")
    raw = bytearray(base64.urlsafe_b64decode(chat.token + "=" * (-len(chat.token) % 4)))
    raw[place] ^= 1
    chat.token = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")

    status, answer = await chat.say("hello")

    assert (status, answer["type"]) == (401, "urn:refundbot:problem:session-wrong-signature")


@pytest.mark.parametrize("token", [None, "", "ä", "A" * 9_000])
async def test_without_a_session_nothing_is_said(shop: Shop, token: str | None) -> None:
    body = msgspec.json.encode({"client_id": "0199d6a4-0000-7000-8000-000000000000", "text": "hello"})

    status, _ = await shop.call("POST", "/api/chat/shop/messages", body, token=token)

    assert status in {400, 401}
