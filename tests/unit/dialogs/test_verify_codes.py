"""How a code is read, how often and how long it may be tried, and how many are sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.proof import CodeTried
from tests.unit.dialogs.visitors import (
    LIMITS,
    ORDER_NO,
    asked_for_code,
    asking,
    say_or_tap,
    shows_an_order,
    visitor,
)


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "验证码：{}", "my code is {}", "code {}.", "{}。", "订单 DEMO-1003 {}"]
)
def test_the_code_is_read_as_people_type_it(typed: str) -> None:
    talked = asked_for_code()

    talked.say(typed.format(talked.phones.last))

    assert talked.state.customer == "c-1001"


@pytest.mark.parametrize("grouping", ["{0} {1}", "{0}-{1}"])
def test_a_code_in_two_groups_is_read(grouping: str) -> None:
    talked = asked_for_code()
    code = talked.phones.last

    talked.say(grouping.format(code[:3], code[3:]))

    assert talked.state.customer == "c-1001"


@pytest.mark.parametrize("digits", ["０１２３４５６７８９", "零一二三四五六七八九"])
def test_a_code_in_wide_or_spoken_digits_is_read(digits: str) -> None:
    talked = asked_for_code()

    talked.say(talked.phones.last.translate(str.maketrans("0123456789", digits)))

    assert talked.state.customer == "c-1001"


@pytest.mark.parametrize("code", ["000001", "000002", "000003", "000000"])
def test_a_code_of_zeros_is_no_number_of_a_button(code: str) -> None:
    talked = asked_for_code()
    talked.phones.sent[-1] = replace(talked.phones.sent[-1], code=code)

    talked.say(code)

    assert talked.state.customer == "c-1001"


@pytest.mark.parametrize("typed", ["12345", "1234567", "999"])
def test_what_cannot_be_a_code_costs_no_try(typed: str) -> None:
    talked = asked_for_code()

    talked.say(typed)

    assert talked.last is not None
    assert talked.last.proof is None
    assert asking(talked) == "code"
    assert talked.wanted.is_empty()


def test_a_wrong_code_says_how_many_tries_are_left_and_after_the_last_none_counts() -> None:
    talked = asked_for_code()
    talked.say(talked.phones.wrong)
    assert f"{LIMITS.tries_max - 1} 次" in talked.texts()
    assert talked.last is not None
    assert talked.last.proof == CodeTried(talked.phones.sent[-1].made.proof_id, 0, is_right=False)

    for _ in range(LIMITS.tries_max - 1):
        talked.say(talked.phones.wrong)
    talked.say(talked.phones.last)

    assert talked.state.customer is None
    assert "verify:code" in talked.actions()


def test_a_code_is_over_after_its_minutes() -> None:
    talked = asked_for_code()
    talked.now += timedelta(minutes=LIMITS.code_minutes)

    talked.say(talked.phones.last)

    assert talked.state.customer is None
    assert "过期" in talked.texts()


@pytest.mark.parametrize("said", ["verify:code", "没收到验证码", "重新发送", "I didn't get it", "send it again"])
def test_another_code_is_sent_only_after_a_while_and_takes_the_place_of_the_first(said: str) -> None:
    talked = asked_for_code()
    first = talked.phones.last

    say_or_tap(talked, said)
    assert len(talked.phones.sent) == 1
    assert asking(talked) == "code"
    talked.now += timedelta(seconds=LIMITS.resend_seconds)
    say_or_tap(talked, said)

    assert len(talked.phones.sent) == 2
    talked.say(first)
    assert talked.state.customer is None
    talked.say(talked.phones.last)
    assert talked.state.customer == "c-1001"


def test_no_more_codes_than_a_day_allows() -> None:
    talked = asked_for_code()
    for _ in range(LIMITS.codes_per_order_max + 3):
        talked.now += timedelta(seconds=LIMITS.resend_seconds)
        talked.tap("start:refund")
        talked.say(f"订单 {ORDER_NO}")

    assert len(talked.phones.sent) == LIMITS.codes_per_order_max
    assert "human" in talked.actions()


def test_numbers_cannot_be_tried_without_end_in_one_chat() -> None:
    talked = visitor()
    for number in range(LIMITS.codes_per_chat_max + 5):
        talked.tap("verify:order")
        talked.say(f"DEMO-{2000 + number}")

    assert len(talked.phones.sent) == LIMITS.codes_per_chat_max


def test_a_shop_that_can_send_no_more_says_so_and_offers_a_person() -> None:
    talked = visitor()
    talked.phones.is_used_up = True

    talked.tap("start:refund")
    talked.say(ORDER_NO)

    assert talked.phones.sent == []
    assert talked.actions() == ["human"]


_GUESSES = st.lists(
    st.one_of(
        st.from_regex(r"[0-9]{6}", fullmatch=True),
        st.sampled_from(("verify:code", "verify:order", "DEMO-1003", "start:refund", "cancel", "退款", "x" * 300)),
        st.text(max_size=12),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(guesses=_GUESSES)
def test_guessing_never_gets_further_than_the_limits(guesses: list[str]) -> None:
    talked = asked_for_code()
    tries = 0

    for guess in guesses:
        said = "999999" if any(one.code in guess for one in talked.phones.sent) else guess
        say_or_tap(talked, said)

        assert talked.last is not None
        tries += isinstance(talked.last.proof, CodeTried)
        assert not shows_an_order(talked)
        assert not talked.last.changes

    assert talked.state.customer is None
    assert all(one.tries <= LIMITS.tries_max for one in talked.phones.sent)
    assert tries <= LIMITS.tries_max * len(talked.phones.sent)
