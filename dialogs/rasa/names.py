"""What intents, actions, slots and entities are called in a Rasa project: for the actions and for the export alike."""

from collections.abc import Mapping

import msgspec

from dialogs.understanding import Intent

FORM = "refund_form"
VALIDATE_FORM = f"validate_{FORM}"
CHOICE = "choice"
"""The entity in which a button brings its action, as in /choose{"choice": "order:1001"}."""

SESSION = "refundbot_session"
SAID = "refundbot_said"
SEQ = "refundbot_seq"
ASKING = "refundbot_asking"
"""The question that waits for an answer, by its name in the dialog."""
KEPT_SLOTS = (SESSION, SAID, SEQ, ASKING)

FORM_SLOTS: Mapping[str, str] = {
    "order": "refund_order",
    "lines": "refund_lines",
    "reason": "refund_reason",
    "evidence": "refund_evidence",
}
"""The questions before a case is decided, and the slot of the form that each fills."""

ORDER_LOOKUP = "action_order_lookup"
POLICY_ANSWER = "action_policy_answer"
REFUND_OFFERS = "action_refund_offers"
SUBMIT_REFUND = "action_submit_refund"
REFUND_STATUS = "action_refund_status"
WITHDRAW_REFUND = "action_withdraw_refund"
HAND_OVER = "action_hand_over"
ANSWER = "action_refundbot_answer"

WISHES: Mapping[str, Intent | None] = {
    ORDER_LOOKUP: Intent.DELIVERY_HURRY,
    POLICY_ANSWER: Intent.POLICY_QUESTION,
    REFUND_OFFERS: None,
    SUBMIT_REFUND: None,
    REFUND_STATUS: Intent.REFUND_STATUS,
    WITHDRAW_REFUND: Intent.WITHDRAW_REQUEST,
    HAND_OVER: Intent.WANT_HUMAN,
    ANSWER: None,
}
"""Every action but the form's, and what it is for; None leaves that to the message."""

ACTION_OF: Mapping[Intent, str] = {
    Intent.REFUND_REQUEST: FORM,
    Intent.EXCHANGE_REQUEST: FORM,
    Intent.CANCEL_ORDER: FORM,
    Intent.DELIVERY_HURRY: ORDER_LOOKUP,
    Intent.REFUND_STATUS: REFUND_STATUS,
    Intent.POLICY_QUESTION: POLICY_ANSWER,
    Intent.WITHDRAW_REQUEST: WITHDRAW_REFUND,
    Intent.WANT_HUMAN: HAND_OVER,
    Intent.GIVE_REASON: ANSWER,
    Intent.AFFIRM: SUBMIT_REFUND,
    Intent.DENY: SUBMIT_REFUND,
    Intent.CHOOSE: REFUND_OFFERS,
    Intent.INFORM_DONE: ANSWER,
    Intent.GREETING: ANSWER,
    Intent.THANKS: ANSWER,
    Intent.ANGER: ANSWER,
    Intent.OTHER: ANSWER,
}
"""Which action answers an intent while no form is active."""

ASIDE = (
    Intent.DELIVERY_HURRY,
    Intent.REFUND_STATUS,
    Intent.POLICY_QUESTION,
    Intent.WITHDRAW_REQUEST,
    Intent.WANT_HUMAN,
    Intent.GREETING,
    Intent.THANKS,
    Intent.ANGER,
)
"""Intents that are no answer to a question of the form; their own action answers, then the question is put again."""


def payload(action: str) -> str:
    """What a button of Rasa sends for one of our actions."""
    return f"/{Intent.CHOOSE.value}{msgspec.json.encode({CHOICE: action}).decode()}"
