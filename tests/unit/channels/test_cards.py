"""A card in words says what the card shows, in both languages."""

import pytest

from channels.cards import card_text
from dialogs.messages import Card, CaseCard, Locale, OfferCard, OrderCard, RefundCard
from tests.unit.core.shop import NOW

ORDER = OrderCard("20261101-0001", "delivered", NOW, "杯子 等 2 件", 2, 12300, "CNY")
CASE = CaseCard("R-1", "20261101-0001", "refunding", 12300, "CNY")
OFFER = OfferCard("o1", "balance", 12800, "CNY", None, "含 5 元奖励")
REFUND = RefundCard("P-1", "R-1", 12300, "CNY", "微信支付", "succeeded")


@pytest.mark.parametrize(
    ("card", "locale", "text"),
    [
        (ORDER, "zh-CN", "杯子 等 2 件\n订单 20261101-0001，¥123.00，已签收"),
        (ORDER, "en", "杯子 等 2 件\nOrder 20261101-0001, CN¥123.00, delivered"),
        (CASE, "zh-CN", "售后单 R-1，订单 20261101-0001\n¥123.00，退款处理中"),
        (CASE, "en", "Request R-1 for order 20261101-0001\nCN¥123.00, refund in progress"),
        (OFFER, "zh-CN", "店铺余额：¥128.00\n含 5 元奖励"),
        (OFFER, "en", "store balance: CN¥128.00\n含 5 元奖励"),
        (REFUND, "zh-CN", "退款单 P-1：¥123.00，已退款\n退到：微信支付"),
        (REFUND, "en", "Payout P-1: CN¥123.00, refunded\nTo: 微信支付"),
    ],
)
def test_a_card_says_what_it_shows(card: Card, locale: Locale, text: str) -> None:
    assert card_text(card, locale) == text
