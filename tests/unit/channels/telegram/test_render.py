"""Replies become as few messages as Telegram's limits allow, and nothing of them is lost."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Payload, Spoken, pressed_of
from channels.split import text_size
from channels.support_chat.telegram.render import render_replies
from dialogs.messages import Choice, OfferCard, OrderCard, Reply, Select
from tests.unit.core.shop import NOW

HUMAN = Choice("转人工", "human")
BACK = Choice("返回", "back")


def order(number: int) -> Reply:
    card = OrderCard(f"2026110{number}", "delivered", NOW, f"杯子{number}", 1, 5900, "CNY")
    return Reply("", (Choice(f"选“杯子{number}”", f"order:2026110{number}"),), card=card)


def said(*replies: Reply, seq: int = 5) -> list[Spoken]:
    return [Spoken(seq + place, reply) for place, reply in enumerate(replies)]


def shown(*replies: Reply, edits: str | None = None) -> list[Payload]:
    return list(render_replies(said(*replies), "zh-CN", edits=edits))


def buttons(payload: Payload) -> list[dict[str, str]]:
    board: dict[str, Any] = payload.body.get("reply_markup", {"inline_keyboard": []})
    return [button for row in board["inline_keyboard"] for button in row]


def rows(payload: Payload) -> list[list[str]]:
    return [[button["text"] for button in row] for row in payload.body["reply_markup"]["inline_keyboard"]]


def test_what_is_said_in_one_go_is_one_message() -> None:
    (payload,) = shown(Reply("您好。", (HUMAN,)), Reply("请选择原因。", (Choice("商品损坏", "reason:damaged"), HUMAN)))

    assert payload.method == "sendMessage"
    assert payload.body["text"] == "您好。\n\n请选择原因。"
    assert [button["callback_data"] for button in buttons(payload)] == ["reason:damaged", "human"]


def test_a_text_is_sent_as_it_is_written() -> None:
    (payload,) = shown(Reply("*bold* <b>_x_</b> [a](http://b) &amp;"))

    assert payload.body["text"] == "*bold* <b>_x_</b> [a](http://b) &amp;"
    assert "parse_mode" not in payload.body
    assert payload.body["link_preview_options"] == {"is_disabled": True}


def test_orders_are_one_numbered_list_with_a_button_each() -> None:
    (payload,) = shown(Reply("请选择订单。"), order(1), replace(order(2), choices=(*order(2).choices, HUMAN)))

    assert payload.body["text"] == (
        "请选择订单。\n\n1. 杯子1\n订单 20261101，¥59.00，已签收\n\n2. 杯子2\n订单 20261102，¥59.00，已签收"
    )
    assert rows(payload) == [["1. 选“杯子1”"], ["2. 选“杯子2”"], ["转人工"]]


def test_a_single_card_has_no_number() -> None:
    (payload,) = shown(replace(order(1), text="是这个订单吗？"))

    assert payload.body["text"] == "是这个订单吗？\n杯子1\n订单 20261101，¥59.00，已签收"
    assert rows(payload) == [["选“杯子1”"]]


def test_lines_to_choose_from_are_numbered_and_can_each_be_ticked() -> None:
    lines = (Choice("杯子 × 2", "line:1*2"), Choice("盘子 × 1", "line:2*1"), Choice("全部商品", "lines:all"), BACK)
    (payload,) = shown(Reply("请选择商品。", lines, Select(1, 2)))

    assert payload.body["text"] == "请选择商品。\n1. 杯子 × 2\n2. 盘子 × 1"
    assert rows(payload) == [["⬜ 1. 杯子 × 2"], ["⬜ 2. 盘子 × 1"], ["选好了（已选 0 项）"], ["全部商品", "返回"]]
    assert [button["callback_data"] for button in buttons(payload)] == ["@5.0=2", "@5.1=1", "@5!", "lines:all", "back"]


def test_a_list_to_pick_from_shares_no_message_with_other_buttons() -> None:
    lines = Reply("请选择商品。", (Choice("杯子 × 2", "line:1*2"), Choice("盘子 × 1", "line:2*1")), Select(1, 2))

    first, second = shown(Reply("您好。", (HUMAN,)), lines)
    (together,) = shown(Reply("您好。"), lines)

    assert [button["callback_data"] for button in buttons(first)] == ["human"]
    assert buttons(second) == [*buttons(second)[:2], {"text": "选好了（已选 0 项）", "callback_data": "@6!"}]
    assert together.body["text"].startswith("您好。\n\n请选择商品。")


def test_of_several_ways_to_decline_one_button_stays() -> None:
    def offer(name: str) -> Reply:
        card = OfferCard(name, "balance", 100, "CNY", None, "")
        return Reply(
            "", (Choice(f"选{name}", f"offer:{name}:accept"), Choice("都不要", f"offer:{name}:decline")), card=card
        )

    (payload,) = shown(offer("a"), offer("b"))

    assert [button["callback_data"] for button in buttons(payload)] == [
        "offer:a:accept", "offer:b:accept", "offer:b:decline",
    ]  # fmt: skip


def test_an_action_too_long_for_a_button_becomes_the_place_of_the_button() -> None:
    long, fitting = f"order:{'9' * 59}", f"order:{'9' * 58}"
    (payload,) = shown(Reply("?", (BACK, Choice("a", long), Choice("b", fitting), Choice("c", "@5.0"))))

    data = [button["callback_data"] for button in buttons(payload)]
    assert data == ["back", "@5.1", fitting, "@5.3"]
    assert pressed_of(data[1]) == (5, 1)


def test_a_chinese_action_is_measured_in_bytes() -> None:
    (payload,) = shown(Reply("?", (Choice("a", "order:" + "单" * 20),)))

    assert buttons(payload)[0]["callback_data"] == "@5.0"


def test_a_long_text_is_split_at_a_sentence_and_the_buttons_stand_below_its_end() -> None:
    text = "这是很长的一句话。" * 600
    first, second = shown(Reply(text, (HUMAN,)))

    assert first.body["text"].endswith("。")
    assert first.body["text"] + second.body["text"] == text
    assert "reply_markup" not in first.body
    assert buttons(second)[0]["callback_data"] == "human"


def test_an_answer_takes_the_place_of_the_question() -> None:
    first, second = shown(Reply("长。" * 3000, (HUMAN,)), edits="2032")

    assert (first.method, first.body["message_id"]) == ("editMessageText", 2032)
    assert (second.method, "message_id" in second.body) == ("sendMessage", False)


def test_a_text_that_is_a_record_only_loses_its_buttons() -> None:
    first, second = shown(Reply("已提交。"), edits="2032:keep")

    assert (first.method, first.body) == ("editMessageReplyMarkup", {"message_id": 2032})
    assert (second.method, second.body["text"]) == ("sendMessage", "已提交。")


@pytest.mark.parametrize("edits", ["", "x", "12x", "-5", ":keep"])
def test_a_mark_that_is_none_of_ours_changes_nothing(edits: str) -> None:
    (payload,) = shown(Reply("a"), edits=edits)

    assert payload.method == "sendMessage"


@pytest.mark.parametrize("replies", [(), (Reply(""),), (Reply(" \n "),)])
def test_nothing_said_is_no_call(replies: tuple[Reply, ...]) -> None:
    assert shown(*replies, edits="2032") == []


def test_buttons_without_words_get_some() -> None:
    (payload,) = shown(Reply("", (HUMAN,)))

    assert payload.body["text"] == "更多选项："


def test_a_person_is_named() -> None:
    (payload,) = shown(Reply("我来帮您。", sender="agent", agent="小王"))

    assert payload.body["text"] == "小王:\n我来帮您。"


def test_what_a_person_says_stands_apart_from_what_the_bot_says() -> None:
    person = Reply("稍等。", sender="agent", agent="小王")
    first, second = shown(person, replace(person, text="在看。"), Reply("已退款。", sender="system"))

    assert (first.body["text"], second.body["text"]) == ("小王:\n稍等。\n\n在看。", "已退款。")


TEXT = st.text(st.sampled_from("退款。a !😀\n"), max_size=3000)
ACTION = st.text(st.sampled_from("abc退1"), min_size=1, max_size=80).map(lambda rest: f"order:{rest}")
CHOICES = st.lists(st.builds(Choice, st.text(st.sampled_from("退a😀"), min_size=1, max_size=80), ACTION), max_size=70)
REPLIES = st.lists(st.builds(Reply, TEXT, CHOICES.map(tuple)), max_size=4)


@given(REPLIES, st.sampled_from([None, "2032", "2032:keep"]))
def test_every_call_is_within_telegrams_limits_and_nothing_is_lost(replies: list[Reply], edits: str | None) -> None:
    payloads = render_replies(said(*replies), "en", edits=edits)

    messages = [payload for payload in payloads if payload.method != "editMessageReplyMarkup"]
    for payload in messages:
        assert 0 < text_size(payload.body["text"], unit="utf16") <= 4096
        assert len(buttons(payload)) <= 100
        assert all(0 < len(button["callback_data"].encode()) <= 64 for button in buttons(payload))
        assert all(0 < text_size(button["text"], unit="utf16") <= 64 for button in buttons(payload))
    spoken = "".join("".join(payload.body["text"] for payload in messages).replace("More to choose from:", "").split())
    assert spoken == "".join("".join(reply.text for reply in replies).split())
    assert len(messages) == 0 or {choice.action for reply in replies for choice in reply.choices} == _meant(
        replies, messages
    )


def _meant(replies: list[Reply], payloads: list[Payload]) -> set[str]:
    """The actions that the buttons stand for."""
    meant = set()
    for payload in payloads:
        for button in buttons(payload):
            key = pressed_of(button["callback_data"])
            meant.add(button["callback_data"] if key is None else replies[key[0] - 5].choices[key[1]].action)
    return meant
