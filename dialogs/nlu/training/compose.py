"""Messages of two sentences, made of the written ones: what people tell first changes little of what they want.

"杯子碎了，" and "我要退款" make a refund request with its reason; a greeting, a curse or thanks beside a wish leave the
wish as it is. Which pairs are made, and what each then means, is one table; the choice is by fixed strides.
"""
# ruff: noqa: E501  # a list of words stays whole

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dialogs.nlu.training.lines import Labels, Line

FIRST_STRIDE = 37
SECOND_STRIDE = 101
_JOINTS = {"zh": ("，", "，", "。", " ", "", "！"), "en": (", ", ". ", " ", " and ", ", so ", "! ")}
_REPLACED = frozenset({"damaged", "wrong_item", "missing_item", "quality_defect", "size_fit"})
_BEFORE_SHIPPING = frozenset({"ordered_by_mistake", "no_longer_wanted", "late_shipping", "price_drop"})
_WISHES = ("refund_request", "exchange_request", "cancel_order", "withdraw_request")
_ASKED = ("delivery_hurry", "refund_status", "policy_question")
_ROUTES = frozenset({"original_route", "balance", "coupon"})
_FILLERS = {
    "zh": (("亲，", "那个，", "哎，", "喂，", "客服，", "老板，", "你好，", "麻烦，", "我说，", "话说", "诶"),
           ("啊", "呀", "哦", "哈", "呢", "。", "！", "！！", "谢谢", "，急", "🙏", "😭", "～", "...", "？", "，在线等")),
    "en": (("hi, ", "hey ", "hello, ", "ok so ", "um ", "well, ", "listen, ", "sorry but ", "guys, ", "excuse me, ", "so "),
           (" please", " thanks", "!", "!!", " thx", " asap", " pls", "...", " :(", " 🙏", " 😭", ".", " ok", " mate", "?", " now")),
}  # fmt: skip

Kind = Callable[[Line], bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """One way to make a message: how many, its first sentence, its second, and which of them says what is meant."""

    count: int
    first: Kind
    second: Kind
    is_first_meant: bool = False


def composed(lines: Sequence[Line]) -> Iterator[Line]:
    """The messages of two sentences that these lines make, the same each time."""
    for language in sorted(_JOINTS):
        own = [line for line in lines if line.language == language]
        for pair in _PAIRS:
            firsts, seconds = list(filter(pair.first, own)), list(filter(pair.second, own))
            if firsts and seconds:
                for number in range(pair.count):
                    first = firsts[number * FIRST_STRIDE % len(firsts)]
                    second = seconds[number * SECOND_STRIDE % len(seconds)]
                    yield _joined(first, second, number, is_first_meant=pair.is_first_meant)
        yield from _with_fillers([line for line in own if line.intent in {*_WISHES, *_ASKED, "want_human"}], language)


def _with_fillers(lines: list[Line], language: str) -> Iterator[Line]:
    openings, endings = _FILLERS[language]
    for number, line in enumerate(lines[::2]):
        opening = openings[number % len(openings)] if number % 3 else ""
        ending = endings[number % len(endings)] if number % 4 else ""
        yield Line(language, line.intent, line.labels, f"{opening}{line.text}{ending}")


def _joined(first: Line, second: Line, number: int, *, is_first_meant: bool) -> Line:
    """The two sentences as one line; a reason or a resolution told by either of them counts, the meant one's first."""
    joints = _JOINTS[first.language]
    meant, other = (first, second) if is_first_meant else (second, first)
    nameless = meant.intent in {"want_human", "other"} and meant.labels.act != "plan"
    labels = Labels(
        meant.labels.act,
        meant.labels.reason if meant.labels.reason != "none" or nameless else other.labels.reason,
        meant.labels.resolution if meant.labels.resolution != "none" or nameless else other.labels.resolution,
        meant.labels.expecting,
    )
    return Line(first.language, meant.intent, labels, f"{first.text}{joints[number % len(joints)]}{second.text}")


def _of(*intents: str) -> Kind:
    """A line of those intents that names nothing and answers no question."""
    return lambda line: (
        line.intent in intents
        and line.labels.reason == "none"
        and line.labels.resolution in {"none", "exchange", "expedite"}
        and line.labels.expecting is None
    )


def _because(reasons: frozenset[str] | None = None) -> Kind:
    return lambda line: (
        line.intent == "give_reason"
        and line.labels.expecting is None
        and (line.labels.reason in reasons if reasons else line.labels.reason != "other")
    )


def _to(routes: frozenset[str]) -> Kind:
    return lambda line: line.intent == "choose" and line.labels.resolution in routes


def _short(kind: Kind, length: int) -> Kind:
    return lambda line: kind(line) and len(line.text) <= length


def _named(intent: str) -> Kind:
    """A line of that intent that tells its reason, and answers no question."""
    return lambda line: line.intent == intent and line.labels.reason != "none" and line.labels.expecting is None


def _acting(intent: str, act: str) -> Kind:
    return lambda line: line.intent == intent and line.labels.act == act and line.labels.expecting is None


_PAIRS = (
    Pair(420, _because(), _of("refund_request")),
    Pair(240, _of("refund_request"), _because(), is_first_meant=True),
    Pair(220, _because(_REPLACED), _of("exchange_request")),
    Pair(120, _of("exchange_request"), _because(_REPLACED), is_first_meant=True),
    Pair(150, _because(_BEFORE_SHIPPING), _of("cancel_order")),
    Pair(90, _of("cancel_order"), _of("refund_request"), is_first_meant=True),
    Pair(40, _of("cancel_order"), _because(_BEFORE_SHIPPING), is_first_meant=True),
    Pair(110, _because(), _of("policy_question")),
    Pair(150, _because(), _of("want_human")),
    Pair(60, _because(), _acting("other", "plan")),
    Pair(60, _of("refund_request"), _to(_ROUTES), is_first_meant=True),
    Pair(60, _because(), _to(_ROUTES | {"keep_item_partial"})),
    Pair(140, _short(_of("greeting"), 16), _of(*_WISHES, *_ASKED)),
    Pair(60, _short(_of("greeting"), 16), _of("want_human", "other")),
    Pair(60, _short(_of("greeting"), 16), _because()),
    Pair(40, _short(_of("greeting"), 16), _of("inform_done", "anger")),
    Pair(90, _of(*_WISHES, *_ASKED, "want_human"), _short(_of("thanks"), 10), is_first_meant=True),
    Pair(80, _of("anger"), _of(*_WISHES)),
    Pair(80, _of("anger"), _of(*_ASKED)),
    Pair(50, _of("anger"), _of("want_human")),
    Pair(60, _of(*_WISHES), _of("anger"), is_first_meant=True),
    Pair(50, _of("inform_done"), _of("refund_status")),
    Pair(40, _of("want_human"), _of("refund_request", "refund_status"), is_first_meant=True),
    Pair(60, _of("refund_request"), _of("policy_question"), is_first_meant=True),
    Pair(60, _named("refund_request"), _of("policy_question"), is_first_meant=True),
    Pair(60, _of("refund_request", "refund_status", "policy_question"), _of("want_human")),
    Pair(40, _acting("delivery_hurry", "statement"), _of("cancel_order", "refund_request")),
    Pair(40, _acting("delivery_hurry", "statement"), _acting("delivery_hurry", "request")),
    Pair(40, _acting("refund_status", "statement"), _acting("refund_status", "question")),
    Pair(50, _acting("other", "statement"), _of("policy_question", "delivery_hurry")),
    Pair(30, _short(_of("deny"), 6), _of("refund_request", "want_human")),
    Pair(40, _short(_of("affirm"), 6), lambda line: line.intent == "choose" and line.labels.expecting is not None),
    Pair(30, _short(_of("affirm"), 6), lambda line: line.intent == "give_reason" and line.labels.expecting is not None),
    Pair(40, _short(_of("affirm"), 6), _of("thanks")),
    Pair(30, _short(_of("anger"), 12), _short(_of("anger"), 12)),
)
