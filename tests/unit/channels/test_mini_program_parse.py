"""What a mini-program's customer service is pushed, in both formats, and the order that it brings along."""

import msgspec
import pytest

from channels.channel import Arrival, Media, PayloadUnreadable
from channels.mini_program.parse import parse_push
from dialogs.nlu.embedded import WAVE
from tests.unit.channels.weixin_pushes import NOW, captured

FORMATS = pytest.mark.parametrize("suffix", ["xml", "json"])


def _read(name: str) -> Arrival:
    (arrival,) = parse_push(captured(f"mini_program/{name}"), now=NOW)
    return arrival


@FORMATS
def test_a_text_keeps_its_id_which_is_no_number(suffix: str) -> None:
    message = _read(f"text.{suffix}").message

    assert message is not None
    assert (message.message_id, message.text) == ("49d7f3a2c1b04e5f9a8d_1555684067", "我要退款")


@pytest.mark.parametrize("name", ["text", "image", "miniprogrampage", "user_enter_tempsession"])
def test_both_formats_say_the_same(name: str) -> None:
    assert _read(f"{name}.xml") == _read(f"{name}.json")


@FORMATS
def test_a_picture_is_named_by_where_it_lies(suffix: str) -> None:
    assert _read(f"image.{suffix}").media == (Media("picture", "mQ2nQJ0bq0J8V7J0bQ_Yl4n5"),)


@FORMATS
def test_a_page_that_was_sent_names_its_order(suffix: str) -> None:
    message = _read(f"miniprogrampage.{suffix}").message

    assert message is not None
    assert (message.action, message.order_no) == ("order:20261101-0001", "20261101-0001")


@FORMATS
def test_opening_the_chat_waves_with_the_order_and_opens_its_window(suffix: str) -> None:
    arrival = _read(f"user_enter_tempsession.{suffix}")

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.order_no, arrival.window) == (WAVE, "20261101-0001", "enter")


@pytest.mark.parametrize(
    ("session_from", "order_no", "token"),
    [
        ("order:20261101-0001", "20261101-0001", None),
        ("20261101-0001", "20261101-0001", None),
        ('{"order_no": "A 1"}', None, None),
        ('{"order_no": "A-1", "token": "s1gned_-"}', "A-1", "s1gned_-"),
        ('{"orderId": 20261101}', "20261101", None),
        ("order_id=A-1&token=s1gned", "A-1", "s1gned"),
        ("?orderNo=A%2D1", "A-1", None),
        ("order_no=" + "9" * 500, None, None),
        ("wxapp", None, None),
        ("sessionFrom", None, None),
        ("", None, None),
        ("{", None, None),
        ('{"order_no": ' * 1_000, None, None),
        ("a=1&" * 200, None, None),
    ],
)
def test_what_the_button_says_is_read_as_far_as_it_names_an_order(
    session_from: str, order_no: str | None, token: str | None
) -> None:
    push = msgspec.json.decode(captured("mini_program/user_enter_tempsession.json")) | {"SessionFrom": session_from}

    (arrival,) = parse_push(msgspec.json.encode(push), now=NOW)

    assert arrival.message is not None
    assert (arrival.message.order_no, arrival.token) == (order_no, token)


def test_a_page_without_an_order_is_its_title() -> None:
    push = msgspec.json.decode(captured("mini_program/miniprogrampage.json")) | {"PagePath": "pages/index/index"}

    (arrival,) = parse_push(msgspec.json.encode(push), now=NOW)

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == ("订单详情", None)


@pytest.mark.parametrize("value", [None, [], {}, True, 1.5, "", "\ud800"])
@pytest.mark.parametrize("name", ["FromUserName", "ToUserName", "CreateTime", "MsgType", "MsgId"])
def test_a_field_of_another_kind_is_refused_by_its_name(name: str, value: object) -> None:
    push = msgspec.json.decode(captured("mini_program/text.json"))
    written = msgspec.json.encode(push | {name: "PLACE"}).replace(b'"PLACE"', _json(value))

    with pytest.raises(PayloadUnreadable) as unreadable:
        parse_push(written, now=NOW)

    assert name in str(unreadable.value) or "body" in str(unreadable.value)


def _json(value: object) -> bytes:
    return b'"\\ud800"' if value == "\ud800" else msgspec.json.encode(value)
