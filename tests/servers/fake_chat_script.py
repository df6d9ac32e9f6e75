"""What the fake chat server's bot answers: a short refund talk that shows every kind of reply."""

from typing import Any

PLACED_AT = "2026-11-12T09:30:00+08:00"
ORDER_NO = "20261112-0007"
CASE_NO = "C-20261123-01"
MONEY = {"amount": 11800, "currency": "CNY"}
LINES = [
    {"label": "陶瓷马克杯 蓝色", "action": "line:1*3"},
    {"label": "亚麻桌布 140×200 cm 浅灰", "action": "line:2*1"},
    {"label": "香薰蜡烛", "action": "line:3*2"},
]
REASONS = {"late_shipping": "发货太慢", "damaged": "收到时已损坏", "no_longer_wanted": "不想要了", "other": "其他原因"}


def answer_to(body: dict[str, Any], steps: dict[str, Any]) -> list[dict[str, Any]]:
    """The bot's replies to one message; steps remembers what the talk needs."""
    if body.get("attachments"):
        return [_bot(f"收到 {len(body['attachments'])} 张图片。")]
    action = body.get("action")
    if action is None and steps.get("code"):
        return _tried(body["text"])
    if action is None:
        return [_bot(f"您说的是：{body['text']}")]
    name, _, rest = action.partition(":")
    if name == "locale":
        return _spoken(rest, steps)
    if name == "line":
        steps["lines"] = action
    if name == "verify":
        steps["code"] = True
    return _ANSWERS.get(name, _unknown)(rest)


def _bot(text: str, *choices: tuple[str, str], **more: Any) -> dict[str, Any]:
    tapped = [{"label": label, "action": action} for label, action in choices]
    return {"sender": "bot", "text": text, "choices": tapped} | more


def _start(_rest: str) -> list[dict[str, Any]]:
    greeting = (
        "您好，我是智能助手，先由我为您处理。对话会保存 180 天，详见 https://shop.example/privacy 。您可以随时转人工。"
    )
    return [
        _bot(greeting),
        _bot(
            "是要为这个订单申请退款吗？", ("是这个订单", f"order:{ORDER_NO}"), ("选择其他订单", "back"), card=_order()
        ),
    ]


def _spoken(locale: str, steps: dict[str, Any]) -> list[dict[str, Any]]:
    """The question once more in another language, and nothing where it is that one already."""
    if steps.setdefault("locale", "zh-CN") == locale:
        return []
    steps["locale"] = locale
    words = {"zh-CN": ("是要为这个订单申请退款吗？", "是这个订单"), "en": ("Is this the order?", "Yes, this order")}
    question, label = words[locale]
    return [_bot(question, (label, f"order:{ORDER_NO}"), card=_order())]


def _order() -> dict[str, Any]:
    return {
        "kind": "order", "order_no": ORDER_NO, "status": "delivered", "placed_at": PLACED_AT,
        "title": "陶瓷马克杯 蓝色 等 3 种", "lines": 3, "amount": 34680, "currency": "CNY",
    }  # fmt: skip


def _lines(_rest: str) -> list[dict[str, Any]]:
    more = [{"label": "全部商品", "action": "lines:all"}, {"label": "返回", "action": "back"}]
    return [_bot("请选择要退的商品和数量。") | {"choices": LINES + more, "select": {"min": 1, "max": 3}}]


def _reasons(_rest: str) -> list[dict[str, Any]]:
    return [_bot("请问是什么原因？", *((label, f"reason:{code}") for code, label in REASONS.items()))]


def _offers(_rest: str) -> list[dict[str, Any]]:
    original = {
        "offer_id": "o-1",
        "resolution": "original_route",
        "text": "退回微信零钱，通常几分钟内到账",
        "expires_at": None,
    }
    balance = {"offer_id": "o-2", "resolution": "balance", "text": "含 5% 补贴，本店通用", "amount": 12390}
    until = {"expires_at": "2026-12-01T00:00:00+08:00"}
    return [
        _bot("以下方式任您选择。"),
        _bot("", ("选择原路退回", "offer:o-1:accept"), card={"kind": "offer"} | MONEY | original),
        _bot(
            "",
            ("选择余额", "offer:o-2:accept"),
            ("都不要", "offer:o-2:decline"),
            card={"kind": "offer"} | MONEY | balance | until,
        ),
    ]


def _confirm(_rest: str) -> list[dict[str, Any]]:
    text = "陶瓷马克杯 蓝色 × 2：¥118.00\n优惠分摊：−¥0.00\n退款金额：¥118.00\n退回：微信支付（零钱）"
    return [_bot(text, ("确认退款", "confirm:yes"), ("不退了", "confirm:no"))]


def _refunding(rest: str) -> list[dict[str, Any]]:
    if rest == "no":
        return [_bot("好的，没有提交。")]
    refund = {
        "kind": "refund",
        "refund_no": "R-8f2c61",
        "case_no": CASE_NO,
        "destination": "微信支付（零钱）",
        "state": "pending",
    }
    case = {"kind": "case", "case_no": CASE_NO, "order_no": ORDER_NO, "state": "refunding"}
    return [
        _bot("已提交，正在等支付平台确认。", card=refund | MONEY),
        _bot("", ("查看进度", f"status:{CASE_NO}"), card=case | MONEY),
    ]


def _human(_rest: str) -> list[dict[str, Any]]:
    return [{"sender": "system", "text": "已为您转接人工客服，前面还有 1 位。"}]


def _code(lead: str) -> list[dict[str, Any]]:
    choices = ("重新发送验证码", "verify:code"), ("换一个订单号", "verify:order"), ("转人工", "human")
    return [_bot(f"{lead}\n请发送短信里的 6 位验证码。", *choices)]


def _sent(_rest: str) -> list[dict[str, Any]]:
    return _code("验证码已发送。")


def _tried(code: str) -> list[dict[str, Any]]:
    return [_bot("已核实。")] if code == "246810" else _code("验证码不正确。")


def _cancelled(_rest: str) -> list[dict[str, Any]]:
    return [_bot("好的，我们重新开始。", ("申请退款", "start:refund"))]


def _unknown(rest: str) -> list[dict[str, Any]]:
    return [_bot(f"收到：{rest}")]


_ANSWERS = {
    "start": _start, "order": _lines, "line": _reasons, "lines": _reasons, "reason": _offers, "offer": _confirm,
    "confirm": _refunding, "verify": _sent, "human": _human, "cancel": _cancelled,
}  # fmt: skip
