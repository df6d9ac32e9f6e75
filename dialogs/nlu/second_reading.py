"""A second reading of a text, by a model that is not ours: what of it counts beside our own.

Our exact reading, a wish for a person and every guard against a start stand, whatever the other model says. It decides
only between readings that are free to choose, and what it names must be a code of ours or stand in the very text.
"""

from dialogs.nlu.learned import REQUEST_FROM, UNSURE, classifier_features
from dialogs.nlu.rules import is_only_denied, is_plain_question, is_unsettled
from dialogs.nlu.spelling import put_right
from dialogs.nlu.stored_model import shipped_classifier
from dialogs.understanding import Context, Intent, Understanding
from refund_core.claims import Reason, Remedy, Resolution
from refund_core.replacing import replace
from refund_core.values import value

SURE_FROM = 0.55
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
_ONLY_EXACT = frozenset({Intent.AFFIRM, Intent.CHOOSE})
_CODES: dict[str, frozenset[str]] = {
    "reason": frozenset(Reason),
    "remedy": frozenset(Remedy),
    "resolution": frozenset(Resolution),
}
_IN_TEXT = frozenset({"order_no", "tracking_no", "product"})


@value(frozen=True, slots=True)
class Reading:
    """What another model reads: an intent of ours (None for one that we do not know), how surely, and what is named."""

    intent: Intent | None
    confidence: float
    entities: tuple[tuple[str, str], ...] = ()

    @property
    def is_sure(self) -> bool:
        """True where the reading may be acted on."""
        return self.confidence >= SURE_FROM


def merged(own: Understanding, other: Reading, text: str, context: Context) -> Understanding:
    """The reading to go by: the surer of the two."""
    if is_exact(own) or own.intent is Intent.WANT_HUMAN or own.entity("complaint") is not None:
        return own
    own = replace(own, entities=own.entities + _named(own, other, text))
    intent = other.intent
    if intent is None or not other.is_sure:
        return own
    if intent is own.intent:
        return replace(own, confidence=max(own.confidence, other.confidence))
    if own.confidence > other.confidence or (intent in _STARTS and _is_held_back(intent, text, context)):
        return own
    confidence = other.confidence
    if intent is Intent.WITHDRAW_REQUEST or intent in _ONLY_EXACT:
        confidence = min(confidence, UNSURE)
    return replace(own, intent=intent, confidence=confidence)


def is_exact(own: Understanding) -> bool:
    """True where our own reading leaves nothing to guess."""
    return own.action is not None or own.confidence == 1.0


def may_start(intent: Intent, text: str, context: Context) -> bool:
    """False where our own guards see no request, or a question, a plan, a condition or a denial."""
    lowered = text.strip().lower()
    spelled = put_right(lowered)
    if is_unsettled(spelled) or is_plain_question(spelled):
        return False
    if intent is not Intent.EXCHANGE_REQUEST and is_only_denied(spelled):
        return False
    acts = shipped_classifier().scores(classifier_features(lowered, context.expecting))["act"]
    return acts["request"] >= REQUEST_FROM


def _is_held_back(intent: Intent, text: str, context: Context) -> bool:
    """A start that our own reading does not see: never as an answer to a question that the model does not know."""
    return context.expecting is not None or not may_start(intent, text, context)


def _named(own: Understanding, other: Reading, text: str) -> tuple[tuple[str, str], ...]:
    known = {name for name, _ in own.entities}
    return tuple((name, value) for name, value in other.entities if name not in known and _is_sound(name, value, text))


def _is_sound(name: str, value: str, text: str) -> bool:
    codes = _CODES.get(name)
    if codes is not None:
        return value in codes
    return name in _IN_TEXT and 0 < len(value) <= 200 and value in text
