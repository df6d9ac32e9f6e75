"""Reading free text by the trained classifier, with the rules as its witness and as the guard of every start.

A refund, exchange or cancellation starts only where the classifier sees the wish, sees it as a request, and no rule
sees a negation, a condition or a plan.
"""

import re

from dialogs.nlu.classifier import Classifier
from dialogs.nlu.features import features
from dialogs.nlu.rules import (
    Reading,
    is_denied,
    is_greeting,
    is_only_denied,
    is_plain_question,
    is_unsettled,
    read_free_text,
)
from dialogs.nlu.spelling import put_right
from dialogs.understanding import Intent

HUMAN_FROM = 0.3
START_FROM = 0.5
REQUEST_FROM = 0.5
NAMED_FROM = 0.3
NAMED_SURELY_FROM = 0.05
UNSURE = 0.5
SECOND_BELOW = 0.55
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
_NAMELESS = frozenset({Intent.WANT_HUMAN, Intent.THANKS, Intent.GREETING})
_ALWAYS_NAMED = {Intent.GIVE_REASON: "reason", Intent.CHOOSE: "resolution"}
_UNNAMED = "none"
_URGED = re.compile(
    r"[加着著][急]|优先|優先|快[点些一]|赶[紧快]|趕[緊快]|尽快|盡快|抓紧|抓緊|[催]"
    r"|\b(?:hurry|speed|sped|asap|fast\w*|quick\w*|priorit\w+|urgent\w*|chas\w+|expedit\w+|rush\w*|soon\w*)\b"
)
_WORDS = re.compile(r"[a-z]{2}|[\u2600-\u27bf\u3400-\u9fff\uf900-\ufaff\U0001f300-\U0001faff]")

Named = tuple[tuple[str, str], ...]
Scores = dict[str, dict[str, float]]


def read_by_classifier(text: str, expecting: str | None, classifier: Classifier) -> Reading:
    """The intent, how sure, and what was named; the text is in lower case, its question mark still there."""
    spelled = put_right(text)
    by_rules = read_free_text(spelled, expecting)
    if is_greeting(spelled) or ("complaint", "yes") in by_rules[2] or _WORDS.search(spelled) is None:
        return by_rules
    scores = classifier.scores(features(spelled, signs(spelled, expecting, by_rules)))
    intent, confidence = _intent(spelled, scores)
    surely = _ALWAYS_NAMED.get(intent) if intent is not Intent.CHOOSE or expecting == "resolution" else None
    named = () if intent in _NAMELESS else _with_way(spelled, intent, _named(by_rules[2], scores, surely))
    act = max(scores["act"], key=scores["act"].__getitem__)
    confidence, told = _held_back(intent, confidence, expecting, named), (*named, ("act", act))
    return intent, confidence, told if confidence >= SECOND_BELOW else (*told, ("second", _runner_up(intent, scores)))


def signs(text: str, expecting: str | None, by_rules: Reading) -> tuple[str, ...]:
    """What the classifier is told beside the text: the rules' reading and what was asked."""
    intent, _, named = by_rules
    told = [f"rules={intent.value}", f"asked={expecting}", *(f"{name}={value}" for name, value in named)]
    if is_denied(text):
        told.append("denied")
    if is_unsettled(text):
        told.append("unsettled")
    return tuple(told)


def classifier_features(text: str, expecting: str | None) -> list[str]:
    """The features of a text as the reading makes them, for training."""
    spelled = put_right(text.strip().lower())
    return features(spelled, signs(spelled, expecting, read_free_text(spelled, expecting)))


def _intent(text: str, scores: Scores) -> tuple[Intent, float]:
    topics = scores["topic"]
    if topics[Intent.WANT_HUMAN] >= HUMAN_FROM:
        return Intent.WANT_HUMAN, max(topics[Intent.WANT_HUMAN], 0.6)
    best = Intent(max(topics, key=topics.__getitem__))
    if best not in _STARTS or _may_start(best, text, scores):
        return best, topics[best]
    quiet = {topic: share for topic, share in topics.items() if topic not in _STARTS}
    best = Intent(max(quiet, key=quiet.__getitem__))
    return best, topics[best] / sum(quiet.values())


def _runner_up(intent: Intent, scores: Scores) -> str:
    """The likeliest other intent, for the question which of the two was meant."""
    topics = scores["topic"]
    return max((topic for topic in topics if topic != intent), key=topics.__getitem__)


def _may_start(best: Intent, text: str, scores: Scores) -> bool:
    wish = sum(scores["topic"][start] for start in _STARTS)
    if wish < START_FROM or scores["act"]["request"] < REQUEST_FROM:
        return False
    if is_unsettled(text) or is_plain_question(text):
        return False
    return best is Intent.EXCHANGE_REQUEST or not is_only_denied(text)


def _held_back(intent: Intent, confidence: float, expecting: str | None, named: Named) -> float:
    """What was chosen in words of its own is for the flow to find, among the very orders and lines shown."""
    if intent is not Intent.CHOOSE:
        return confidence
    is_resolution = expecting == "resolution" and any(name == "resolution" for name, _ in named)
    return confidence if is_resolution else min(confidence, UNSURE)


def _with_way(text: str, intent: Intent, named: Named) -> Named:
    """A wish for other goods, or for faster ones, names how it is to be settled."""
    told = dict(named)
    if "resolution" in told:
        return named
    if told.get("remedy") == "exchange" or (intent is Intent.EXCHANGE_REQUEST and told.get("remedy") != "reship"):
        return (*named, ("resolution", "exchange"))
    is_urged = intent is Intent.DELIVERY_HURRY and _URGED.search(text) is not None
    return (*named, ("resolution", "expedite")) if is_urged else named


def _named(by_rules: Named, scores: Scores, surely: str | None) -> Named:
    """What the classifier sees named, or else the rules; `surely` is the kind of thing that the message must name."""
    named = dict(by_rules)
    for name in ("reason", "resolution"):
        best, share = _likeliest(scores[name])
        if share >= NAMED_FROM or (name == surely and share >= NAMED_SURELY_FROM and name not in named):
            named[name] = best
    return tuple(named.items())


def _likeliest(shares: dict[str, float]) -> tuple[str, float]:
    """The likeliest code there, and its share."""
    best = max((label for label in shares if label != _UNNAMED), key=shares.__getitem__)
    return best, shares[best]
