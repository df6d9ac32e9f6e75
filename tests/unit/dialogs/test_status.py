"""Where a case stands: what the customer really got, and the true date with what happens then."""

from dataclasses import replace

import pytest

from dialogs.messages import RefundCard
from dialogs.texts.money import format_time
from refund_core.case_due import due_passed
from refund_core.orders import Payment
from tests.unit.core.shop import DAY, NOW, RAILS, ZONE, line, moment, order
from tests.unit.dialogs.talk import ORDER_NO, accept, awaiting_return, talk


@pytest.mark.parametrize(("resolution", "destination"), [("balance", "店铺余额"), ("coupon", "优惠券")])
def test_the_card_of_a_payout_names_what_the_customer_got_and_where(resolution: str, destination: str) -> None:
    bought = order(line("1", 1, 5900))
    labelled = replace(bought.payments[0], label="建行卡 尾号 1")
    talked = talk(replace(bought, payments=(labelled,)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    worth = next(offer.amount.minor for offer in talked.case().offers if offer.resolution == resolution)
    accept(talked, resolution)
    talked.tap("confirm:yes")

    talked.tap(f"status:{talked.case().case_no}")

    (card,) = [reply.card for reply in talked.replies() if isinstance(reply.card, RefundCard)]
    assert (card.destination, card.amount) == (destination, worth)


def test_a_balance_given_for_two_payments_is_one_card() -> None:
    payments = (
        Payment("p-1", "sandbox", 2000, 2000, paid_at=NOW),
        Payment("p-2", "sandbox", 3900, 3900, paid_at=NOW),
    )
    talked = talk(order(line("1", 1, 5900), payments=payments))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "balance")
    talked.tap("confirm:yes")

    talked.tap(f"status:{talked.case().case_no}")

    credited = talked.case().balance
    assert credited is not None
    assert [reply.card.amount for reply in talked.replies() if isinstance(reply.card, RefundCard)] == [credited.minor]


def test_a_case_that_waits_for_goods_names_the_day_on_which_it_is_closed() -> None:
    talked = awaiting_return()
    until = format_time(talked.now + 7 * DAY, "zh-CN", ZONE)
    assert f"请在 {until} 前把商品寄回" in talked.texts()

    talked.tap(f"status:{talked.case().case_no}")

    assert f"请在 {until} 前把商品寄回" in talked.texts()
    assert "逾期申请会关闭" in talked.texts()


def test_after_the_reminder_the_day_of_closing_is_the_same() -> None:
    talked = awaiting_return()
    until = format_time(talked.now + 7 * DAY, "zh-CN", ZONE)
    case = talked.case()
    assert case.due is not None
    reminded = due_passed(case, talked.tills[ORDER_NO].facts(), rails=RAILS, moment=moment(case.due.at, "system"))
    assert reminded is not None
    talked.put(reminded.case)

    talked.tap(f"status:{case.case_no}")

    assert f"请在 {until} 前把商品寄回" in talked.texts()


def test_after_the_tracking_number_the_customer_is_asked_for_nothing_more() -> None:
    talked = awaiting_return()
    talked.say("已经寄回了，单号 SF1234567890123")

    talked.tap(f"status:{talked.case().case_no}")

    assert "商品已寄出，等仓库收货" in talked.texts()
    assert "SF1234567890123，仓库收到并检查后退款" in talked.texts()
    assert "等您寄回" not in talked.texts()


def test_a_payout_without_an_answer_names_the_person_that_comes_next() -> None:
    talked = talk(order(line("1", 1, 5900)))
    for action in (f"order:{ORDER_NO}", "reason:no_longer_wanted"):
        talked.tap(action)
    accept(talked, "original_route")
    talked.tap("confirm:yes")

    talked.tap(f"status:{talked.case().case_no}")

    assert "会由工作人员接着处理" in talked.texts()
