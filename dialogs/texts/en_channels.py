"""What a platform shows in English that the talk itself does not say: cards as text, commands, choices that follow."""

TEXTS: dict[str, str] = {
    "card.order": "Order {order_no}, {amount}, {state}",
    "card.case": "Request {case_no} for order {order_no}\n{amount}, {state}",
    "card.offer": "{resolution}: {amount}",
    "card.refund": "Payout {refund_no}: {amount}, {state}\nTo: {destination}",
    "order_state.unpaid": "not paid",
    "order_state.deposit_paid": "deposit paid",
    "order_state.paid": "being prepared",
    "order_state.part_shipped": "partly shipped",
    "order_state.shipped": "shipped",
    "order_state.delivered": "delivered",
    "order_state.completed": "completed",
    "order_state.cancelled": "cancelled",
    "order_state.other": "in progress",
    "payout.created": "accepted",
    "payout.sending": "in progress",
    "payout.pending": "being confirmed",
    "payout.succeeded": "refunded",
    "payout.failed": "with our staff",
    "payout.closed": "closed",
    "payout.other": "in progress",
}
