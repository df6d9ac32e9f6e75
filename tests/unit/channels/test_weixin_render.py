"""What WeChat is given to show: as few messages as go, within its limits, with nothing left out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import Payload, Spoken, pressed_of
from channels.mini_program.render import render_replies as render_mini_program
from channels.wechat.render import MENU_MAX, render_replies
from channels.weixin.render import TEXT_BYTES_MAX, CasePage
from dialogs.messages import CaseCard, Choice, OfferCard, Reply

NO_PAGE = CasePage()
HUMAN = Choice("转人工", "human")
START = Choice("申请退款", "start:refund")


def _spoken(*replies: Reply) -> tuple[Spoken, ...]:
    return tuple(Spoken(seq, reply) for seq, reply in enumerate(replies, start=7))


def _menu(payload: Payload) -> dict[str, Any]:
    assert payload.method == "msgmenu"
    menu: dict[str, Any] = payload.body["msgmenu"]
    return menu


def _content(payload: Payload) -> str:
    content: str = payload.body["text"]["content"]
    return content


def test_replies_of_one_turn_are_one_message() -> None:
    spoken = _spoken(Reply("您好。", (HUMAN,)), Reply("请问需要什么帮助？", (START, HUMAN)))

    (payload,) = render_replies(spoken, "zh-CN", NO_PAGE)

    assert _menu(payload) == {
        "head_content": "您好。\n\n请问需要什么帮助？",
        "list": [{"id": "start:refund", "content": "申请退款"}, {"id": "human", "content": "转人工"}],
        "tail_content": "",
    }
    assert _content(payload) == ("您好。\n\n请问需要什么帮助？\n\n1. 申请退款\n回复编号即可选择，也可以回复“转人工”。")


def test_a_reply_without_choices_is_text() -> None:
    assert render_replies(_spoken(Reply("好的。")), "zh-CN", NO_PAGE) == (
        Payload("text", {"text": {"content": "好的。"}}),
    )


def test_nothing_said_is_no_message() -> None:
    assert render_replies(_spoken(Reply(" ")), "zh-CN", NO_PAGE) == ()
    assert render_mini_program((), "zh-CN", NO_PAGE) == ()


def test_a_mini_program_shows_numbers() -> None:
    (payload,) = render_mini_program(_spoken(Reply("请选择。", (START, HUMAN))), "en", NO_PAGE)

    assert payload == Payload(
        "text", {"text": {"content": "请选择。\n\n1. 申请退款\nReply with a number to choose, or reply “转人工”."}}
    )


def test_an_action_too_long_for_a_menu_is_named_by_its_place() -> None:
    long = Choice("都要", "+".join(f"line:{number}*1" for number in range(20)))

    (payload,) = render_replies(_spoken(Reply("好。"), Reply("请选择。", (START, long))), "zh-CN", NO_PAGE)

    key = _menu(payload)["list"][1]["id"]
    assert pressed_of(key) == (8, 1)


def test_what_does_not_fit_the_menu_follows_in_numbered_words() -> None:
    reasons = tuple(Choice(f"原因{number}", f"reason:{number}") for number in range(1, 13))

    (payload,) = render_replies(_spoken(Reply("原因？", (*reasons, HUMAN))), "zh-CN", NO_PAGE)

    menu = _menu(payload)
    assert [entry["content"] for entry in menu["list"]] == [f"原因{number}" for number in range(1, MENU_MAX + 1)]
    assert menu["tail_content"] == "11. 原因11\n12. 原因12\n回复编号即可选择，也可以回复“转人工”。"


def test_offers_are_told_with_their_amounts_and_declined_once() -> None:
    replies = [Reply("请选择退款方式。")]
    for number, resolution in enumerate(("original_route", "balance"), start=1):
        card = OfferCard(f"o{number}", resolution, 5900 + number, "CNY", None, f"说明{number}")
        choices = (Choice(f"选择{number}", f"offer:o{number}:accept"), Choice("都不要", f"offer:o{number}:decline"))
        replies.append(Reply("", choices, card=card))

    (payload,) = render_replies(_spoken(*replies), "zh-CN", NO_PAGE)

    assert [entry["content"] for entry in _menu(payload)["list"]] == ["选择1", "都不要", "选择2"]
    for part in ("原路退回：¥59.01", "说明1", "¥59.02", "说明2", "1. 选择1", "2. 选择2", "“都不要”"):
        assert part in _content(payload)


def test_what_somebody_wrote_as_html_stays_what_they_wrote() -> None:
    written = '<a href="https://evil.example">退款</a> ]]> {case_no} a<b'

    (payload,) = render_mini_program(_spoken(Reply(written)), "zh-CN", NO_PAGE)

    assert "<a" not in _content(payload)
    assert _content(payload).replace("\u200b", "") == written


CASE = CaseCard("C1", "20261101-0001", "refunding", 5900, "CNY")


def test_the_case_page_is_linked_in_the_text() -> None:
    page = CasePage(address="https://shop.example/cases/{case_no}")

    (payload,) = render_replies(_spoken(Reply("已提交 C1。", card=CASE)), "zh-CN", page)

    assert _content(payload) == "已提交 C1。\n\n查看申请详情：https://shop.example/cases/C1"


def test_the_case_page_of_a_mini_program_is_a_card_of_its_own() -> None:
    page = CasePage("https://shop.example/{case_no}", "wx1", "pages/case?no={case_no}", "thumb-1")

    text, card = render_replies(_spoken(Reply("已提交 C1。", card=CASE)), "en", page)

    assert "shop.example" not in _content(text)
    assert card.body["miniprogrampage"] == {
        "title": "See your request C1", "appid": "wx1", "pagepath": "pages/case?no=C1", "thumb_media_id": "thumb-1",
    }  # fmt: skip


SENTENCES = st.lists(st.text(alphabet="退款了吗abc 。，\n！?<a>]é😀", max_size=300), max_size=4)
LABELS = st.lists(st.text(alphabet="退款 ab😀", min_size=1, max_size=80), max_size=15)


@settings(max_examples=150, deadline=None)
@given(sentences=SENTENCES, labels=LABELS, repeat=st.integers(1, 8))
@pytest.mark.parametrize("render", [render_replies, render_mini_program])
def test_whatever_is_said_fits_and_is_whole(render: Any, sentences: list[str], labels: list[str], repeat: int) -> None:
    choices = tuple(Choice(label, f"order:{number}") for number, label in enumerate(labels))
    replies = [Reply(sentence * repeat) for sentence in sentences] + [Reply("问", choices)]

    payloads = render(_spoken(*replies), "zh-CN", NO_PAGE)

    for payload in payloads:
        assert 0 < len(_content(payload).encode()) <= TEXT_BYTES_MAX
        if payload.method == "msgmenu":
            assert len(_menu(payload)["list"]) <= MENU_MAX
            assert all(0 < len(entry["content"].encode()) <= 128 for entry in _menu(payload)["list"])
            assert all(len(entry["id"].encode()) <= 64 for entry in _menu(payload)["list"])
    shown = "".join("".join(_content(payload) for payload in payloads).replace("\u200b", "").split())
    assert all("".join(sentence.split()) in shown for sentence in sentences)
