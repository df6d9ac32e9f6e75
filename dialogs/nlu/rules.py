"""Reading free text by rules, in Chinese and English: conservative, since a wrong start costs trust.

A refund starts only from a wish or a plain command. Statements of what was done, plans, conditions, other people's
refunds and questions about the rules never start one.
"""

import re

from dialogs.nlu.chinese import CHINESE
from dialogs.nlu.english import ENGLISH
from dialogs.nlu.vocabulary import Patterns
from dialogs.understanding import Intent

Reading = tuple[Intent, float, tuple[tuple[str, str], ...]]

_CHINESE = Patterns(CHINESE)
_ENGLISH = Patterns(ENGLISH)
_MIXED = Patterns(CHINESE, ENGLISH)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LETTERS = re.compile(r"[a-z]{3}|12315")
_GREETING = re.compile(
    r"(?:你好|您好|哈喽|嗨|hi|hello|hey|在吗|在么|在不在|有人吗|早上好|下午好|晚上好"
    r"|good (?:morning|afternoon|evening))"
    r"(?: there|呀|啊)?[。.!！~,，?？ ]*"
)
_THANKS = re.compile(r".{0,4}(?:谢谢|多谢|感谢|谢了|3q|thanks|thank you|thx|cheers|appreciate it).{0,16}")
_QUESTION = re.compile(r"[?？]|吗|嘛(?:$|[?？])|么$|呢$")
_ASKED = re.compile(r"[吗嘛][?？。 ]*$")
_DO = re.compile(r"帮|给我|麻烦|请(?!问)|行吗|好吗|可以吗|行嘛|好嘛")
_AFTER_SALES = re.compile(
    r"[退换钱款申售进运邮质保修发七7查期多几]|refund|return|exchange|money|claim|case|cancel|pay|warr|guar|keep"
)
_WISHED = re.compile(
    r"[退钱款换取消补重]|单.{0,4}不要|refund|return|money|exchange|swap|replace|cancel|stop|back|differ|bigger|smaller|larger|another"
)


def has_han(text: str) -> bool:
    """True when the text holds Chinese characters."""
    return _HAN.search(text) is not None


def is_greeting(text: str) -> bool:
    """True when the text is a greeting and nothing else."""
    return len(text) <= 20 and _GREETING.fullmatch(text) is not None


def is_denied(text: str) -> bool:
    """True when the text says no to a refund, an exchange or a cancellation."""
    return _patterns_for(text).has("negated", text)


def is_only_denied(text: str) -> bool:
    """True when the text says no to a refund or a cancellation and asks for none beside."""
    patterns = _patterns_for(text)
    if not patterns.has("negated", text):
        return False
    rest = patterns.without("negated", text)
    return not any(patterns.has(wish, rest) for wish in ("request", "cancel_order", "exchange"))


def is_plain_question(text: str) -> bool:
    """True when the text asks (in Chinese, by its last word) and asks nobody to do anything."""
    return _ASKED.search(text) is not None and _DO.search(text) is None


def is_unsettled(text: str) -> bool:
    """True when the text speaks of a condition, a plan, the past or somebody else."""
    return _patterns_for(text).has("not_now", text)


def read_free_text(text: str, expecting: str | None) -> Reading:
    """The intent, how sure, and what was named; the text is in lower case, its question mark still there."""
    if is_greeting(text):
        return Intent.GREETING, 0.95, ()
    patterns = _patterns_for(text)
    intent, confidence = _intent(text, patterns)
    if intent is Intent.THANKS:
        return intent, confidence, ()
    if intent is Intent.WANT_HUMAN:
        return intent, confidence, (("complaint", "yes"),) if patterns.has("complaint", text) else ()
    named = patterns.named(text)
    return _by_what_was_asked(named, expecting, intent, confidence) if intent in _OPEN else (intent, confidence, named)


_OPEN = frozenset({Intent.OTHER, Intent.ANGER, Intent.INFORM_DONE, Intent.DELIVERY_HURRY, Intent.EXCHANGE_REQUEST})


def _patterns_for(text: str) -> Patterns:
    if text.isascii() or not has_han(text):
        return _ENGLISH
    return _MIXED if _LETTERS.search(text) else _CHINESE


def _intent(text: str, patterns: Patterns) -> tuple[Intent, float]:
    if patterns.has("want_human", text) and not patterns.has("not_human", text):
        return Intent.WANT_HUMAN, 0.9
    if _AFTER_SALES.search(text):
        if patterns.has("withdraw", text):
            return Intent.WITHDRAW_REQUEST, 0.85
        if patterns.has("policy", text) and not patterns.has("polite_request", text):
            return Intent.POLICY_QUESTION, 0.8
        if patterns.has("status", text):
            return Intent.REFUND_STATUS, 0.85
    return _wish(text, patterns)


def _wish(text: str, patterns: Patterns) -> tuple[Intent, float]:
    if _WISHED.search(text) and not patterns.has("negated", text) and not patterns.has("not_now", text):
        started = _started(text, patterns)
        if started is not None:
            return started, 0.85
    if patterns.has("hurry", text):
        return Intent.DELIVERY_HURRY, 0.8
    if patterns.has("done", text):
        return Intent.INFORM_DONE, 0.75
    if patterns.has("anger", text):
        return Intent.ANGER, 0.8
    return (Intent.THANKS, 0.9) if len(text) <= 24 and _THANKS.fullmatch(text) else (Intent.OTHER, 0.3)


def _started(text: str, patterns: Patterns) -> Intent | None:
    if patterns.has("done", text):
        return None
    if patterns.has("cancel_order", text):
        return Intent.CANCEL_ORDER
    if patterns.has("request", text):
        return Intent.REFUND_REQUEST
    return Intent.EXCHANGE_REQUEST if patterns.has("exchange", text) and not _QUESTION.search(text) else None


def _by_what_was_asked(
    named: tuple[tuple[str, str], ...], expecting: str | None, intent: Intent, confidence: float
) -> Reading:
    names = {name for name, _ in named}
    if expecting == "resolution" and "resolution" in names:
        return Intent.CHOOSE, 0.8, named
    if "reason" in names and (expecting == "reason" or intent is Intent.OTHER):
        return Intent.GIVE_REASON, 0.8 if expecting == "reason" else 0.6, named
    return intent, confidence, named
