"""What tells who somebody is goes; what they want stays."""

import timeit
from functools import partial
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.nlu.masking import masked

PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
EMAILS = st.from_regex(r"[a-z]{1,8}[.]?[a-z]{1,8}@[a-z]{2,8}[.](?:com|cn|org)", fullmatch=True)
PARCELS = st.from_regex(r"(?:SF|YT|JD|ZTO)[0-9]{10,13}", fullmatch=True)
ORDERS = st.from_regex(r"[0-9]{8}-[0-9]{4}", fullmatch=True)
AROUND = st.sampled_from(["{}", "我的是{}，退款", "call me on {} please", "{}收到了吗", "({})", "“{}”"])


@given(st.one_of(PHONES, EMAILS, PARCELS, ORDERS), AROUND)
def test_numbers_and_mail_addresses_go_wherever_they_stand(secret: str, around: str) -> None:
    assert secret not in masked(around.format(secret))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("电话 138 0013 8000 谢谢", "8000"),
        ("打我电话 +86-138-0013-8000", "0013"),
        ("call +44 20 7946 0958 today", "7946"),
        ("一三八零零一三八零零零", "零零"),
        ("１３８００１３８０００", "138"),
        ("地址江苏省苏州市姑苏区人民路12号3栋402室", "人民路"),
        ("收货地址改成北京市朝阳区建国路88号", "建国"),
        ("寄到杭州市余杭区文一西路969号", "文一"),
        ("I live at 12 Baker Street, London NW1 6XE", "Baker"),
        ("send it to 221b Baker Street please", "Baker"),
        ("我叫欧阳小明要退款", "小明"),
        ("我叫张三，要退款", "张三"),
        ("收件人：李雷", "李雷"),
        ("我是王芳，杯子碎了", "王芳"),
        ("王小明先生的订单", "小明"),
        ("my name is john smith", "smith"),
        ("This is Jane Doe, hello", "Doe"),
        ("Mr. O'Brien ordered it", "Brien"),
        ("see https://example.com/u/7?x=1", "example"),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, secret: str) -> None:
    assert secret not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "杯子碎了，退钱到余额", "蓝色那件不要了", "寄到哪了", "为什么还没有发货", "我要两件", "区别是什么",
        "小区门口的快递被拿走了", "我的地址错了", "I want a refund for 2 cups", "it is 30 yuan cheaper now",
        "the blue one arrived broken", "this is the wrong colour", "I am not happy", "size 42 is too small",
    ],
)  # fmt: skip
def test_what_they_want_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("unit", ["1-", "a", "路", "a.b@", "省市", "1 "])
def test_a_text_of_twice_the_length_takes_no_more_than_that_by_much(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        return min(timeit.repeat(partial(masked, text), number=1, repeat=7, timer=process_time))

    assert seconds(4_000) < 3 * seconds(2_000)
