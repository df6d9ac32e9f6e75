"""What is wished for beside something else: more goods ("and then the lamp too"), another order, several at once."""
# ruff: noqa: E501  # a pattern stays whole

import re

_LENGTH_MAX = 120
_ADDING = re.compile(
    r"也(?:想要?|要|得|需要|请|帮我|给我|麻烦|一起|一并|一块|顺便|全部?|都|给|能|可以|申请)*(?:退|换|取消)|也不(?:想)?(?:要|喜欢)|(?:一起|一块|一并|顺便|再|连同)(?:都|也|帮我|给我|把)*退|(?:再|顺便|一并|一起)(?:也|帮我|给我)*把[^，,。]{1,12}退"
    r"|^(?:哦|噢|啊|对了|那个|那|和|嗯|[，, ])*(?:还有|另外|外加|再加|加上|以及|顺便|连)|(?:也|一起|一块|一并)(?:要|吧|算上|加上|带上)?$|(?:加上|带上|算上)[^，,。]{1,16}$"
    r"|\b(?:too|as well|also|along with|in addition|on top of (?:that|this)|besides)\b"
    r"|^(?:oh |ok(?:ay)? |so |um |,)*(?:and|plus|add|include|then) (?:then |also |add |include |there'?s )*(?:the|my|those|these|that|an?|one|two) "
)
_WISHING = re.compile(
    r"也(?:想要?|要|得|需要|请|帮我|给我|麻烦|一起|一并|一块|顺便|全部?|都|给|能|可以|申请)*退|(?:一起|一块|一并|顺便|再|连同)(?:都|也|帮我|给我|把)*退|(?:再|顺便|一并|一起)(?:也|帮我|给我)*把[^，,。]{1,12}退"
    r"|\b(?:return|refund|send back|go(?:es)? back|money back)\b.{0,48}\b(?:too|as well|also)\b|\balso\b.{0,40}\b(?:return|refund|send|back)\b"
)
_FACT_LEAD = re.compile(
    r"^(?:[哦噢啊嗯呃，, ]|那个)*(?:对了|补充(?:一下|一点|说明)?|顺便(?:说|提)(?:一?[下句嘴])?|另外|还有(?:一?[点件个]事?|就是)?|忘了?(?:跟你)?(?:说|告诉)(?:了|你)?|再说(?:一下|一句)|我?刚(?:刚|才)?(?:忘了?说|发现|想起来))"
    r"|^(?:oh |and |so |um |,|also )*(?:by the way|btw|ps\b|p\.s\.|additionally|in addition|furthermore|one more thing|i forgot (?:to (?:say|mention|tell|add))?|forgot to (?:say|mention|tell|add)|i (?:also |just )?(?:noticed|found out|realised|realized|should (?:add|mention))|for (?:your|the) (?:information|record)|fyi|also\b|and it (?:also|is|was))"
)
_ONLY_GOODS = re.compile(
    r"(?:(?:oh|ok(?:ay)?|so|um|and|plus|also|then|add|include|please),? )*(?:the|my|those|these|that|an?|one|two|three|another) (?:[a-z-]+ ){0,3}?[a-z-]+(?:,? (?:too|as well|also|please))*"
)
_TELLING = re.compile(
    r"\b(?:is|are|was|were|has|have|had|got|came|come|arrived|broke|broken|wrong|damaged|missing|late|torn|bad|dirty|cracked|crushed|scratched|faulty|doesn'?t|don'?t|didn'?t|won'?t|not|no|never)\b"
)
_ASKING_FOR = re.compile(
    r"^(?:那|哦|对了|请问|[，, ])*(?:我)?(?:能不能|可不可以|可以|能|可否|麻烦)(?:帮我|给我|请|再)*(?:把|将|连|一起|一并|顺便)"
    r"|^(?:oh|and|so|then|please|,| )*(?:can|could|may) (?:i|we|you)\b"
)
_NOT_GOODS = re.compile(
    r"余额|优惠券|[卡券]$|原路|运费|邮费|发票|补偿|赔|客服|人工|经理|照片|图片|视频|凭证|快递费"
    r"|\b(?:balance|coupon|voucher|card|shipping|postage|delivery fee|invoice|compensat\w*|person|human|agent|manager|pictures?|photos?|video|too (?:much|little|few|many|big|small|large|long|short|late|slow|expensive|tight|loose|heavy|bad|low|high|soon|early|hot|cold|dark|loud|hard)|me too|you too|not too)\b"
)
_ONE_MORE = re.compile(r"再(?:退|加|多退|来)?一[个件双条套只]|\b(?:one more|another)\b")
_OTHER_ORDER = re.compile(
    r"(?:另外?|别的|其他|其它|第二)(?:[一那][个张笔]|[个张笔])?(?:订单|单子?)|\b(?:an)?other (?:one )?order\b|\bsecond order\b"
)
_SEVERAL_ORDERS = re.compile(
    r"(?:[两二三俩几多]|所有|全部|这些|都)[个张笔份]?的?(?:订单|单子?)|(?:订单|单子?)(?:我?(?:都|全部?))"
    r"|\b(?:both|all|two|three|several|these)(?: of)?(?: my| the| these)?(?: two| three)? orders\b"
)
_TWO, _THREE = re.compile(r"[两二俩]|\b(?:both|two)\b"), re.compile(r"三|\bthree\b")


def adds_goods(words: str) -> bool:
    """True when the words (in lower case) may wish for more than what is talked about."""
    return len(words) <= _LENGTH_MAX and _ADDING.search(words) is not None and _NOT_GOODS.search(words) is None


def wishes_more(words: str) -> bool:
    """True when they do, however they go on ("the lamp is broken, refund that as well")."""
    return _WISHING.search(words) is not None


def names_only_goods(words: str) -> bool:
    """True for a name with words that add it and nothing else ("and the notebook too")."""
    return _ONLY_GOODS.fullmatch(words) is not None and _TELLING.search(words) is None


def adds_facts(words: str) -> bool:
    """True for words (in lower case) that begin as what is added to something told before."""
    return len(words) >= 6 and _FACT_LEAD.search(words) is not None


def wishes_one_more(words: str) -> bool:
    """True for one piece more of the same."""
    return _ONE_MORE.search(words) is not None


def asks_for_more(words: str) -> bool:
    """True for a question (in lower case) that asks for more to be done, not whether it may be."""
    return _WISHING.search(words) is not None and _ASKING_FOR.search(words) is not None


def names_other_order(words: str) -> bool:
    """True when another order is meant, by no name of its own."""
    return _OTHER_ORDER.search(words) is not None


def names_several_orders(text: str) -> bool:
    """True when several orders are meant at once, none of them by its name."""
    return _SEVERAL_ORDERS.search(text.lower()) is not None


def orders_counted(text: str) -> int | None:
    """How many orders the words speak of; None for all of them."""
    lowered = text.lower()
    if _TWO.search(lowered) is not None:
        return 2
    return 3 if _THREE.search(lowered) is not None else None
