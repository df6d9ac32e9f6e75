"""WeChat's own vectors in both directions, and everything that is not signed by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from channels.channel import BadSetting, SignatureRejected, WebhookRequest
from channels.weixin.crypto import PushKeys, encrypt, read_aes_key, sign
from channels.weixin.signature import WINDOW_SECONDS, answer_challenge, verify_push
from tests.servers.wechat.sealing import sha1_of, unseal
from tests.unit.channels.weixin_pushes import (
    APP_ID,
    NONCE,
    NOW,
    PLAIN,
    SAFE,
    STAMP,
    TOKEN,
    captured,
    plain_push,
    safe_push,
    sealed,
)

TEXT = captured("wechat/text.xml")
VECTOR_KEYS = PushKeys("wxba5fad812f8e6fb9", "AAAAA", read_aes_key("A" * 43))
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
DEBUG_PUSH = {
    "ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "CreateTime": 1714112445,
    "MsgType": "event", "Event": "debug_demo", "debug_str": "hello world",
}  # fmt: skip


def test_the_official_check_of_an_address_is_echoed() -> None:
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696", "timestamp": "1714036504", "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }  # fmt: skip
    asked = WebhookRequest("GET", query, {}, b"")

    answer = answer_challenge(asked, VECTOR_KEYS, now=_at("1714036504"))

    assert answer is not None
    assert (answer.body, answer.status) == (b"4375120948345356249", 200)


def test_the_official_plain_push_holds() -> None:
    query = {
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78", "timestamp": "1714037059", "nonce": "486452656",
    }  # fmt: skip
    keys = replace(VECTOR_KEYS, aes_key=None)

    assert verify_push(WebhookRequest("POST", query, {}, TEXT), keys, now=_at("1714037059")) == TEXT
    assert sign("AAAAA", "1714037059", "486452656") == query["signature"]


def test_the_official_encrypted_push_is_read() -> None:
    query = {
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "timestamp": "1714112445", "nonce": "415670741",
        "signature": "anything", "encrypt_type": "aes",
    }  # fmt: skip
    raw = msgspec.json.encode({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPTED})

    read = verify_push(WebhookRequest("POST", query, {}, raw), VECTOR_KEYS, now=_at("1714112445"))

    assert msgspec.json.decode(read) == DEBUG_PUSH


def test_the_official_encrypted_reply_is_written() -> None:
    encrypted = encrypt(b'{"demo_resp":"good luck"}', VECTOR_KEYS, filling=lambda: "707722b803182950")

    assert encrypted == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert sign("AAAAA", "1713424427", "415670741", encrypted) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_what_we_encrypt_is_never_filled_twice_in_the_same_way() -> None:
    assert SAFE.aes_key is not None
    first, second = encrypt(b"hello", SAFE), encrypt(b"hello", SAFE)

    assert first != second
    assert unseal(first, SAFE.aes_key, APP_ID) == unseal(second, SAFE.aes_key, APP_ID) == b"hello"


@pytest.mark.parametrize("is_json", [False, True])
def test_a_push_in_safe_mode_is_read(is_json: bool) -> None:
    assert verify_push(safe_push(sealed(TEXT), is_json=is_json), SAFE, now=NOW) == TEXT


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "0", "ü", "x" * 200])
def test_a_plain_push_with_a_part_missing_or_changed_is_rejected(name: str, value: str | None) -> None:
    good = plain_push(TEXT)
    query = {key: it for key, it in good.query.items() if key != name} | ({} if value is None else {name: value})

    with pytest.raises(SignatureRejected):
        verify_push(replace(good, query=query), PLAIN, now=NOW)


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "0", "ü", "x" * 200])
def test_a_safe_push_with_a_part_missing_or_changed_is_rejected(name: str, value: str | None) -> None:
    good = safe_push(sealed(TEXT))
    query = {key: it for key, it in good.query.items() if key != name} | ({} if value is None else {name: value})

    with pytest.raises(SignatureRejected):
        verify_push(replace(good, query=query), SAFE, now=NOW)


@pytest.mark.parametrize("seconds", [WINDOW_SECONDS + 1, -WINDOW_SECONDS - 1])
def test_a_push_out_of_its_time_is_rejected(seconds: int) -> None:
    late = datetime.fromtimestamp(int(STAMP), UTC) + timedelta(seconds=seconds)

    for push, keys in ((plain_push(TEXT), PLAIN), (safe_push(sealed(TEXT)), SAFE)):
        with pytest.raises(SignatureRejected):
            verify_push(push, keys, now=late)


def test_a_host_header_or_a_forwarded_address_opens_nothing() -> None:
    headers = {"host": "localhost", "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "localhost"}

    with pytest.raises(SignatureRejected):
        verify_push(WebhookRequest("POST", {}, headers, TEXT), PLAIN, now=NOW)


def test_an_account_with_a_key_takes_no_plain_push_and_no_plain_signature() -> None:
    with pytest.raises(SignatureRejected):
        verify_push(plain_push(TEXT), SAFE, now=NOW)
    with pytest.raises(SignatureRejected):
        verify_push(safe_push(sealed(TEXT), msg_signature=sha1_of(TOKEN, STAMP, NONCE)), SAFE, now=NOW)


_OTHER_KEY = "B" * 42 + "A"


@pytest.mark.parametrize(
    "encrypted",
    [
        sealed(TEXT, app_id="wx0000000000000000"),
        sealed(TEXT, app_id=""),
        sealed(TEXT, key=_OTHER_KEY),
        sealed(TEXT, padding=0),
        sealed(TEXT, padding=200),
        sealed(b"\xff\xfe"),
        sealed(TEXT)[:-4],
        sealed(TEXT)[4:],
        "AAAA",
        "====",
        "ü",
    ],
    ids=[
        "another app id", "no app id", "another key", "no padding", "too much padding", "no text", "cut at the end",
        "cut at the beginning", "too short", "no base64", "no ASCII",
    ],
)  # fmt: skip
def test_whatever_is_wrong_inside_the_error_is_the_same(encrypted: str) -> None:
    with pytest.raises(SignatureRejected) as rejected:
        verify_push(safe_push(encrypted), SAFE, now=NOW)

    assert str(rejected.value) == "Encrypt: not encrypted for this account"


@pytest.mark.parametrize(
    "raw",
    [b"", b"<xml/>", b"<xml><Encrypt></Encrypt></xml>", b'{"Encrypt": 5}', b"{", b"\xff\xfe", b"<!DOCTYPE xml><xml/>"],
)
def test_a_safe_push_without_an_encrypted_text_is_rejected(raw: bytes) -> None:
    with pytest.raises(SignatureRejected):
        verify_push(replace(safe_push(sealed(TEXT)), raw=raw), SAFE, now=NOW)


def test_a_check_of_the_address_is_refused_without_its_signature_and_is_no_check_without_its_echo() -> None:
    signed = {"timestamp": STAMP, "nonce": NONCE, "signature": sha1_of(TOKEN, STAMP, NONCE)}

    assert answer_challenge(WebhookRequest("GET", signed, {}, b""), PLAIN, now=NOW) is None
    assert answer_challenge(WebhookRequest("POST", signed | {"echostr": "1"}, {}, b""), PLAIN, now=NOW) is None
    for wrong in ({"signature": "0"}, {"nonce": "1"}, {"timestamp": "1"}, {"echostr": "a\nb"}, {"echostr": ""}):
        with pytest.raises(SignatureRejected):
            answer_challenge(WebhookRequest("GET", signed | {"echostr": "1"} | wrong, {}, b""), PLAIN, now=NOW)


@pytest.mark.parametrize("key", ["A" * 42, "A" * 44, "A" * 42 + "!", "ü" * 43])
def test_a_key_that_is_none_is_a_bad_setting_and_is_not_shown(key: str) -> None:
    with pytest.raises(BadSetting) as bad:
        read_aes_key(key)

    assert "encoding_aes_key" in str(bad.value)
    assert key not in str(bad.value)


def _at(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
