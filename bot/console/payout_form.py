"""The forms for refunds that wait for a person: what is shown of each, and what was typed read into a PayoutStep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.console.decide_form import AMOUNT_LENGTH_MAX, FieldWrong, minor_amount
from dialogs.messages import Locale
from dialogs.texts.money import format_money
from refund_core.authority import MAY_PAY_BY_HAND, Role
from refund_core.case_answers import find_refund
from refund_core.case_money import Rails
from refund_core.case_payouts import PayoutAction, PayoutStep, payouts_waiting
from refund_core.cases import Refund, RefundCase

PROOF_LENGTH_MAX = 100
_TITLES = {
    PayoutAction.TRY_AGAIN: ("payout.try_again", "payout.try_again_hint"),
    PayoutAction.NEW_NUMBER: ("payout.new_number", "payout.new_number_hint"),
    PayoutAction.PAID_BY_HAND: ("payout.paid_by_hand", "payout.paid_by_hand_hint"),
}


@dataclass(frozen=True, slots=True)
class WaitingPayout:
    """A refund that waits for a person: the step for it with the text keys that name and explain it."""

    refund: Refund
    action: str
    title: str
    hint: str
    is_by_hand: bool
    is_allowed: bool


def waiting_payouts(case: RefundCase, rails: Rails, role: Role) -> Sequence[WaitingPayout]:
    """Every refund of the case that waits for a person, as the person with that role sees it."""
    return [_waiting(refund, action, role) for refund, action in payouts_waiting(case, rails)]


def read_payout_step(form: Mapping[str, object], case: RefundCase, locale: Locale) -> PayoutStep:
    """The step that was asked for; a payment by hand needs its proof, and its amount typed again. Raises FieldWrong."""
    try:
        action, version = PayoutAction(_text(form, "action")), int(_text(form, "version"))
    except ValueError:
        raise FieldWrong("error.form") from None
    refund_no = _text(form, "refund_no")
    if action is not PayoutAction.PAID_BY_HAND:
        return PayoutStep(action, refund_no, version)
    proof = _text(form, "proof")
    if not proof or len(proof) > PROOF_LENGTH_MAX or not proof.isprintable():
        raise FieldWrong("payout.proof_wrong", most=PROOF_LENGTH_MAX)
    _check_amount(_text(form, "amount"), find_refund(case, refund_no), locale)
    return PayoutStep(action, refund_no, version, proof)


def _waiting(refund: Refund, action: PayoutAction, role: Role) -> WaitingPayout:
    title, hint = _TITLES[action]
    is_by_hand = action is PayoutAction.PAID_BY_HAND
    is_allowed = not is_by_hand or role in MAY_PAY_BY_HAND
    return WaitingPayout(refund, action.value, title, hint, is_by_hand, is_allowed)


def _check_amount(text: str, refund: Refund, locale: Locale) -> None:
    """What the customer gets has to be typed once more, so that nobody confirms another transfer than was made."""
    wanted = refund.payer_amount
    typed = minor_amount(text, wanted.currency) if len(text) <= AMOUNT_LENGTH_MAX else None
    if typed != wanted.minor:
        raise FieldWrong("payout.amount_differs", amount=format_money(wanted, locale))


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
