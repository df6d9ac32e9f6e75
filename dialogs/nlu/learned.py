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
from dialogs.nlu.spelling import put_right, without_telephone
from dialogs.understanding import Intent

HUMAN_FROM = 0.3
HUMAN_SEEN_FROM = 0.05
START_FROM = 0.5
REQUEST_FROM = 0.5
SURELY_FROM = 0.9
SURELY_REQUEST_FROM = 0.8
ASKED_FROM = 0.8
NAMED_FROM = {"reason": 0.12, "resolution": 0.15}
NAMED_SURELY_FROM = {"reason": 0.05, "resolution": 0.1}
TOLD_FROM = 0.3
PLANNED_FROM = 0.5
UNSURE = 0.5
SECOND_BELOW = 0.55
_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.EXCHANGE_REQUEST, Intent.CANCEL_ORDER})
_MONEY_STARTS = frozenset({Intent.REFUND_REQUEST, Intent.CANCEL_ORDER})
_NAMELESS = frozenset({Intent.THANKS, Intent.GREETING})
_ALWAYS_NAMED = {Intent.GIVE_REASON: "reason", Intent.CHOOSE: "resolution"}
_UNNAMED = "none"
_TOLD_FIRST = frozenset({
    Intent.GIVE_REASON, Intent.OTHER, Intent.ANGER, Intent.GREETING, Intent.DENY, Intent.INFORM_DONE, Intent.THANKS,
})  # fmt: skip
_ASKED = _STARTS | {Intent.REFUND_STATUS, Intent.DELIVERY_HURRY, Intent.WITHDRAW_REQUEST, Intent.WANT_HUMAN}
_CLAUSE = re.compile(r"[,，.。;；!！?？:：\n…~～、]+ *| (?:so|and|but|then|now) ")
_URGED = re.compile(
    r"[加着著][急]|优先|優先|快[点些一]|赶[紧快]|趕[緊快]|尽快|盡快|抓紧|抓緊|[催]"
    r"|\b(?:hurry|speed|sped|asap|fast\w*|quick\w*|priorit\w+|urgent\w*|chas\w+|expedit\w+|rush\w*|soon\w*)\b"
)
_CODE = re.compile(r"[0-9a-z\u2460-\u2473]")
_WORDS = re.compile(r"[a-z]{2}|[\u2600-\u27bf\u3400-\u9fff\uf900-\ufaff\U0001f300-\U0001faff]")

Named = tuple[tuple[str, str], ...]
Scores = dict[str, dict[str, float]]


def read_by_classifier(text: str, expecting: str | None, classifier: Classifier) -> Reading:
    """The intent, how sure, and what was named; the text is in lower case, its question mark still there."""
    spelled = without_telephone(put_right(text))
    by_rules = read_free_text(spelled, expecting)
    if is_greeting(spelled) or ("complaint", "yes") in by_rules[2]:
        return by_rules
    if expecting != "confirm" and _WORDS.search(spelled) is None:
        return (Intent.CHOOSE, UNSURE, by_rules[2]) if _CODE.search(spelled) else by_rules
    scores = classifier.scores(features(spelled, signs(spelled, expecting, by_rules), expecting))
    intent, confidence = _intent(by_rules[0], spelled, scores)
    if intent in _TOLD_FIRST:
        asked = _asked_in_a_clause(spelled, classifier)
        if asked is not None and not _is_only_told(asked[0], expecting, scores):
            intent, confidence = asked
    surely = _ALWAYS_NAMED.get(intent) if intent is not Intent.CHOOSE or expecting == "resolution" else None
    named = () if intent in _NAMELESS else _with_way(spelled, intent, _named(by_rules[2], scores, surely))
    if intent in _STARTS and "reason" not in dict(named):
        named = (*named, *_reason_in_a_clause(spelled, classifier))
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
    spelled = without_telephone(put_right(text.strip().lower()))
    return features(spelled, signs(spelled, expecting, read_free_text(spelled, expecting)), expecting)


def _intent(by_rules: Intent, text: str, scores: Scores) -> tuple[Intent, float]:
    topics = scores["topic"]
    if topics[Intent.WANT_HUMAN] >= (HUMAN_SEEN_FROM if by_rules is Intent.WANT_HUMAN else HUMAN_FROM):
        return Intent.WANT_HUMAN, max(topics[Intent.WANT_HUMAN], 0.6)
    best = Intent(max(topics, key=topics.__getitem__))
    if by_rules is Intent.WITHDRAW_REQUEST and best in _MONEY_STARTS:
        return by_rules, max(topics[by_rules], 0.6)
    if best not in _STARTS or _may_start(best, text, scores):
        return best, topics[best]
    quiet = {topic: share for topic, share in topics.items() if topic not in _STARTS}
    best = Intent(max(quiet, key=quiet.__getitem__))
    return best, topics[best] / sum(quiet.values())


def _asked_in_a_clause(text: str, classifier: Classifier) -> tuple[Intent, float] | None:
    """What one clause surely asks for ("the cup is broken, ..., send it back"), where the whole seemed only to tell."""
    clauses = [clause for clause in _CLAUSE.split(text) if len(clause) > 1]
    if len(clauses) < 2:
        return None
    for clause in reversed(clauses):
        by_rules = read_free_text(clause, None)
        scores = classifier.scores(features(clause, signs(clause, None, by_rules)))
        intent, confidence = _intent(by_rules[0], clause, scores)
        is_allowed = intent not in _STARTS or _may_start(intent, text, scores)
        if intent in _ASKED and confidence >= ASKED_FROM and is_allowed:
            return intent, confidence
    return None


def _is_only_told(intent: Intent, expecting: str | None, scores: Scores) -> bool:
    """True where the clause that starts something is part of a plan, or of an answer in a refund that is under way."""
    if intent not in _STARTS:
        return False
    return scores["act"]["plan"] >= PLANNED_FROM or (intent is Intent.REFUND_REQUEST and expecting is not None)


def _reason_in_a_clause(text: str, classifier: Classifier) -> Named:
    """The reason that one clause surely tells ("it squeaks, ..., money back"), where the whole seems to name none."""
    clauses = [clause for clause in _CLAUSE.split(text) if len(clause) > 1]
    best, share = "", 0.0
    for clause in clauses if len(clauses) > 1 else ():
        by_rules = read_free_text(clause, None)
        likeliest = _likeliest(classifier.scores(features(clause, signs(clause, None, by_rules)))["reason"])
        if likeliest[1] > share:
            best, share = likeliest
    return (("reason", best),) if share >= TOLD_FROM else ()


def _runner_up(intent: Intent, scores: Scores) -> str:
    """The likeliest other intent, for the question which of the two was meant."""
    topics = scores["topic"]
    return max((topic for topic in topics if topic != intent), key=topics.__getitem__)


def _may_start(best: Intent, text: str, scores: Scores) -> bool:
    wish = sum(scores["topic"][start] for start in _STARTS)
    if _is_doubtful(best, text):
        return wish >= SURELY_FROM and scores["act"]["request"] >= SURELY_REQUEST_FROM
    return wish >= START_FROM and scores["act"]["request"] >= REQUEST_FROM


def _is_doubtful(best: Intent, text: str) -> bool:
    """True where a rule sees a plan, a plain question or a denial: the classifier must then be very sure."""
    if is_unsettled(text) or is_plain_question(text):
        return True
    return best is not Intent.EXCHANGE_REQUEST and is_only_denied(text)


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
    for name, least in NAMED_FROM.items():
        best, share = _likeliest(scores[name])
        if share >= least or (name == surely and share >= NAMED_SURELY_FROM[name] and name not in named):
            named[name] = best
    return tuple(named.items())


def _likeliest(shares: dict[str, float]) -> tuple[str, float]:
    """The likeliest code there, and its share."""
    best = max((label for label in shares if label != _UNNAMED), key=shares.__getitem__)
    return best, shares[best]
