"""Sums of money and counts of pieces, said within a sentence."""
# ruff: noqa: E501  # a pattern stays whole

import re

from dialogs.nlu.numbers import to_number

_HAN = r"[一二两三四五六七八九十百零]{1,6}"
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]{1,7}(?:\.[0-9]{1,2})?"
_AMOUNT = re.compile(
    rf"(?:[¥￥$£€]|\b(?:rmb|cny|usd|eur|gbp|us\$|hk\$)) ?({_DIGITS})(?![0-9.])"
    rf"|(?<![0-9.A-Za-z-])({_DIGITS}|{_HAN}) ?"
    r"(?:元|块钱|块(?!表|布|砖|板|玻璃|手表|地毯|肥皂|香皂|电池|屏)|圆|毛钱|yuan\b|rmb\b|cny\b|usd\b|eur\b|gbp\b|dollars?\b|bucks?\b|euros?\b|pounds?\b|quid\b)"
)
_AMOUNT_HINT = re.compile(r"[¥￥$£€元块圆]|yuan|rmb|cny|usd|eur|gbp|dollar|buck|pound|quid")
_MEASURE = r"(?:个|件|份|双|套|盒|瓶|条|只|支|本|袋|包|箱|罐|台|部|张|把|副|顶|床|斤)"
_NOT_PIECES = r"(?!月|星期|礼拜|小时|钟|人|问题|客服|疑问|原因|事|优惠|地方|人工|解决|说法|交代|半)"
_COUNTED = re.compile(
    rf"(?<![第0-9.一二两三四五六七八九十月年])([0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}}){_MEASURE}{_NOT_PIECES}"
    r"|\b([0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?:of (?:them|the|these|those|my)|pieces?|pcs|items?|units?|pairs?|sets?)\b"
    r"|\b(?:return|refund|for|cancel|exchange|keep|send back) ([0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten) (?:(?!(?:and|or|it|is|was|but|that|this|of|to|as|has|in|on|at|for|from|more|working|business|whole|full|days?|weeks?|hours?|months?|orders?)\b)[a-z]+ ){0,2}?(?!(?:days?|weeks?|hours?|months?|minutes?|years?|times?|stars?|people|reasons?|orders?|questions?|things?|is|was|as|this|has)\b)[a-z]+s\b"
    r"|\b(?:just|only|return|refund|cancel|exchange|keep) ([0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) ?(?:$|[.,;!]|please\b|of\b)"
)
_FAULTY = r"(?:坏|碎|破|裂|漏|断|烂|洒|缺|瘪|磕|摔|错发|发错|有问题|有瑕疵|用不了|不能用)"
_NUMBER_HINT = re.compile(r"[0-9一二两三四五六七八九十]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")
_BROKEN_COUNT = re.compile(
    rf"{_FAULTY}了?(?:其中)?([0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}}){_MEASURE}{_NOT_PIECES}"
)
_FAULTY_ONES = re.compile(
    rf"(?<![第0-9.一二两三四五六七八九十月年])([0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}}){_MEASURE}{_NOT_PIECES}[^，。,.;；0-9一二两三四五六七八九十]{{0,8}}?{_FAULTY}"
    r"|(?<![0-9a-z.-])(?<!no )([0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten)(?: out)?(?: of (?:(?:the|these|those|my|them)\b ?)?(?:[0-9]{1,3}|two|three|four|five|six|seven|eight|nine|ten)?)?"
    r"(?! (?:days?|weeks?|hours?|months?|minutes?|years?|times?|stars?|people)\b)(?: [a-z]+){0,3}? (?:is|are|was|were|came|come|arrived|got|broke|has|have|had)\b(?! (?:fine|ok|okay|good|enough|alright))"
    r"|(?:^|[,.;!:] |\b(?:and|but|only|just|with|because|since) )(one)(?: of [a-z ]{1,20}?)? (?:is|was|came|arrived|got|broke|has)\b(?! (?:fine|ok|okay|good|enough|alright))"
)
_ONE = re.compile(r"(?:退|只|就|其中|仅|少|多|留|是)(?:了|掉|发|要|买|拍|的)?[一1]" + _MEASURE + _NOT_PIECES)
_NAMED_COUNT = re.compile(
    rf"(?:[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}}){_MEASURE}(?![里中内当只就都是有也坏碎破裂漏断烂洒缺瘪磕摔错发用不退换行可吧的了呢啊而其给没已全来到收要想和跟好])[\u3400-\u9fff]{{2,}}"
    r"|\b(?:an?|one|two|three|four|five|[0-9]{1,3}) (?!(?:of|are|is|was|were|piece|pieces|item|items|unit|units|pcs|please|only|came|come|arrived|broke|broken|and|damaged|out|has|have|had|got|pair|pairs|set|sets|back|more|left|the|ones?|to|for|in|then|not|bit|refund|return|will|just)\b)[a-z]{3,}"
)
_COUNT_HINT = re.compile(
    _MEASURE + r"|\b(?:of|pieces?|pcs|items?|units?|pairs?|sets?|just|only|return|refund|cancel|keep|for|back"
    r"|is|are|was|were|came|come|arrived|got|broke|has|have|had)\b"
)


def find_amount(text: str) -> str | None:
    """The first sum that the text (in lower case) names, in whole units of its currency: 20 or 12.50."""
    if _AMOUNT_HINT.search(text) is None:
        return None
    found = _AMOUNT.search(text)
    if found is None:
        return None
    written = (found[1] or found[2]).replace(",", "")
    if written[0].isascii():
        return written
    number = to_number(written)
    return None if number is None else str(number)


def find_count(text: str) -> int | None:
    """How many pieces the text (in lower case) speaks of; "a" piece counts where one is told from several.

    Of "we bought 4 and 2 are broken" it is the broken ones.
    """
    if _NUMBER_HINT.search(text) is None or _COUNT_HINT.search(text) is None:
        return None
    faulty = find_faulty_count(text)
    if faulty is not None:
        return faulty
    for found in _COUNTED.finditer(text):
        number = to_number(next(said for said in found.groups() if said))
        if number is not None and (number > 1 or found[4] is not None):
            return number
    return 1 if _ONE.search(text) is not None else None


def counts_other_goods(text: str) -> bool:
    """True when what is counted in the text (in lower case) is called by a name ("一个背包", "2 lamps")."""
    return _NAMED_COUNT.search(text) is not None


def find_faulty_count(text: str) -> int | None:
    """How many pieces the text (in lower case) says are broken."""
    if _NUMBER_HINT.search(text) is None:
        return None
    found = _BROKEN_COUNT.search(text) or _FAULTY_ONES.search(text)
    return None if found is None else to_number(next(said for said in found.groups() if said))
