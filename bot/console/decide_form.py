"""The decision form: what a person typed, read into a StaffDecision; amounts are decimals of the order's currency.

Fields that do not belong to the chosen action are not read, whatever they hold. An amount for another way than the
offered one is refused: whoever typed it means something by it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dialogs.texts.money import format_money
from refund_core.case_staff import StaffAction, StaffDecision
from refund_core.claims import ClaimLine, Resolution
from refund_core.money import zero

ACTIONS = (
    StaffAction.APPROVE, StaffAction.APPROVE_AFTER_RETURN, StaffAction.PARTIAL, StaffAction.OFFER,
    StaffAction.EXCHANGE, StaffAction.RESHIP, StaffAction.ASK_CUSTOMER, StaffAction.REJECT, StaffAction.ESCALATE,
)  # fmt: skip
OFFERED = (Resolution.ORIGINAL_ROUTE, Resolution.BALANCE, Resolution.KEEP_ITEM_PARTIAL)
REJECT_CODES = (
    "outside_rules", "no_evidence", "evidence_unclear", "goods_used", "excluded_goods", "already_settled", "other",
)  # fmt: skip
REPLY_LENGTH_MAX = 2_000
AMOUNT_LENGTH_MAX = 16
# Grouping goes, and a full-width point counts as a point.
_SIGNS = str.maketrans({",": None, "，": None, "．": "."})
_PAYING = frozenset({StaffAction.APPROVE, StaffAction.APPROVE_AFTER_RETURN, StaffAction.PARTIAL})
_ALL_SEEN = 10**9
_TRACKING = re.compile(r"[A-Za-z0-9-]{4,64}")
# Where a drafted rejection waits for its reason.
_BLANKS = ("[please fill in]", "［请填写］")


class FieldWrong(Exception):
    """A field that can not be read: the text key that says what to do, with its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the order in the form: how many pieces are claimed, and how many may go back."""

    line_no: str
    title: str
    claimed: int
    most: int


@dataclass(frozen=True, slots=True)
class FormOf:
    """The case that the form is about; a rejection's draft has a blank for one of the reasons, by code."""

    currency: str
    pieces: Sequence[Piece]
    reasons: Mapping[str, str]
    rejection: str


def read_decision(form: Mapping[str, object], about: FormOf) -> StaffDecision:
    """The decision that was typed. Raises FieldWrong."""
    action = _action(form)
    decision = StaffDecision(
        action,
        read_version(form),
        lines=_lines(form, about) if action is StaffAction.PARTIAL else (),
        amount_minor=_named_amount(form, action, about.currency),
        shipping_minor=_amount(form, "shipping", about.currency) if action in _PAYING else None,
        compensation_minor=_compensation(form, action, about.currency),
        resolution=_resolution(form) if action is StaffAction.OFFER else Resolution.ORIGINAL_ROUTE,
        reason_code=_reason_code(form) if action is StaffAction.REJECT else None,
        reply=_reply(form, action, about),
    )
    if action is StaffAction.REJECT and not decision.reply:
        raise FieldWrong("decide.reason_missing")
    return decision


def read_version(form: Mapping[str, object]) -> int:
    """The case as the page showed it. Raises FieldWrong."""
    try:
        return int(_text(form, "version"))
    except ValueError:
        raise FieldWrong("error.form") from None


def read_tracking(form: Mapping[str, object]) -> str:
    """A parcel's number, or nothing. Raises FieldWrong for what can not be one."""
    text = _text(form, "tracking_no")
    if text and not _TRACKING.fullmatch(text):
        raise FieldWrong("decide.bad_tracking")
    return text


def read_seen(form: Mapping[str, object]) -> int:
    """How many moves of the case the page showed; a form that does not say so has seen them all, as far as we know."""
    text = _text(form, "seen")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else _ALL_SEEN


def with_reason(draft: str, reason: str) -> str:
    """A drafted rejection with its blank filled."""
    for blank in _BLANKS:
        draft = draft.replace(blank, reason.rstrip(".。"))
    return draft


def minor_amount(text: str, currency: str) -> int | None:
    """An amount such as 12.50 in minor units; None for one that the currency can not hold."""
    plain = text.strip().translate(_SIGNS)
    try:
        amount = Decimal(plain).scaleb(decimals_of(currency))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        return None
    return int(amount)


def decimals_of(currency: str) -> int:
    """How many decimals its amounts are written with."""
    return len(format_money(zero(currency), "en").partition(".")[2])


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _action(form: Mapping[str, object]) -> StaffAction:
    try:
        action = StaffAction(_text(form, "action"))
    except ValueError:
        raise FieldWrong("decide.no_action") from None
    if action not in ACTIONS:
        raise FieldWrong("decide.no_action")
    return action


def _lines(form: Mapping[str, object], about: FormOf) -> tuple[ClaimLine, ...]:
    """The pieces to pay for; none where an amount was named instead."""
    if _text(form, "amount"):
        return ()
    lines = []
    for piece in about.pieces:
        quantity = _pieces(form, piece)
        if quantity:
            lines.append(ClaimLine(piece.line_no, quantity))
    if not lines:
        raise FieldWrong("decide.no_pieces")
    if not _text(form, "shipping") and all(_pieces(form, piece) >= piece.claimed for piece in about.pieces):
        raise FieldWrong("decide.part_is_all")
    return tuple(lines)


def _pieces(form: Mapping[str, object], piece: Piece) -> int:
    text = _text(form, f"line:{piece.line_no}") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > piece.most:
        raise FieldWrong("decide.bad_pieces", title=piece.title, left=piece.most)
    return int(text)


def _named_amount(form: Mapping[str, object], action: StaffAction, currency: str) -> int | None:
    if action is StaffAction.PARTIAL:
        return _amount(form, "amount", currency)
    if action is not StaffAction.OFFER:
        return None
    if _resolution(form) is Resolution.KEEP_ITEM_PARTIAL:
        amount = _amount(form, "keep_amount", currency)
        if not amount:
            raise FieldWrong("decide.amount_missing")
        return amount
    if _amount(form, "keep_amount", currency):
        raise FieldWrong("decide.keep_amount_elsewhere")
    return None


def _compensation(form: Mapping[str, object], action: StaffAction, currency: str) -> int:
    if action in _PAYING:
        return _amount(form, "compensation", currency) or 0
    if action is not StaffAction.OFFER:
        return 0
    bonus = _amount(form, "bonus", currency) or 0
    if bonus and _resolution(form) is not Resolution.BALANCE:
        raise FieldWrong("decide.bonus_elsewhere")
    return bonus


def _amount(form: Mapping[str, object], name: str, currency: str) -> int | None:
    text = _text(form, name)
    if not text:
        return None
    minor = minor_amount(text, currency) if len(text) <= AMOUNT_LENGTH_MAX else None
    if minor is None:
        raise FieldWrong("decide.bad_number", text=text[:AMOUNT_LENGTH_MAX], example=_example(currency))
    return minor


def _example(currency: str) -> str:
    decimals = decimals_of(currency)
    return f"12.{'50'.ljust(decimals, '0')[:decimals]} {currency}" if decimals else f"12 {currency}"


def _resolution(form: Mapping[str, object]) -> Resolution:
    try:
        resolution = Resolution(_text(form, "resolution"))
    except ValueError:
        raise FieldWrong("decide.no_action") from None
    if resolution not in OFFERED:
        raise FieldWrong("decide.no_action")
    return resolution


def _reason_code(form: Mapping[str, object]) -> str | None:
    code = _text(form, "reason_code")
    return code if code in REJECT_CODES else None


def _reply(form: Mapping[str, object], action: StaffAction, about: FormOf) -> str | None:
    """The words to the customer; a rejection's blank is filled with the reason that was chosen."""
    text = _text(form, "reply")
    if len(text) > REPLY_LENGTH_MAX:
        raise FieldWrong("say.too_long")
    reason = about.reasons.get(_reason_code(form) or "")
    if action is StaffAction.REJECT and not text and reason:
        text = about.rejection
    if reason:
        text = with_reason(text, reason)
    for blank in _BLANKS:
        if blank in text:
            raise FieldWrong("decide.blank", blank=blank)
    return text or None
