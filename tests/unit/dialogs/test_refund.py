"""From a wish to a confirmed refund, and every place where it may turn."""

import pytest

from dialogs.messages import CaseCard, OfferCard, OrderCard
from refund_core.cases import CaseState
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.orders import OrderStatus, SettledBy
from tests.unit.core.shop import DAY, NOW, delivered, line, order
from tests.unit.dialogs.talk import ORDER_NO, accept, at_offers, talk


def test_the_order_of_a_signed_identity_is_proposed_and_nothing_else_is_read() -> None:
    talked = talk(order(), order(order_no="A-2"), order_no="A-2")

    talked.tap("start:refund")

    assert talked.wanted.order_no == "A-2"
    assert talked.wanted.recent_orders == 0
    assert talked.actions() == ["order:A-2", "back", "human"]


def test_several_orders_are_shown_as_cards_newest_first_and_never_more_than_five() -> None:
    talked = talk(*(order(order_no=f"A-{n}", placed_at=NOW - n * DAY) for n in range(1, 9)))

    talked.tap("start:refund")

    cards = [reply.card for reply in talked.replies() if isinstance(reply.card, OrderCard)]
    assert [card.order_no for card in cards] == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert talked.actions()[:5] == [f"order:A-{n}" for n in range(1, 6)]


def test_unpaid_orders_are_not_proposed_while_there_are_others() -> None:
    talked = talk(order(order_no="A-1", status=OrderStatus.UNPAID, payments=()), order(order_no="A-2"))

    talked.tap("start:refund")

    assert talked.actions()[0] == "order:A-2"


@pytest.mark.parametrize("answer", ["2", "第二个", "二", "second", "the 2nd", "选2"])
def test_a_typed_number_takes_that_order(answer: str) -> None:
    talked = talk(*(order(order_no=f"A-{n}", placed_at=NOW - n * DAY) for n in (1, 2, 3)))
    talked.tap("start:refund")

    talked.say(answer)

    assert talked.state.slots.order_no == "A-2"


def test_lines_and_quantities_are_chosen_together() -> None:
    talked = talk(order(line("1", 3, 1000), line("2", 2, 500)))
    talked.tap(f"order:{ORDER_NO}")
    select = talked.replies()[0].select
    assert select is not None
    assert (select.min, select.max) == (1, 2)
    assert talked.actions()[:3] == ["line:1*3", "line:2*2", "lines:all"]

    talked.tap("line:1*2+line:2*1")

    assert talked.state.slots.lines == (("1", 2), ("2", 1))


def test_a_quantity_typed_for_the_only_line_is_taken() -> None:
    talked = talk(order(line("1", 3, 1000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say("2件")

    assert talked.state.slots.lines == (("1", 2),)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("line:1*4", "最多还能退 3 件"),
        ("line:9*1", "没有这件商品"),
        ("line:1*1+line:1*1", "选择了两次"),
    ],
)
def test_lines_that_the_order_does_not_hold_are_refused_and_asked_again(action: str, said: str) -> None:
    talked = talk(order(line("1", 3, 1000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.tap(action)

    assert said in talked.texts()
    assert talked.actions()[0] == "line:1*3"
    assert not talked.cases()


def test_of_very_many_lines_the_first_are_listed_and_others_are_found_by_name() -> None:
    talked = talk(order(*(line(str(n), 1, 100, title=f"Cup No. {n}") for n in range(1, 301))))
    talked.tap(f"order:{ORDER_NO}")
    assert len(talked.actions()) < 60
    assert "300" in talked.texts()

    talked.say("cup no. 277")

    assert talked.state.slots.lines == (("277", 1),)


def test_a_claim_on_very_many_lines_says_the_rest_in_one_sum() -> None:
    talked = talk(order(*(line(str(n), 1, 100) for n in range(1, 101))))
    for action in (f"order:{ORDER_NO}", "lines:all", "reason:no_longer_wanted"):
        talked.tap(action)

    assert "其他 80 种商品：¥80.00" in talked.texts()
    assert "合计：¥100.00" in talked.texts()


def test_a_bundle_goes_back_as_a_whole() -> None:
    talked = talk(order(line("1", 1, 900, bundle_no="b"), line("2", 1, 100, bundle_no="b")))
    talked.tap(f"order:{ORDER_NO}")

    talked.tap("line:1*1")

    assert "套装" in talked.texts()
    assert talked.actions()[0] == "line:1*1"


def test_a_late_order_has_its_reason_preselected_and_yes_takes_it() -> None:
    talked = talk(order(line("1", 1, 3000), promised_ship_at=NOW - DAY))
    talked.tap(f"order:{ORDER_NO}")
    assert talked.actions()[0] == "reason:late_shipping"
    assert "从物流看" in talked.texts()

    talked.say("是的")

    assert talked.case().claim.reason is Reason.LATE_SHIPPING


def test_a_late_order_is_offered_faster_delivery_beside_the_refund_in_the_same_message() -> None:
    talked = talk(order(line("1", 1, 3000), promised_ship_at=NOW - DAY))
    talked.tap(f"order:{ORDER_NO}")

    talked.tap("reason:late_shipping")

    card = talked.replies()[1].card
    assert isinstance(card, OfferCard)
    assert card.resolution == Resolution.ORIGINAL_ROUTE
    assert "remedy:expedite" in talked.actions()


def test_a_wish_for_something_else_brings_a_person_with_the_wish() -> None:
    talked = talk(order(line("1", 1, 3000), promised_ship_at=NOW - DAY))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:late_shipping")

    talked.tap("remedy:expedite")

    assert talked.case().state is CaseState.UNDER_REVIEW
    assert talked.case().wish == "expedite"
    assert talked.case().case_no in talked.texts()
    assert talked.paid_out() == 0


def test_an_exchange_asked_for_in_words_reaches_a_person_with_the_wish() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    for message in ("我想换货", "是", "尺码太小"):
        talked.say(message)

    assert talked.case().claim.remedy is Remedy.EXCHANGE
    assert talked.case().state is CaseState.UNDER_REVIEW


def test_a_reason_told_at_the_start_is_said_back_and_not_asked_again() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.say("我要退款，杯子碎了")

    talked.say("是")

    assert "原因：收到时已损坏" in talked.texts()
    assert "evidence:skip" in talked.actions()
    assert not talked.cases()


def test_faults_ask_for_pictures_and_pictures_decide() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:damaged")
    assert talked.wanted.is_empty()
    assert "照片" in talked.texts()

    talked.shows("a-1")
    talked.tap("evidence:skip")

    assert talked.case().claim.evidence == ("a-1",)
    assert talked.case().state is CaseState.OFFERED


def test_without_pictures_a_person_looks_and_the_answer_has_a_time_and_a_number() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")
    talked.tap("reason:damaged")

    talked.tap("evidence:skip")

    case = talked.case()
    assert case.state is CaseState.UNDER_REVIEW
    assert case.case_no in talked.texts()
    assert "11月21日" in talked.texts()
    assert f"evidence:add:{case.case_no}" in talked.actions()


def test_a_picture_with_the_reason_in_words_answers_both_questions() -> None:
    talked = talk(delivered(NOW - DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.say("收到就碎了", pictures=("a-1",))

    assert talked.case().claim.evidence == ("a-1",)
    assert talked.case().claim.reason is Reason.DAMAGED


def test_a_rejection_names_the_rule_and_the_appeal_is_one_tap() -> None:
    talked = talk(delivered(NOW - 30 * DAY, line("1", 1, 3000)))
    talked.tap(f"order:{ORDER_NO}")

    talked.tap("reason:no_longer_wanted")

    case = talked.case()
    assert case.state is CaseState.REJECTED
    assert case.decision.reasons["zh-CN"] in talked.texts()
    assert talked.actions()[:2] == [f"appeal:{case.case_no}", "human"]
    talked.tap(f"appeal:{case.case_no}")
    assert talked.case().state is CaseState.UNDER_REVIEW


def test_an_order_that_is_being_refunded_is_said_so_with_its_case() -> None:
    talked = at_offers()
    accept(talked, "original_route")
    talked.tap("confirm:yes")

    talked.tap(f"order:{ORDER_NO}")

    case = talked.case()
    assert case.case_no in talked.texts()
    assert "退款处理中" in talked.texts()
    assert isinstance(talked.replies()[0].card, CaseCard)
    assert len(talked.cases()) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"settled_by": SettledBy.PLATFORM, "source": "taobao"}, "淘宝"),
        ({"status": OrderStatus.UNPAID, "payments": ()}, "还没有付款"),
        ({"status": OrderStatus.CANCELLED}, "已取消"),
    ],
)
def test_orders_that_cannot_be_refunded_here_are_explained(change: dict[str, object], said: str) -> None:
    talked = talk(order(line("1", 1, 3000), **change))

    talked.tap(f"order:{ORDER_NO}")

    assert said in talked.texts()
    assert "human" in talked.actions()
    assert not talked.cases()


def test_another_customers_order_and_an_unknown_one_get_the_same_words() -> None:
    talked = talk(order(line("1", 1, 3000), order_no="B-1", customer="c-2002"))
    talked.tap("order:B-1")
    others = talked.texts()

    talked.tap("order:B-999")

    assert talked.texts() == others
    assert "没有找到" in others
