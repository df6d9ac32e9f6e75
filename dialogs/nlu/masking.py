"""Taking out of a text what tells who somebody is: numbers, addresses of all kinds, names; what is left is the matter.

For what leaves the house (a model, training rows), where a word too many masked costs less than one too few.
"""
# ruff: noqa: E501  # a pattern stays whole

import re

from dialogs.nlu.plain import plainly

TEXT_LENGTH_MAX = 1_000
EMAIL, LINK, NUMBER, ADDRESS, NAME = "[email]", "[link]", "[number]", "[address]", "[name]"
_DIGITS = "0-9零〇一二三四五六七八九幺"
_HAN = "\u3400-\u9fff"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文欧阳诸葛司马上官"
)
_STREET = "(?:路|街道?|大道|巷|弄|胡同|小区|花园|公寓|大厦|新村|家园|广场|乡|镇|村)"
_ROOM = "(?:号楼?|栋|幢|座|单元|楼|层|室|户)"
_ROAD = "(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|close|square|sq|terrace|crescent|parkway|highway)"

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), EMAIL),
    (re.compile(r"(?:https?://|www\.)[^\s，。]+", re.IGNORECASE), LINK),
    # Where somebody lives: a place down to a room, a chain of provinces and towns, or whatever follows "address:".
    (re.compile(rf"[{_HAN}]{{0,14}}?{_STREET}[{_HAN}A-Za-z0-9#-]{{0,24}}?[0-9一二三四五六七八九十]+{_ROOM}(?:[A-Za-z0-9#-]*[0-9]+{_ROOM}?)*"), ADDRESS),
    (re.compile(rf"(?:[{_HAN}]{{2,6}}?(?:省|自治区|市|区|县|州)){{2,}}(?:[{_HAN}]{{1,8}}?{_STREET})?[0-9]*{_ROOM}?"), ADDRESS),
    (re.compile(r"(?<=地址)((?:是|为|改成|改为|换成)?[:： ]*)[^,，。;；!！?？\n]{3,60}"), rf"\1{ADDRESS}"),
    (re.compile(r"((?:住址|我住在?|家住)[:： ]*)[^,，。;；!！?？\n]{3,60}"), rf"\1{ADDRESS}"),
    (re.compile(rf"\b[0-9]{{1,5}}[a-z]?,? (?:[a-z][\w'.-]* ){{1,4}}{_ROAD}\b\.?(?:,? ?(?:apt|apartment|flat|unit|suite|#) ?\w+)?", re.IGNORECASE), ADDRESS),
    (re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b"), ADDRESS),
    (re.compile(r"((?:my|home|delivery|shipping|new|the) address(?: is|:)? ?|\bi live (?:at|in) )[^.;!?\n]{3,80}", re.IGNORECASE), rf"\1{ADDRESS}"),
    # Names: after the words that announce them, or with a form of address.
    (re.compile(rf"((?:我叫|我的名字[是叫]?|姓名[是为]?|收[件货]人[是为叫]?|联系人[是为]?|名字[是叫])[:： ]*)[{_HAN}·]{{2,4}}?(?=$|[^{_HAN}]|[我你要想买订的是电手住]|退款|退货|收到|麻烦)"), rf"\1{NAME}"),
    (re.compile(rf"((?:我叫|我的名字[是叫]|姓名[是为]?|收[件货]人[是为叫]?|联系人[是为]?|名字[是叫])[:： ]*)[{_SURNAMES}][{_HAN}]{{1,2}}"), rf"\1{NAME}"),
    (re.compile(rf"[{_SURNAMES}][{_HAN}]{{0,2}}(?=先生|女士|小姐|太太)"), NAME),
    (re.compile(rf"(我是)[{_SURNAMES}][{_HAN}]{{1,2}}(?=$|[^{_HAN}])"), rf"\1{NAME}"),
    (re.compile(r"\b((?i:my name is|my name's|name:|recipient:|recipient is|contact:) ?)[A-Za-z][\w'-]+(?: (?!and\b|but\b|i\b|from\b)[A-Za-z][\w'-]+)?(?: [A-Z][a-z'-]+)?"), rf"\1{NAME}"),
    (re.compile(r"\b((?:[Tt]his is|I am|I'm|[Ii]t's|[Rr]egards,|[Ss]incerely,|[Tt]hanks,|[Cc]heers,)\s)[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2}(?![\w])"), rf"\1{NAME}"),
    (re.compile(r"\b((?:Mr|Mrs|Ms|Miss|Dr|Mx)\.? )[A-Z][\w'-]+(?: [A-Z][\w'-]+)?"), rf"\1{NAME}"),
    # Numbers of phones, orders, parcels, cards: five digits and more however they are grouped, in digits or in words.
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9-]*(?:[0-9][A-Za-z-]*){5,}"), NUMBER),
    (re.compile(r"[+(]?[0-9][0-9 ().-]{4,}[0-9]"), NUMBER),
    (re.compile(rf"[{_DIGITS}](?:[ -]?[{_DIGITS}]){{6,}}"), NUMBER),
)  # fmt: skip


def masked(text: str) -> str:
    """The text without e-mail addresses, links, postal addresses, names after their usual words, and long numbers."""
    text = plainly(text[:TEXT_LENGTH_MAX])
    for pattern, instead in _STEPS:
        text = pattern.sub(instead, text)
    return text
