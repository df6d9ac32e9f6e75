"""The conversation, in English."""

TEXTS: dict[str, str] = {
    "case.title": "Case {case_no}",
    "case.conversation": "Conversation with {customer}",
    "case.chat": "Conversation",
    "case.no_chat": "The customer has no chat yet, so nobody has been told of this case."
    " What you ask or offer is put into their chat, where they see it first when they open it;"
    " where a phone is known, a text tells them to look.",
    "case.not_opened": "The customer has not opened the chat yet: what stands here waits for them"
    " (where a phone is known, a text has told them to look).",
    "case.no_return_address": "No return address is set ([returns] in the policy): please send it in the chat.",
    "case.none_yet": "No refund case yet. Read the conversation and answer;"
    " a case opens when the customer asks for a refund.",
    "customer.not_signed_in": "Not signed in: no customer and no order is known.",
    "customer.orders": "Their newest orders",
    "customer.no_orders": "No order of theirs is known.",
    "customer.cases": "Their requests",
    "case.nothing_said": "Nothing said yet.",
    "case.picture": "Picture sent by the customer",
    "case.video": "Video sent by the customer",
    "hold.mine": "You hold this conversation. The assistant is silent until you give it back.",
    "hold.bot": "The assistant is answering.",
    "hold.queue": "The customer waits for a person.",
    "hold.other": "{name} holds this conversation.",
    "hold.take_over": "Take over",
    "hold.give_back": "Give back to the assistant",
    "hold.reply_label": "Your reply",
    "hold.reply_hint": "Write to the customer. Enter sends, Shift+Enter makes a new line.",
    "hold.send": "Send",
    "hold.taken": "{name} was faster and holds this conversation now. Nothing was changed.",
    "hold.changed": "This conversation changed hands meanwhile. Look again; nothing was sent.",
    "hold.not_yours": "Take this conversation over first; then you can write in it.",
    "say.empty": "The reply is empty. Write something, then send.",
    "say.too_long": "The reply is longer than 4,000 characters. Shorten it or send it in two.",
    "by.customer": "Customer",
    "by.bot": "Assistant",
    "by.agent": "Staff",
    "by.system": "The system",
    "by.api": "Merchant's system",
}
