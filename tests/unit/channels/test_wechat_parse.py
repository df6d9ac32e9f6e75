"""What an official account is pushed, one captured payload for each kind, and what is no push at all."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.channel import Arrival, Media, PayloadUnreadable
from channels.wechat.parse import parse_push
from channels.weixin.push import VOICE
from dialogs.messages import InboundMessage
from dialogs.nlu.embedded import WAVE, understand_now
from dialogs.understanding import Intent
from tests.unit.channels.weixin_pushes import NOW, captured

USER, ACCOUNT = "oFan6s0d4w9GZ3mT7kL1qYxB2nVc", "gh_3f1c9a7be042"
AT = datetime.fromtimestamp(1764064800, UTC)


def _read(name: str) -> Arrival:
    (arrival,) = parse_push(captured(f"wechat/{name}.xml"), now=NOW)
    return arrival


def _message(name: str) -> InboundMessage:
    message = _read(name).message
    assert message is not None
    return message


def _changed(name: str, old: str, new: str) -> bytes:
    raw = captured(f"wechat/{name}.xml")
    assert old.encode() in raw
    return raw.replace(old.encode(), new.encode())


def test_a_text_is_read_with_who_when_and_its_id() -> None:
    message = InboundMessage("24876543210987654", AT, "我要退款，杯子碎了")

    assert _read("text") == Arrival(USER, message, window="message", handle=ACCOUNT)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("voice", "快递一直没有收到。"),
        ("voice_silent", VOICE),
        ("location", "📍 上海市静安区南京西路"),
        ("link", "退换货说明\n七天无理由\nhttps://shop.example/returns"),
    ],
)
def test_what_is_not_text_says_what_it_holds(name: str, text: str) -> None:
    assert _message(name).text == text


def test_a_place_without_a_name_says_where_it_is() -> None:
    (arrival,) = parse_push(_changed("location", "上海市静安区南京西路", ""), now=NOW)

    assert arrival.message is not None
    assert arrival.message.text == "📍 31.234567, 121.456789"


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("image", Media("picture", "3Vd8hXq0q5nQJ0bq0J8V7J0bQ_Yl4n5Vwz6b7v6dPq1xk")),
        ("video", Media("video", "vQ2nQJ0bq0J8V7J0bQ_Yl4n5Vwz6b7v6")),
        ("shortvideo", Media("video", "sQ2nQJ0bq0J8V7J0bQ_Yl4n5Vwz6b7v6")),
    ],
)
def test_pictures_and_videos_are_named_by_where_they_lie(name: str, media: Media) -> None:
    assert _read(name).media == (media,)


def test_a_tap_on_our_menu_is_the_action_that_the_menu_named() -> None:
    message = _message("menu_tap")

    assert (message.action, message.text) == ("start:refund", None)


def test_a_tap_whose_action_did_not_fit_names_its_button() -> None:
    arrival = _read("menu_tap_key")

    assert arrival.pressed == (14, 2)
    assert arrival.message is not None
    assert arrival.message.text == "陶瓷马克杯 蓝色 × 2"


def test_a_tap_on_a_menu_of_others_is_its_words() -> None:
    (arrival,) = parse_push(_changed("menu_tap", "start:refund", "101"), now=NOW)

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == ("申请退款", None)


def test_the_accounts_own_menu_gives_an_action_or_words_and_opens_its_window() -> None:
    (by_words,) = parse_push(_changed("click", "start:refund", "退款进度"), now=NOW)

    assert (_message("click").action, _read("click").window) == ("start:refund", "menu")
    assert by_words.message is not None
    assert (by_words.message.text, by_words.window) == ("退款进度", "menu")


@pytest.mark.parametrize(
    ("name", "window", "token"),
    [("subscribe", "follow", None), ("subscribe_scan", "scan", "AbC-12_def"), ("scan", "scan", "AbC-12_def")],
)
def test_following_and_scanning_open_a_window_and_may_carry_a_token(name: str, window: str, token: str | None) -> None:
    arrival = _read(name)

    assert (arrival.window, arrival.token, arrival.left) == (window, token, False)
    assert arrival.follows is name.startswith("subscribe")
    assert arrival.message is not None
    assert arrival.message.text == WAVE
    assert understand_now(WAVE, "zh-CN").intent is Intent.GREETING


def test_who_unfollows_is_gone_and_says_nothing() -> None:
    arrival = _read("unsubscribe")

    assert (arrival.left, arrival.message) == (True, None)


@pytest.mark.parametrize("name", ["view", "location_event", "template_sent"])
def test_what_concerns_no_conversation_is_nothing(name: str) -> None:
    assert parse_push(captured(f"wechat/{name}.xml"), now=NOW) == ()


def test_an_unknown_kind_of_message_is_nothing() -> None:
    assert parse_push(_changed("text", "[text]", "[hologram]"), now=NOW) == ()


def test_an_event_sent_again_has_the_same_id_and_another_event_has_another() -> None:
    first, again = _message("click").message_id, _message("click").message_id
    later = parse_push(_changed("click", "1764064800", "1764064801"), now=NOW)[0].message
    other = parse_push(_changed("click", "start:refund", "human"), now=NOW)[0].message
    scan = _message("scan").message_id

    assert first == again
    assert later is not None
    assert other is not None
    assert len({first, later.message_id, other.message_id, scan}) == 4


def test_control_characters_are_left_out() -> None:
    (arrival,) = parse_push(_changed("text", "杯子", "杯\x00\x08\x0b子\x1f"), now=NOW)

    assert arrival.message is not None
    assert arrival.message.text == "我要退款，杯子碎了"


def test_a_time_that_cannot_be_is_the_clocks() -> None:
    for seconds in ("0", "1", "999999999999"):
        (arrival,) = parse_push(_changed("text", "1764064800", seconds), now=NOW)
        assert arrival.message is not None
        assert arrival.message.at == NOW
    (ahead,) = parse_push(captured("wechat/text.xml"), now=AT - timedelta(seconds=30))
    assert ahead.message is not None
    assert ahead.message.at == AT - timedelta(seconds=30)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("FromUserName", "FromNobody", "FromUserName: missing"),
        (USER, "", "FromUserName"),
        (USER, "o" * 500, "FromUserName"),
        ("ToUserName", "ToNobody", "ToUserName: missing"),
        ("MsgType", "Kind", "MsgType: missing"),
        ("MsgId", "Id", "MsgId: missing"),
        ("24876543210987654", "a b\tc\u00fc", "MsgId"),
        ("1764064800", "soon", "CreateTime"),
        ("1764064800", "-5", "CreateTime"),
        ("<xml>", "<html>", "body"),
        ("</xml>", "", "body"),
        ("<xml>", '<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml>', "document type"),
        ("<xml>", '<!DOCTYPE xml [<!ENTITY a "b">]><xml>', "document type"),
    ],
)
def test_a_push_that_is_none_says_which_part_and_why(old: str, new: str, named: str) -> None:
    with pytest.raises(PayloadUnreadable) as unreadable:
        parse_push(_changed("text", old, new), now=NOW)

    assert named in str(unreadable.value)


def test_a_user_may_write_of_document_types() -> None:
    (arrival,) = parse_push(_changed("text", "杯子", "<!DOCTYPE html>&amp;"), now=NOW)

    assert arrival.message is not None
    assert arrival.message.text == "我要退款，<!DOCTYPE html>&amp;碎了"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b" ", b"\xff\xfe<\x00x\x00", b"<xml/>", b"<xml>", b"text", b"[]", b"null", b"{}", b'{"MsgType": []}',
        b'{"FromUserName":"o","ToUserName":"g","CreateTime":1,"MsgType":"text","MsgId":{}}',
        b"{" * 100_000, b'{"a":' * 100_000, b"<a>" * 100_000, b"<xml>" + b"<a>" * 100_000, b"<xml>" + b"<a/>" * 100_000,
        b'<?xml version="1.0" encoding="utf-16"?><xml/>', b"<xml>&unknown;</xml>", b"<xml>&#0;</xml>",
    ],
)  # fmt: skip
def test_nonsense_is_refused(raw: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse_push(raw, now=NOW)


def test_an_encrypted_push_of_an_account_without_a_key_says_so() -> None:
    with pytest.raises(PayloadUnreadable, match="encoding_aes_key"):
        parse_push(b"<xml><ToUserName>gh_1</ToUserName><Encrypt>AAAA</Encrypt></xml>", now=NOW)
