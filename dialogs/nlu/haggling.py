"""Haggling: another sum than what is given, or simply more of it."""
# ruff: noqa: E501  # a pattern stays whole

import re

LENGTH_MAX = 80
COUNT_DIGITS_MAX = 2
"""A bare number of fewer digits than these counts pieces."""
_OF_MONEY = re.compile(r"[¥￥$£€元块圆钱]|\b(?:dollars?|bucks?|quid|pounds?|euros?|yuan|rmb|off|back)\b")
_HINT = re.compile(
    r"[0-9一二三四五六七八九十]|多|少|便宜|优惠|不够|再|more|better|cheaper|less|enough|low|little|higher|half"
)
_SUM = r"(?:cn)?[¥￥$£€]? ?(?P<{0}>[0-9]{{1,7}}(?:\.[0-9]{{1,2}})?)"
_TO_A_SUM = re.compile(
    r"(?:能不能|可不可以|能|可以|至少|最少|我[想就]?要|要|给我?|退我?|补我?|赔我?|便宜|减|返|加到|加|少于|低于|算|改成|那)+(?:到|个|我|点|退|给|补|赔|回)*"
    + _SUM.format("a")
    + r" ?(?:元|块钱|块|圆)?(?:钱)?(?![0-9折天个件次号%点小])"
    r"|" + _SUM.format("b") + r" ?(?:元|块钱|块)?(?:行不行|可以吗|行吗|好不好|怎么样|就行|吧|就算了|成不成)"
    r"|\b(?:make (?:it|that)|how about|what about|i(?:'d)? (?:want|need|take|accept|expect)|i'?ll (?:take|accept)|give me|refund me|pay me|can you (?:do|give|make it)|could you (?:do|give|make it)|at least|no less than|let'?s say|say|only for) (?:me )?(?:for )?"
    + _SUM.format("c")
    + r"(?![0-9%]| ?(?:%|percent|pieces?|items?|of|days?|hours?|weeks?|minutes?|mugs?|th\b|nd\b|rd\b|st\b|more\b|times?))"
    r"|" + _SUM.format("d") + r" ?(?:dollars?|bucks?|quid|pounds?|euros?|yuan|rmb)? (?:off|back)\b"
)
_MORE = re.compile(
    r"(?:能不能|可不可以|可以|能)?再?(?:多|便宜|优惠|加)(?:给|退|补|赔)?我?一?[点些](?:吧|吗|呗|行吗|可以吗|钱|嘛|呢|好吗|行不行)*"
    r"|(?:这|也|给的?|退的?|补的?|钱)*(?:太少|不够|才这么点|就这么点|就这点)(?:了|吧|钱|啊)*|.{0,8}(?:[0-9]{1,2}|[一二三四五六七八九半])折.{0,8}"
    r"|(?:(?:can|could) (?:you|i|we) |please )?(?:do|offer|give|get|go)(?: me)?(?: any| a bit| a little| some)? (?:better|more|higher)(?: than (?:that|this))?(?: money| please)?[?]?"
    r"|(?:no,? |but )?(?:that'?s|that is|it'?s|this is) (?:too (?:little|low)|not enough|a joke)|not enough|(?:i want |give me )?(?:a bit |some )?more(?: money)?(?: please| than that)*|any discount[?]?|(?:give me )?(?:a )?(?:bigger|higher|better) (?:discount|offer|refund)"
    r"|(?:give me |how about |make it )?[0-9]{1,2} ?(?:%|percent)(?: (?:off|back|discount))?(?: please)?[?]?"
)


def sum_haggled(words: str) -> str | None:
    """The sum that the words (in lower case) ask for, in whole units; None where they name none."""
    if len(words) > LENGTH_MAX or _HINT.search(words) is None:
        return None
    found = _TO_A_SUM.search(words)
    if found is None:
        return None
    said = next(said for said in found.groups() if said)
    is_count = len(said) < COUNT_DIGITS_MAX and _OF_MONEY.search(words) is None
    return None if is_count else said


def haggles(words: str) -> bool:
    """True for words that ask for another sum, or simply for more."""
    if len(words) > LENGTH_MAX or _HINT.search(words) is None:
        return False
    return sum_haggled(words) is not None or _MORE.fullmatch(words) is not None
