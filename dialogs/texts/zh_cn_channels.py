"""What a platform shows in Chinese that the talk itself does not say: cards as text, commands, choices that follow."""

TEXTS: dict[str, str] = {
    "card.order": "订单 {order_no}，{amount}，{state}",
    "card.case": "售后单 {case_no}，订单 {order_no}\n{amount}，{state}",
    "card.offer": "{resolution}：{amount}",
    "card.refund": "退款单 {refund_no}：{amount}，{state}\n退到：{destination}",
    "order_state.unpaid": "待付款",
    "order_state.deposit_paid": "已付定金",
    "order_state.paid": "待发货",
    "order_state.part_shipped": "部分发货",
    "order_state.shipped": "已发货",
    "order_state.delivered": "已签收",
    "order_state.completed": "已完成",
    "order_state.cancelled": "已取消",
    "order_state.other": "处理中",
    "payout.created": "已受理",
    "payout.sending": "处理中",
    "payout.pending": "确认中",
    "payout.succeeded": "已退款",
    "payout.failed": "人工处理中",
    "payout.closed": "已关闭",
    "payout.other": "处理中",
}
