"""Money or other goods: which of the two a text wishes for, clause by clause, where it plainly wishes for one."""
# ruff: noqa: E501  # a pattern stays whole

import re

_CLAUSES = re.compile(r"[，,。.;；!！?？]+ ?|但是?|\b(?:but|and|so|then)\b")
_NO_EXCHANGE = re.compile(
    r"(?:不|别|不用|不想|不要|不能|没法|无法)(?:再)?换货?了?|换不(?:了|成|到|上)|没(?:货|有货?)换?"
    r"|\b(?:no(?: need(?: to| for)?)?|not|don't (?:want|need)|do not (?:want|need)|can't|cannot|can not|won't|forget|cancel|without|instead of|rather than|drop)(?: (?:an?|the|any|my|about|to|it))* (?:exchang\w*|replac\w*|swap\w*)"
)
_MONEY = re.compile(
    r"退款|退钱|退货|钱退|退(?:了|掉)?(?:吧|算了|得了|就行|好了)|(?:就|还是|直接|干脆|给我|帮我)退"
    r"|\brefund (?:me|it|this|them|my|the|please|instead)\b|\b(?:my |the )?money back\b"
    r"|\b(?:want|like|have|get|take|prefer|give me)(?: just| only)? (?:a |the |my )?(?:full )?(?:refund|money)\b"
    r"|^ ?(?:just |please |an? |ok(?:ay)? |i mean )*refund(?: please| instead| it)? ?$"
)
_NO_MONEY = re.compile(
    r"(?:不|别|没|撤销|撤回|撤|取消)[^，,。]{0,4}退"
    r"|\b(?:no|not|don't|do not|never|without|cancel|withdraw|stop|forget|instead of|rather than)\b.{0,20}\b(?:refund|money)\b"
)
_EXCHANGE = re.compile(r"换|\b(?:exchang|replac|swap)")
_GOODS = re.compile(
    _EXCHANGE.pattern + r"|补发|重[发寄]|再[发寄]|\b(?:re-?send|re-?ship|send (?:\w+ )?(?:again|another|a new))\b"
    r"|\b(?:an?|the|size|in) (?:xs|s|m|l|xl|xxl|small|medium|large|bigger|smaller|larger|different|new)\b"
)
_SIZE = r"(?:xs|s|m|l|x{1,3}l|small|medium|large|bigger|smaller|larger|different|new|[0-9]{2})"
_ASKS_FOR_OTHER = re.compile(
    rf"\b(?:can|could|may) (?:i|we|you) (?:please )?(?:get|have|take|swap|exchange|change|send|give)\b.{{0,30}}\b(?:an?|the|size|in) {_SIZE}\b"
    r"|(?:能|可以|可不可以|能不能|可否)(?:给我|帮我)?换(?:一?[个件双条套]|成|到)*.{0,4}(?:[a-z]{1,3}码?|[0-9]{2}码?|大|小|新|别的|其他).{0,8}[吗么嘛?？]"
)
_LATER = re.compile(
    r"^(?:我|那|那就|还是)*(?:先|暂时)(?:不|别)(?:退|申请|办|弄|换)了?吧?(?:$|[，,。 ])|^(?:让?我)?(?:再)(?:想想|考虑)"
    r"|\blet me think\b|\b(?:not now|no refund yet|maybe later)\b"
)
_HOW_IT_GOES = re.compile(
    r"(?:so |and |hi |hello |,)*(?:how(?:'s| is| are) (?:it|that|this|things)(?: going| coming along| getting on| looking)?|any (?:news|updates?|progress)|what'?s (?:new|happening|the latest))(?: with (?:it|that|this|my (?:case|request)))?(?: please| then| now)*"
    r"|(?:现在|那|请问)?(?:怎么样|怎样|如何|进展如何|进行得?怎么样)了?|有(?:消息|结果|进展|回复)了?[吗么没嘛]|(?:处理|弄|办)?(?:好|完|得怎么样)了?[吗么没嘛]"
)
_CONDITIONAL = re.compile(r"如果|要是|的话|[不没][^，,。]{0,4}就|\b(?:if|unless|otherwise|in case)\b")
_NOT_GOODS = re.compile(
    r"[0-9]{5}|订单|单子?$|换一个吧?$|余额|优惠券|[卡券]$|原路|\b(?:order|balance|coupon|voucher|card|route)\b"
)


def wishes_money(words: str) -> bool:
    """True when the words (in lower case) ask for the money, and deny no such wish; the last clause that speaks of it counts."""
    for clause in reversed(_CLAUSES.split(_NO_EXCHANGE.sub("，", words))):
        if _NO_MONEY.search(clause):
            return False
        if _MONEY.search(clause):
            return True
    return False


def asks_for_other_goods(words: str) -> bool:
    """True when a question (in lower case) asks for goods that are named in place of those at hand ("an M instead")."""
    return _ASKS_FOR_OTHER.search(words) is not None and may_wish_goods(words)


def may_wish_goods(words: str) -> bool:
    """True when the words (in lower case) speak of other goods, and neither deny it nor change something else."""
    return _GOODS.search(words) is not None and _NO_EXCHANGE.search(words) is None and _NOT_GOODS.search(words) is None


def names_exchange(words: str) -> bool:
    """True when the words speak of an exchange, also one that is not to be had."""
    return _EXCHANGE.search(words) is not None


def names_withdrawal(text: str) -> bool:
    """True when a request that was made is to be taken back; "not now" and "let me think" are not it."""
    return re.search(r"撤|取消|申请|\b(?:withdraw|cancel|revoke|request)", text.lower()) is not None


def asks_of_case(words: str) -> bool:
    """True when the number of a request, or how it is getting on, is spoken of."""
    return re.search(r"申请.{0,3}号|编号|进度|\b(?:case|request|ticket) (?:number|no|id)\b", words) is not None


def asks_how_it_goes(words: str) -> bool:
    """True for the bare question how it is getting on."""
    return len(words) <= 40 and _HOW_IT_GOES.fullmatch(words) is not None


def is_conditional(words: str) -> bool:
    """True for what is wished for only if something else cannot be had."""
    return _CONDITIONAL.search(words) is not None


def postpones(words: str) -> bool:
    """True when nothing is to be done for now ("先不退，我再想想")."""
    return len(words) <= 40 and _LATER.search(words) is not None
