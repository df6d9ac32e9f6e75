"""Goods named in the customer's own words, found among the titles of the very order ("蓝色那件", "the headphones")."""
# ruff: noqa: E501  # a pattern stays whole

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from dialogs.nlu.plain import plainly
from refund_core.values import value

TITLES_MAX = 500
TITLE_READ_MAX = 120
_TITLES_REMEMBERED_MAX = 2_000
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")
_PARTS = re.compile(r"[,，、;；+&/]|以及|还有|和|跟|及|与|\band\b|\bplus\b")
_ALL_BUT = re.compile(
    r"除(?:了|去|开)?(?P<a>[^,，。]{1,24}?)(?:以外|之外|外|(?=[,，]|都|全|其他|其它|其余|别的|剩)|$)"
    r"|\b(?:except(?: for)?|(?:everything|all|anything)(?: of (?:it|them))? but|apart from|other than|but not|excluding|minus)"
    r" (?P<b>[^,.;]{1,40})"
    r"|(?P<c>[^,，。 ]{1,12}?)(?:不退|留着|留下|我?不要退|不用退)[,，。 ]*(?:其他|其它|其余|别的|剩下|剩余)"
    r"|\b(?:keep(?:ing)?|not) (?P<d>[^,.;]{1,40}?)[,.;] ?(?:return |refund |but )?(?:the rest|everything else|all the others?|the others?)"
)
_CLAUSES = re.compile(r"[,，.。;；!！]+ ?|但是?|不过|\b(?:but|and (?=(?:i(?:'ll| will)? )?keep))\b")
_KEPT = re.compile(r"留着|留下|保留|不用退|不退(?![款钱货])|\bkeep(?:ing)?\b|\bnot the\b")
_SAID = re.compile(
    r"(?:把|将|退掉?|换掉?|取消|要|是|就|只)?(?:我的|那个|这个)?(?P<a>[\u3400-\u9fffa-z0-9]{1,8}?)(?:的)?(?:那|这)一?(?:个|件|双|条|套|只|瓶|盒|本|台|款|单)"
    r"|\b(?:return(?:ing)?|refund|cancel|exchange|swap|replace|for|keep|send back|about) (?:of )?(?:the|my|those|these) (?P<b>[a-z0-9][a-z0-9 -]{1,40}?)"
    r"(?=$|[,.;!?]| (?:please|pls|that|which|i|because|since|from|in|for|and|is|are|was|were|it|they)\b)"
    r"|\bthe (?P<c>[a-z]+) (?:one|ones|pair)\b"
)
_SAID_HINT = re.compile(
    r"那|这|\b(?:return(?:ing)?|refund|cancel|exchange|swap|replace|for|keep|back|about|ones?|pair)\b"
)
_ALL_BUT_HINT = re.compile(r"除|不退|留|\b(?:except|but|apart|other|excluding|minus|keep(?:ing)?|not)\b")
_NO_GOODS = frozenset(
    "的了我你要退换把那这个件是和就都给请只一二三两款货钱单买不想帮在有上下里吧呢啊还也再其他它别中大小号码全双条套色年月日天等共"
)
_ASKING = re.compile("^[我你要想退换把将掉的]+")
_NO_COLOURS = re.compile(
    "蓝牙|红外|白酒|红酒|红茶|绿茶|黄油|金属|米饭|大米|小米|白菜|黄瓜|红枣|青花|青菜|黑科技|红糖|白糖"
)
_BOUGHT = re.compile(r"[买订下拍]|[0-9]$|[天日周月]$")
_NO_WORDS = frozenset(
    _WORD.findall(
        "the a an and or of to my i it is for with in on one ones only just please return refund back want item items this "
        "that these those pair set pack from all but except order size new like would send keep not rest everything "
        "thing things money exchange cancel them they was were are be x pcs cm ml"
    )
)
_NOT_A_THING = frozenset({"order", "item", "items", "refund", "money", "return", "exchange", "first", "last", "second",
                          "third", "other", "wrong", "right", "whole", "full", "whole order", "rest", "same", "delay"})  # fmt: skip
_COLOURS = (
    ("红", "red"), ("蓝", "blue"), ("绿", "green"), ("黄", "yellow"), ("黑", "black"), ("白", "white"), ("灰", "grey"),
    ("灰", "gray"), ("粉", "pink"), ("紫", "purple"), ("棕", "brown"), ("橙", "orange"), ("金", "gold"), ("银", "silver"),
    ("米", "beige"), ("青", "cyan"),
)  # fmt: skip
_COLOUR_OF = {word: f"colour:{english}" for han, english in _COLOURS for word in (han, english)} | {
    "gray": "colour:grey", "灰": "colour:grey",
}  # fmt: skip


@value(frozen=True, slots=True)
class Goods:
    """The titles meant, by their places; is_sure where each mention fits exactly one."""

    places: tuple[int, ...] = ()
    is_sure: bool = False
    is_all_but: bool = False


_NONE = Goods()


def goods_meant(text: str, titles: Sequence[str]) -> Goods:
    """Which of these titles the text means; none where it names none of them.

    A title may hold more than a name: its attributes ("colour: blue") are read with it.
    """
    words = plainly(text).casefold()
    marks = [_marks_of_title(title[:TITLE_READ_MAX]) for title in titles[:TITLES_MAX]]
    common = Counter(mark for each in marks for mark in each)
    excepted = excepted_words(words)
    if excepted is None:
        wanted = _named(_without_kept(words), marks, common)
        return wanted if wanted.places else _named(words, marks, common)
    left_out = _named(excepted, marks, common)
    if not left_out.places:
        return _NONE
    rest = tuple(place for place in range(len(marks)) if place not in left_out.places)
    return Goods(rest, left_out.is_sure and bool(rest), is_all_but=True)


def excepted_words(words: str) -> str | None:
    """What "everything but …" leaves out, in its own words; the text is in lower case."""
    if _ALL_BUT_HINT.search(words) is None:
        return None
    found = _ALL_BUT.search(words)
    return None if found is None else next(said.strip() for said in found.groups() if said)


def product_words(words: str) -> str | None:
    """What the text (in lower case) calls the goods, where it plainly points at some; to be found among titles."""
    if _SAID_HINT.search(words) is None:
        return None
    found = _SAID.search(words)
    if found is None:
        return None
    said = next((group for group in found.groups() if group), "").strip()
    said = _ASKING.sub("", said)
    return None if not said or said in _NOT_A_THING or _is_empty(said) or _BOUGHT.search(said) else said


def _without_kept(words: str) -> str:
    """The text less its clauses that say what stays ("耳机留着", "but keep the headphones")."""
    if _KEPT.search(words) is None:
        return words
    return "，".join([clause for clause in _CLAUSES.split(words) if not _KEPT.search(clause)])


def _named(words: str, marks: list[frozenset[str]], common: Counter[str]) -> Goods:
    mentions = [fitting for part in _PARTS.split(words) if (fitting := _fitting(part, marks, common))]
    places = tuple(sorted({place for mention in mentions for place in mention}))
    return Goods(places, is_sure=bool(mentions) and all(len(mention) == 1 for mention in mentions))


def _fitting(part: str, marks: list[frozenset[str]], common: Counter[str]) -> tuple[int, ...]:
    """The places of the titles that share most with these words; what every title has tells none of them apart."""
    said = _marks(part)
    if not said:
        return ()
    shares = [sum(len(mark) / common[mark] for mark in said & title) for title in marks]
    most = max(shares, default=0)
    return tuple(place for place, share in enumerate(shares) if most > 0 and share >= most * 0.999)


@lru_cache(maxsize=_TITLES_REMEMBERED_MAX)
def _marks_of_title(title: str) -> frozenset[str]:
    """The same titles come again with each customer who bought the goods."""
    return _marks(plainly(title).casefold())


def _marks(words: str) -> frozenset[str]:
    """What may be shared: pairs of Chinese characters, single ones that name a thing, words without their plural."""
    found: set[str] = set()
    if "'" in words or "’" in words:
        words = words.replace("'", "").replace("’", "")
    for run in _HAN_RUN.findall(words):
        for character in run:
            if character not in _NO_GOODS and character not in _COLOUR_OF:
                found.add(character)
        found.update(_COLOUR_OF[character] for character in _NO_COLOURS.sub("", run) if character in _COLOUR_OF)
        found.update(
            run[at : at + 2] for at in range(len(run) - 1) if not (run[at] in _NO_GOODS and run[at + 1] in _NO_GOODS)
        )
    for word in _WORD.findall(words):
        if word not in _NO_WORDS and not (word.isdigit() and len(word) > 4):
            found.add(_COLOUR_OF.get(word) or _singular(word))
    return frozenset(found)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _is_empty(said: str) -> bool:
    return said in _NO_WORDS or all(character in _NO_GOODS for character in said)
