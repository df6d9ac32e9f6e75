"""Each captured update means what a person did, and nothing else is read from it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.channel import Arrival, Media, PayloadUnreadable
from channels.support_chat.telegram.parse import parse_payload
from dialogs.actions import parse_action
from tests.unit.channels.telegram.captures import NAMES, captured, update

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
LIN, ANNA = "5238471906", "6120394857"


def read(name: str) -> Arrival:
    (arrival,) = parse_payload(captured(name), now=NOW)
    return arrival


def changed(name: str, *path: str | int, to: Any) -> bytes:
    """The captured update with one value in another way."""
    whole = update(name)
    inner: Any = whole
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = to
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "杯子碎了，想退款"),
        ("text_en", "Where is my refund? https://shop.example/o/1001"),
        ("refund_with_words", "refund order 20261101-0001, the mug is broken"),
        ("unknown_command", "/settings"),
        ("forward_of_a_later_kind", "Your parcel was left at the door"),
        ("reply_with_quote", "这个"),
        ("edited_text", "订单 20261101-0002，不是0001"),
        ("edited_caption", "杯口和杯底都裂了"),
    ],
)
def test_words_are_read_as_they_were_written(name: str, text: str) -> None:
    arrival = read(name)

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == (text, None)
    assert arrival.message.message_id == str(update(name)["update_id"])
    assert arrival.media == ()


def test_a_contact_of_ones_own_is_a_phone_that_telegram_vouches_for() -> None:
    arrival = read("contact_own")

    assert arrival.message is not None
    assert (arrival.phone, arrival.message.action, arrival.message.text) == ("+8613800138000", "verify:phone", None)
    assert "13800138000" not in repr(arrival)


@pytest.mark.parametrize(
    "change",
    [
        {"contact": {"phone_number": "+8613800138000", "first_name": "Lin", "user_id": 5238471907}},
        {"contact": {"phone_number": "+8613800138000", "first_name": "Lin"}},
        {"contact": {"phone_number": "", "first_name": "Lin", "user_id": 5238471906}},
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "Lin", "date": 1795665000}},
        {"forward_sender_name": "Lin", "forward_date": 1795665000},
        {"via_bot": {"id": 1, "is_bot": True, "first_name": "b"}},
    ],
    ids=["another's", "nobody's", "no number", "passed on", "passed on, as older ones say it", "through a bot"],
)
def test_any_other_contact_verifies_nothing(change: dict[str, Any]) -> None:
    forged = update("contact_own")
    forged["message"] |= change
    (arrival,) = parse_payload(json.dumps(forged).encode(), now=NOW)

    assert arrival.message is not None
    assert (arrival.phone, arrival.message.action, arrival.message.text) == (None, "verify:other_phone", None)


def test_a_contact_of_another_verifies_nothing() -> None:
    arrival = read("contact_of_another")

    assert arrival.message is not None
    assert (arrival.phone, arrival.message.action) == (None, "verify:other_phone")


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("start", "ask:help"),
        ("start_token", "start:refund"),
        ("start_token_too_long", "ask:help"),
        ("refund", "start:refund"),
        ("refund_to_bot", "start:refund"),
        ("status", "ask:status"),
        ("human", "human"),
        ("help", "ask:help"),
        ("button", "reason:damaged"),
        ("button_confirm", "confirm:yes"),
        ("button_of_a_deleted_message", "human"),
    ],
)
def test_commands_and_buttons_are_actions_of_the_dialog(name: str, action: str) -> None:
    arrival = read(name)

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == (None, action)
    assert parse_action(action) is not None


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("start_token", "Yy0xMDAxLjIwMjYxMTAxLTAwMDE_q8Zt-5nE1x7RkPqWm3"),
        ("start_token_too_long", None),
        ("start", None),
    ],
)
def test_a_start_link_hands_its_token_over(name: str, token: str | None) -> None:
    assert read(name).token == token


@pytest.mark.parametrize(
    ("name", "kind", "ref", "text"),
    [
        ("photo", "picture", "AgACAgUAAxkBAAIHk1y", "杯口裂了"),
        ("album_first", "picture", "AgACAgUAAxkBAAIHk2y", "两张照片"),
        ("album_second", "picture", "AgACAgUAAxkBAAIHk3y", None),
        ("document_image", "picture", "BQACAgUAAxkBAAIHk5doc", None),
        ("video", "video", "BAACAgUAAxkBAAIHk7vid", "还在漏水"),
        ("animation", "video", "CgACAgUAAxkBAAIHk8ani", None),
        ("video_note", "video", "DQACAgUAAxkBAAIHk9not", None),
    ],
)
def test_pictures_and_videos_are_named_for_fetching(name: str, kind: Any, ref: str, text: str | None) -> None:
    arrival = read(name)

    assert arrival.media == (Media(kind, ref),)
    assert arrival.message is not None
    assert arrival.message.text == text


@pytest.mark.parametrize("name", ["voice", "sticker", "document_pdf"])
def test_what_holds_no_words_is_a_message_without_text_so_that_it_is_answered(name: str) -> None:
    arrival = read(name)

    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action, arrival.media) == (None, None, ())


@pytest.mark.parametrize(
    "name",
    [
        "group_text", "group_button", "group_joined", "channel_post", "from_a_bot", "pinned", "kind_of_a_later_version",
        "edited_photo_alone",
    ],
)  # fmt: skip
def test_what_is_nobodys_wish_is_ignored(name: str) -> None:
    assert parse_payload(captured(name), now=NOW) == ()


def test_a_press_names_its_query_to_answer_and_its_message_to_change() -> None:
    arrival = read("button")

    assert (arrival.user, arrival.handle, arrival.edits) == (LIN, update("button")["callback_query"]["id"], "2032")
    assert arrival.pressed is None


def test_the_text_of_a_confirmation_stays_when_it_is_pressed() -> None:
    assert read("button_confirm").edits == "2032:keep"


def test_a_key_names_the_button_by_its_places() -> None:
    arrival = read("button_with_key")

    assert arrival.pressed == (12, 0)
    assert arrival.message is not None
    assert (arrival.message.text, arrival.message.action) == (None, None)


def test_a_message_that_is_gone_is_not_changed() -> None:
    assert read("button_of_a_deleted_message").edits is None


@pytest.mark.parametrize("name", ["button_of_an_inline_message", "button_game"])
def test_a_press_without_a_message_or_an_action_is_only_acknowledged(name: str) -> None:
    arrival = read(name)

    assert (arrival.message, arrival.handle) == (None, update(name)["callback_query"]["id"])


def test_a_press_with_more_data_than_telegram_carries_is_only_acknowledged() -> None:
    (arrival,) = parse_payload(changed("button", "callback_query", "data", to="退" * 22), now=NOW)

    assert arrival.message is None


@pytest.mark.parametrize(("name", "left"), [("blocked", True), ("unblocked", False)])
def test_a_block_and_its_end_are_told_without_a_turn(name: str, left: bool) -> None:
    assert read(name) == Arrival(LIN, left=left)


@pytest.mark.parametrize(
    ("code", "locale"),
    [("zh-hans", "zh-CN"), ("zh-TW", "zh-CN"), ("en", "en"), ("en-GB", "en"), ("de", "en"), (None, None)],
)
def test_the_language_of_the_persons_telegram_is_told(code: str | None, locale: str | None) -> None:
    (arrival,) = parse_payload(changed("text", "message", "from", "language_code", to=code), now=NOW)

    assert arrival.message is not None
    assert arrival.message.locale == locale


def test_an_edit_is_said_when_it_was_edited_and_is_a_message_of_its_own() -> None:
    edited = read("edited_text")

    assert edited.message is not None
    assert edited.message.at == datetime.fromtimestamp(update("edited_text")["edited_message"]["edit_date"], UTC)
    assert edited.message.message_id == str(update("edited_text")["update_id"])


def test_the_same_update_twice_is_the_same_message() -> None:
    assert read("text") == read("text")


def test_nothing_is_said_in_the_future() -> None:
    late = int((NOW + timedelta(days=400)).timestamp())

    (arrival,) = parse_payload(changed("text", "message", "date", to=late), now=NOW)

    assert arrival.message is not None
    assert arrival.message.at == NOW


def test_control_characters_and_direction_marks_are_left_out() -> None:
    (arrival,) = parse_payload(changed("text", "message", "text", to=" re\u0000fund\u202e\u0007 "), now=NOW)

    assert arrival.message is not None
    assert arrival.message.text == "refund"


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        *((raw, "body") for raw in (b"", b"{")),
        (b"[]", "body"),
        (b"\xff\xfe", "body"),
        (b'{"update_id": 1' + b',"a":[' * 4 + b"]" * 4 + b"}", "body"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "body"),
        (b"[" * 200_000, "body"),
        (b"{}", "update_id"),
        (b'{"update_id": "7"}', "update_id"),
        (b'{"update_id": true}', "update_id"),
        (b'{"update_id": -7}', "update_id"),
        (b'{"update_id": 7, "message": 7}', "message"),
        (b'{"update_id": 7, "message": {}}', "message.message_id"),
        (changed("text", "message", "date", to="soon"), "message.date"),
        (changed("text", "message", "date", to=10**18), "message.date"),
        (changed("text", "message", "date", to="2026-11-26T05:00:00"), "message.date"),
        (changed("text", "message", "date", to=1795665601.5), "message.date"),
        (changed("edited_text", "edited_message", "edit_date", to="1795665601"), "edited_message.edit_date"),
        (changed("text", "message", "text", to={"a": 1}), "message.text"),
        (changed("text", "message", "chat", to=None), "message.chat"),
        (changed("text", "message", "chat", "id", to=-5), "chat.id"),
        (changed("text", "message", "chat", "id", to=2**63), "chat.id"),
        (changed("text", "message", "chat", "id", to="x"), "message.chat.id"),
        (changed("edited_text", "edited_message", "edit_date", to=2**64), "edited_message.edit_date"),
        (changed("edited_text", "edited_message", "edit_date", to=-1), "edited_message.edit_date"),
        (changed("photo", "message", "photo", to=[1]), "message.photo.0"),
        (changed("button", "callback_query", "from", to=None), "callback_query.from"),
        (changed("button", "callback_query", "from", "id", to=0), "chat.id"),
        (changed("button", "callback_query", "id", to="1\x002"), "callback_query.id"),
        (changed("button", "callback_query", "id", to="1" * 129), "callback_query.id"),
        (changed("photo", "message", "photo", -1, "file_id", to="a\x00"), "file_id"),
        (changed("photo", "message", "photo", -1, "file_id", to="a" * 513), "file_id"),
        (changed("video", "message", "video", "file_id", to=""), "file_id"),
    ],
)
def test_what_is_no_update_is_refused_by_its_place(payload: bytes, part: str) -> None:
    with pytest.raises(PayloadUnreadable) as refused:
        parse_payload(payload, now=NOW)

    assert str(refused.value).startswith(f"{part}")


def test_a_refusal_names_no_value_of_the_payload() -> None:
    with pytest.raises(PayloadUnreadable) as refused:
        parse_payload(changed("text", "message", "date", to="13800138000"[:3] + "x"), now=NOW)

    assert "138" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("name", NAMES)
def test_every_capture_is_read_or_ignored(name: str) -> None:
    assert len(parse_payload(captured(name), now=NOW)) <= 1
