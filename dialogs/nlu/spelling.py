"""Words typed wrongly on a phone, put right before anything reads the text."""
# ruff: noqa: E501  # a pattern stays whole

import re
from collections.abc import Iterator

from dialogs.nlu.answers import words_of
from dialogs.nlu.concepts import ENGLISH_CONCEPTS

_WRONG: tuple[tuple[str, str], ...] = (
    (r"(?:[推腿褪蜕煺蹆]|tui ?)(?=[款货钱掉换单])", "退"),
    (r"退[宽欵歀筷扣狂]|退 ?kuan|tui ?kuan|\btk(?=$|[吧了,，。! ])", "退款"),
    (r"退 ?huo|tui ?huo", "退货"),
    (r"换 ?huo|huan ?货|huan ?huo|[焕唤涣](?=[货个一新])货?", "换货"),
    (r"[法发]或|fa ?货|发huo|fa ?huo", "发货"),
    (r"人供|人公(?!司)|[仁任]工|ren ?gong", "人工"),
    (r"取[肖削]|去消(?=订|单)|qu ?xiao", "取消"),
    (r"撤消|撒[销消]", "撤销"),
    (r"物留", "物流"),
    (r"快地(?=[电员呢到公])", "快递"),
    (r"订[丹但]", "订单"),
    (r"(?<=[惠金])[卷劵]", "券"),
    (r"^尼好|ni ?hao", "你好"),
    (r"xie ?xie", "谢谢"),
    (r"\bke ?fu\b", "客服"),
)
_ANY = re.compile("|".join(f"({wrong})" for wrong, _ in _WRONG))
_RIGHT = tuple(right for _, right in _WRONG)
_PINYIN = re.compile(r"tui|huo\b|kuan|ren ?gong|xiao|hao\b|xie ?xie|ke ?fu")
_LONG_DRAWN = re.compile(r"([a-z])\1{2,}")
_LATIN = re.compile(r"[a-z']{4,}")
_OFTEN_MEANT = words_of(
    "refund,refunded,return,returned,returning,exchange,replace,replacement,cancel,cancelled,order,"
    "ordered,delivery,delivered,received,please,thanks,human,person,agent,manager,operator,supervisor,"
    "representative,customer,service,complaint,complain,lawyer,chargeback,package,parcel,shipped,"
    "shipping,tracking,broken,damaged,defective,faulty,missing,wrong,money,voucher,coupon,balance,credit,"
    "partial,withdraw,confirm,mistake,accident,different,described"
)
LENGTH_MENDED_MIN = 6
_RIGHT_AS_THEY_ARE = frozenset({"layer", "tanks", "pleased", "retune", "manger", "canal", "personal", "monkey"})


def put_right(text: str) -> str:
    """The text (in lower case) with the usual slips put right."""
    if not text.isascii():
        return _ANY.sub(_right, text)
    text = _LONG_DRAWN.sub(r"\1", text)
    if _PINYIN.search(text) is not None:
        text = _ANY.sub(_right, text)
    for word in _LATIN.findall(text):
        if word not in ENGLISH_CONCEPTS and word not in _OFTEN_MEANT:
            meant = _BY_SLIP.get(word) or _without_a_letter(word)
            if meant is not None:
                text = re.sub(rf"\b{word}\b", meant, text)
    return text


_LONG_NUMBER = re.compile(r"[0-9][0-9 -]{6,}")
_TELEPHONE = re.compile(
    r"[，, ]*(?:(?:我的?|本人)?(?:联系|手机|移动)?(?:电话|手机|方式|号码|手机号)(?:号码?)?(?:是|为|[:：])? ?)"
    r"\+?[0-9][0-9 -]{6,}[0-9](?:[，,。;； ]+|$)"
    r"|(?<![0-9a-z-])(?:my number|(?:my )?(?:phone|mobile|cell|tel|telephone)(?: (?:number|no))?)\.?(?: is|:)? ?\+?[0-9][0-9 -]{5,}[0-9](?: and\b)?[,.; ]*"
    r"|(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9] ?[0-9]{4} ?[0-9]{4}(?![0-9])[，,。;； ]*"
)


def without_telephone(text: str) -> str:
    """The text (in lower case) without a telephone number that is told beside what it says."""
    if _LONG_NUMBER.search(text) is None:
        return text
    rest = _TELEPHONE.sub(" ", text).strip()
    return rest if len(rest) > 1 else text


def _right(found: re.Match[str]) -> str:
    return _RIGHT[(found.lastindex or 1) - 1]


def _without_a_letter(word: str) -> str | None:
    """The word that is meant where one letter is too many; the "s" of several is none."""
    if word in _RIGHT_AS_THEY_ARE or len(word) < LENGTH_MENDED_MIN:
        return None
    for at in range(1, len(word)):
        shorter = word[:at] + word[at + 1 :]
        if shorter in _OFTEN_MEANT and (at < len(word) - 1 or word[-1] not in "sd"):
            return shorter
    return None


def _slips(word: str) -> Iterator[str]:
    """The word with one of its letters left out, and with two neighbours the wrong way round; the first stays."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


_BY_SLIP = {
    slip: word
    for word in sorted(_OFTEN_MEANT)
    for slip in _slips(word)
    if slip not in ENGLISH_CONCEPTS and slip not in _OFTEN_MEANT and slip not in _RIGHT_AS_THEY_ARE
}
