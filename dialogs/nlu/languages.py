"""A wish for the other language in words of their own: "English please", "说中文", "看不懂英文"."""
# ruff: noqa: E501  # a pattern stays whole

import re

from dialogs.messages import Locale

LENGTH_MAX = 60
_EN = r"(?P<{0}>english|chinese|mandarin|putonghua|英文|英语|中文)"
_ZH = r"(?P<{0}>英文|英语|中文|汉语|普通话|国语|华语|简体中文|简体|english|chinese)"
_OTHER: dict[Locale, Locale] = {"en": "zh-CN", "zh-CN": "en"}
_WISHED = re.compile(
    r"(?:(?:hi|hello|sorry|ok|no)[, ]+)?(?:please |pls |(?:can|could|may|would) (?:you|we|i)(?: please)? |let'?s |i(?:'d| would)? (?:want|like|prefer|need) (?:to )?|do you |just )*(?:speak|talk|write|reply|answer|chat|continue|use|switch|change|go on|do (?:this|it))?(?: (?:the )?language)?(?: (?:to|with) me| (?:this|it))?(?: ?(?:in|to|into|with))? ?"
    + _EN.format("a")
    + r"(?: language)?(?:,? (?:please|pls|plz|only|thanks|thank you|instead|if possible))*"
    r"|(?:你好|您好|抱歉|不好意思)?(?:请|麻烦|能不能|可不可以|能|可以|会|我想|我要|我们|你们?|您|给我)*(?:说|讲|用|换成?|改成?|切换?成?到?|转成?|回复?|写)*(?:成|为|到)?"
    + _ZH.format("b")
    + r"(?:界面|模式)?(?:说|讲|回复?|回答|交流|沟通|聊|服务)?(?:吧|吗|么|好吗|可以吗|行吗|谢谢|呗|一下)*"
)
_NOT_KNOWN = re.compile(
    r"(?:sorry[, ]+)?i (?:do not|don'?t|can'?t|cannot) (?:speak|understand|read|know)(?: any)? "
    + _EN.format("c")
    + r"|(?:抱歉|不好意思)?我?(?:看不懂|听不懂|不懂|不会|不太懂|不太会|看不明白)(?:说|讲|看)?"
    + _ZH.format("d")
)


def language_wished(words: str, labels: tuple[str, ...] = ()) -> Locale | None:
    """The language that the words (in lower case) ask for; None for anything else.

    Words that a shown button bears are that button: the English edition of a book is no language of the talk.
    """
    if len(words) > LENGTH_MAX:
        return None
    wished, unknown = _WISHED.fullmatch(words), _NOT_KNOWN.fullmatch(words)
    found = wished or unknown
    if found is None:
        return None
    name = next(it for it in found.groups() if it)
    if any(name in label.casefold() for label in labels):
        return None
    named: Locale = "en" if name in {"english", "英文", "英语"} else "zh-CN"
    return _OTHER[named] if wished is None else named
