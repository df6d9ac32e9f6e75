"""What a merchant may say in its own words, and what is wrong with the rest."""

from typing import Any

import pytest

from dialogs.texts.own import own_document, read_own_texts, stored_texts
from refund_core.errors import SettingsInvalid


def test_own_words_are_said_and_come_back_as_they_were_given() -> None:
    given = {"zh-CN": {"thanks": "客气啦", "menu": "要退款吗？"}, "en": {"thanks": " You bet. "}}

    own = read_own_texts(given)

    assert own.filled("thanks", "zh-CN", {}) == "客气啦"
    assert own_document(own) == {"en": {"thanks": "You bet."}, "zh-CN": {"menu": "要退款吗？", "thanks": "客气啦"}}


def test_null_is_the_delivered_sentence_again() -> None:
    assert not read_own_texts({"en": {"thanks": None}})


@pytest.mark.parametrize(
    ("locale", "key", "text", "problem"),
    [
        ("de", "thanks", "Danke", "no language"),
        ("en", "thank", "Ta", "no sentence of that key"),
        ("en", "thanks", "", "words in it"),
        ("en", "thanks", 7, "words in it"),
        ("en", "thanks", "x" * 1_001, "longer than 1000"),
        ("en", "thanks", "a\x00b", "control characters"),
        ("en", "thanks", "a\u202eb", "control characters"),
        ("en", "thanks", "Ta {", "other half"),
        ("en", "thanks", "Ta {name}", "known are: none"),
        ("en", "order.unpaid", "Not paid", "must say {order_no}"),
        ("en", "order.unpaid", "{order_no} {0}", "known are: {order_no}"),
        ("en", "order.unpaid", "{order_no} {order_no.__class__}", "not known"),
        ("en", "order.unpaid", "{order_no!r}", "takes no format"),
        ("en", "order.unpaid", "{order_no:>999999999}", "takes no format"),
        ("en", "thanks", "Anything else we do at once", "at once"),
        ("zh-CN", "thanks", "亲，不客气", "亲"),
        ("zh-CN", "thanks", "不客气，已退款", "已退款"),
        ("en", "greeting", "Hello, this is Mary of {merchant}", "a program answers"),
        ("zh-CN", "greeting", "您好，我是小美", "a program answers"),
    ],
)
def test_what_may_not_be_said_is_told_by_its_key(locale: str, key: str, text: Any, problem: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_own_texts({locale: {key: text}, "zh-CN" if locale != "zh-CN" else "en": {"thanks": None}})

    ((place, reason),) = refused.value.problems
    assert place in {locale, f"{locale}.{key}"}
    assert problem in reason


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_own_texts({"en": {"thanks": "", "nobody": "x"}, "fr": {}, "zh-CN": []})

    assert [place for place, _ in refused.value.problems] == ["en.thanks", "en.nobody", "fr", "zh-CN"]


def test_a_stored_wording_of_a_sentence_that_is_gone_is_left_out() -> None:
    own = stored_texts({"en": {"thanks": "Ta", "gone.since": "x", "menu": 3}, "de": {}, "zh-CN": None})

    assert own_document(own) == {"en": {"thanks": "Ta"}}
