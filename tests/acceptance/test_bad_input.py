"""Every row of bad input: a clear error, and nothing is changed."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
import pytest
from PIL import Image

from tests.acceptance.running import START_SECONDS_MAX, environment_for, run_command
from tests.acceptance.shop import Chat, Shop, order
from tests.forked import forked_command


async def test_an_unknown_merchant_is_not_found(shop: Shop) -> None:
    session, problem = await shop.call("POST", "/api/chat/no-such-shop/sessions", {})
    page, _ = await shop.call("GET", "/chat/no-such-shop")

    assert (session, page) == (404, 404)
    assert problem["type"] == "urn:refundbot:problem:unknown-merchant"


async def test_an_unknown_order_is_said_to_be_unknown(shop: Shop) -> None:
    chat = await shop.chat("c-1")

    await chat.say(action="start:refund")
    replies = await chat.say(action="order:NO-SUCH-ORDER")
    status, problem = await shop.api("GET", "/orders/NO-SUCH-ORDER")

    assert replies[-1]["text"]
    assert await shop.cases("NO-SUCH-ORDER") == []
    assert (status, problem["type"]) == (404, "urn:refundbot:problem:unknown-order")


async def test_another_customers_order_is_as_unknown_as_one_that_does_not_exist(shop: Shop) -> None:
    await shop.push(order("B-1", "c-1"), order("B-2", "c-2"))
    chat = await shop.chat("c-2")
    await chat.say(action="start:refund")

    told = await chat.say(action="order:B-1")
    unknown = await chat.say(action="order:NO-SUCH-ORDER")

    assert [reply["text"] for reply in told] == [reply["text"] for reply in unknown]
    assert "Thing" not in told[0]["text"]
    assert await shop.cases("B-1") == []


async def test_another_customers_order_in_a_signed_identity_shows_nothing_of_it(shop: Shop) -> None:
    await shop.push(order("B-3", "c-1"), order("B-4", "c-2"))
    chat = await shop.chat("c-2", order_no="B-3")

    replies = await chat.say(action="start:refund")

    assert all(not reply["card"] or reply["card"]["order_no"] != "B-3" for reply in replies)


@pytest.mark.parametrize("forged", ["secret", "none", "expired", "far", "nonsense"])
async def test_a_forged_or_expired_identity_opens_no_session(shop: Shop, forged: str) -> None:
    now = datetime.now(UTC)
    claims: dict[str, Any] = {"sub": "c-1", "exp": now + timedelta(minutes=10)}
    match forged:
        case "secret":
            identity = jwt.encode(claims, "another secret of enough length!!", algorithm="HS256")
        case "none":
            identity = jwt.encode(claims, "", algorithm="none")
        case "expired":
            identity = jwt.encode(claims | {"exp": now - timedelta(seconds=1)}, shop.chat_secret, algorithm="HS256")
        case "far":
            identity = jwt.encode(claims | {"exp": now + timedelta(hours=3)}, shop.chat_secret, algorithm="HS256")
        case _:
            identity = "not.a.token"

    status, problem = await shop.call("POST", f"/api/chat/{shop.slug}/sessions", {"identity": identity})

    assert status == 401
    assert problem["detail"]


async def test_a_forged_session_says_nothing(shop: Shop) -> None:
    chat = await shop.chat("c-1")
    chat.token = chat.token[:-4] + ("AAAA" if not chat.token.endswith("AAAA") else "BBBB")

    status, problem = await chat.post("/messages", {"client_id": str(uuid4()), "text": "hello"})

    assert (status, problem["status"]) == (401, 401)


async def test_amounts_that_do_not_add_up_are_refused_and_the_order_is_not_stored(shop: Shop) -> None:
    def too_much(document: dict[str, Any]) -> None:
        document["payments"][0]["amount"] += 1

    wrong = order("B-5", "c-1", change=too_much)

    status, problem = await shop.api("POST", "/orders", [order("B-6", "c-1"), wrong])

    assert status == 422
    assert problem["errors"][0]["field"].startswith("orders[1]")
    assert "payments do not add up" in problem["errors"][0]["detail"]
    assert [(await shop.api("GET", f"/orders/{number}"))[0] for number in ("B-5", "B-6")] == [404, 404]


@pytest.mark.parametrize("lines", ["line:1*9", "line:9", "line:1*0", "line:1*-1", "line:1+line:1", "line:"])
async def test_lines_or_quantities_beyond_what_was_bought_open_no_case(shop: Shop, lines: str) -> None:
    def two_pieces(document: dict[str, Any]) -> None:
        document["lines"][0] |= {"quantity": 2, "unit_price": 2_950}

    await shop.push(order("B-7", "c-1", prices=(5_900,), change=two_pieces))
    chat = await shop.chat("c-1")
    await chat.say(action="start:refund")
    await chat.say(action="order:B-7")

    status, answer = await chat.post("/messages", {"client_id": str(uuid4()), "action": lines})

    assert status in {200, 422}
    assert answer["replies"][-1]["text"] if status == 200 else answer["detail"]
    assert await shop.cases("B-7") == []


async def test_a_refund_beyond_what_a_line_has_left_is_refused(shop: Shop) -> None:
    await shop.push(order("B-8", "c-1"))
    beyond = {"order_no": "B-8", "reason": "damaged", "lines": [{"line_no": "1", "quantity": 2}]}
    within = beyond | {"lines": [{"line_no": "1", "quantity": 1}]}

    status, problem = await shop.api("POST", "/cases", beyond)
    nothing = await shop.cases("B-8")
    opened, case = await shop.api("POST", "/cases", within)
    amount = {"version": case["version"], "action": "partial", "amount": 5_901}
    decided, refusal = await shop.api("POST", f"/cases/{case['case_no']}/decision", amount)

    assert (status, problem["errors"][0]["code"]) == (422, "quantity_beyond_left")
    assert nothing == []
    assert (opened, case["state"]) == (201, "under_review")
    assert decided == 422, refusal
    assert await shop.movements("pay-B-8") == []


async def test_a_second_claim_while_one_is_open_is_a_conflict(shop: Shop) -> None:
    await shop.push(order("B-9", "c-1"))
    claim = {"order_no": "B-9", "reason": "damaged", "lines": [{"line_no": "1"}]}

    first, case = await shop.api("POST", "/cases", claim)
    second, problem = await shop.api("POST", "/cases", claim)

    assert (first, second) == (201, 409)
    assert case["case_no"] in problem["detail"]
    assert len(await shop.cases("B-9")) == 1


async def test_a_text_of_a_hundred_thousand_characters_names_the_limit(shop: Shop) -> None:
    chat = await shop.chat("c-1")

    long, problem = await chat.post("/messages", {"client_id": str(uuid4()), "text": "x" * 5_000})
    huge, other = await chat.post("/messages", {"client_id": str(uuid4()), "text": "x" * 100_000})
    _, history = await chat.get("/messages?after=0")

    assert (long, problem["errors"][0]["limit"]) == (422, 4_000)
    assert huge in {413, 422}
    assert "65536" in other["detail"] or "4000" in other["detail"]
    assert history["messages"] == []


async def test_control_characters_are_taken_out(shop: Shop) -> None:
    chat = await shop.chat("c-1")

    await chat.say("he\u0000l\u0007lo\u202e")
    status, problem = await chat.post("/messages", {"client_id": str(uuid4()), "text": "\u0000\u0001"})
    _, history = await chat.get("/messages?after=0")

    assert history["messages"][0]["text"] == "hello"
    assert (status, problem["errors"][0]["code"]) == (422, "empty")


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b"null", b'{"client_id": "x", "text": "hi"}', b'{"text": "hi"}', b"\xff", b"[" * 60_000]
)
async def test_a_body_that_is_no_message_is_refused(shop: Shop, body: bytes) -> None:
    chat = await shop.chat("c-1")

    status, problem = await chat.post("/messages", body)

    assert status in {400, 422}
    assert (problem["status"], bool(problem["detail"])) == (status, True)


@pytest.mark.parametrize(
    "frame",
    ['{"session": 5}', "{", "[]", '{"session": "AAAA"}', b"\x00\x01"],
    ids=["number", "json", "list", "forged", "binary"],
)
async def test_a_broken_first_frame_ends_the_stream_and_the_server_lives(shop: Shop, frame: str | bytes) -> None:
    async with _socket(shop) as socket:
        if isinstance(frame, bytes):
            await socket.send_bytes(frame)
        else:
            await socket.send_str(frame)
        ended = await socket.receive()

    assert ended.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    assert socket.close_code == (1003 if isinstance(frame, bytes) else 4401)
    assert (await shop.call("GET", "/livez"))[0] == 200


async def test_a_frame_that_is_too_large_ends_the_stream(shop: Shop) -> None:
    async with _socket(shop) as socket:
        await socket.send_str("x" * 50_000)
        await socket.receive()

    assert socket.close_code == 1009


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"this is not a picture" * 10, 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (b"GIF89a" + b"\x00" * 100, 415),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 2_000, 422),
        (b"", 422),
    ],
    ids=["text", "svg", "gif", "broken", "empty"],
)
async def test_a_picture_that_is_none_is_refused(shop: Shop, content: bytes, status: int) -> None:
    chat = await shop.chat("c-1")

    answered, problem = await _upload(chat, content)

    assert (answered, problem["status"]) == (status, status)
    assert problem["errors"][0]["field"] == "file"


async def test_a_picture_is_taken(shop: Shop) -> None:
    chat = await shop.chat("c-1")
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")

    status, answer = await _upload(chat, content.getvalue())

    assert status == 201
    assert answer["attachment"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REFUNDBOT_PORT", "abc", "a whole number from 0 to 65535"),
        ("REFUNDBOT_CHAT__MESSAGES_PER_MINUTE", "-1", "a whole number from 0"),
        ("REFUNDBOT_NO_SUCH_SETTING", "1", "is not a setting"),
        ("REFUNDBOT_SECRET_KEY", "short", "32 bytes in base64"),
        ("REFUNDBOT_LOG_LEVEL", "loud", "debug, info, warning, error"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    done = forked_command(("serve",), environment_for(tmp_path, {name: value}), seconds_max=START_SECONDS_MAX)

    assert done.returncode == 1
    assert name in done.stderr
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_real_database_without_a_secret_stops_the_start(tmp_path: Path) -> None:
    settings = {"REFUNDBOT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    done = run_command(("serve",), environment_for(tmp_path, settings), check=False)

    assert done.returncode == 1
    assert "REFUNDBOT_SECRET_KEY" in done.stderr


def _socket(shop: Shop) -> Any:
    return shop.http.ws_connect(f"{shop.server.url}/api/chat/{shop.slug}/stream?after=0")


async def _upload(chat: Chat, content: bytes) -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("file", content, filename="photo.jpg", content_type="image/jpeg")
    url = f"{chat.shop.server.url}/api/chat/{chat.shop.slug}/attachments"
    headers = {"Authorization": f"Bearer {chat.token}"}
    async with chat.shop.http.post(url, data=form, headers=headers) as response:
        return response.status, await response.json(content_type=None)
