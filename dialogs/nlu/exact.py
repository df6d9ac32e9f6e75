"""Exact reading: answers that plainly are one of the choices just shown."""
# ruff: noqa: E501  # a pattern stays whole

import re

from dialogs.nlu.answers import is_no, is_yes, plain_words, words_of
from dialogs.nlu.numbers import to_number
from dialogs.nlu.plain import plainly
from dialogs.understanding import Context

_OPTION = re.compile(
    r"(?:(?:我?(?:选|要|就)?(?:第|选项)?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:个|号|项|种|条|(?<=第.)件)?(?:吧|的|呢)?)"
    r"|(?:(?:option|number|no\.?|choice|the)? ?([0-9]{1,2}|[a-z0-9]{3,7})(?:th)?(?: one| option| please)*))[.。!！]?"
)
_MEASURE = "(?:个|件|份|双|套|盒|瓶|条|只|本|pcs?|pieces?|items?)"
_COUNT = re.compile(rf"(?:我?(?:只?[退要]))?([0-9]{{1,4}}|[一二两三四五六七八九十]{{1,3}}){_MEASURE}?(?:吧)?")
_MEASURED = re.compile(_COUNT.pattern.replace(f"{_MEASURE}?", _MEASURE))


_ALL = words_of(
    "全部,都,全都,所有,全退,都退,全部退,整单,整单退,全部商品,所有商品,全部都退,全部退掉,都要退,"
    "all,everything,all of them,all items,"
    "the whole order,whole order,everything please,all of it"
)
_BOTH = words_of(
    "两个都退,两个都要退,两个都要,两个都,两件都退,俩都退,俩,都,both,both of them,both please,the both,both ones"
)
_LEAVE = words_of("取消,算了,退出,cancel,never mind,nevermind,forget it,stop,quit")
_WITHDRAW = words_of(
    "撤销,撤回,撤销申请,withdraw,withdraw it,withdraw this,withdraw my request,withdraw the request,withdraw request,"
    "cancel my request,cancel the request,cancel request,cancel this request"
)
_NO_REFUND = re.compile(
    r"no (?:refunds?|returns?|money back)(?:,? (?:please|thanks|thank you|needed|necessary|then|anymore))*"
    r"|(?:please )?(?:don't|do not|no need to) refund(?: me| it| this)?(?: please| anymore)?"
    r"|i (?:don't|do not) (?:want|need) (?:a |the |any |my )?refund(?: please| any ?more| after all)*"
    r"|(?:我|那|就|算了[，,]?)?(?:不要|不想要|不用|不需要|不必|别)(?:再|给我)?(?:退款|退钱)(?:了|吧|谢谢)*"
)
_BACK = words_of("返回,上一步,后退,回去,back,go back,previous")


def is_withdrawal(words: str) -> bool:
    """True when the whole text plainly takes a request back, or says no to a refund."""
    return _NO_REFUND.fullmatch(words) is not None or words.removeprefix("please ").removesuffix(" please") in _WITHDRAW


def leaving_action(words: str) -> str | None:
    """cancel, back or human, where the whole text plainly says so."""
    if words in _LEAVE:
        return "cancel"
    if words in _BACK:
        return "back"
    return "human" if words == "human" else None


def answer_action(words: str, context: Context) -> str | None:
    """The action of the choice that the text plainly names: by its number, its label, yes or no, or "all"."""
    options = context.options
    if not options or len(words) > 60:
        return None
    if "confirm:yes" in options:
        return _labelled(words, context) or _confirmation(words)
    if context.expecting == "order":
        others = _other_orders(words, options)
        if others is not None:
            return others
    if words in _ALL and context.expecting == "lines":
        return "lines:all"
    by_label = _labelled(words, context)
    if by_label is not None:
        return by_label
    if context.expecting == "lines":
        return _line_by_number(words, options)
    if is_yes(words):
        return _the_only_one(context)
    return _numbered(option_number(words), context)


def _numbered(number: int | None, context: Context) -> str | None:
    """The choice of that number, never a way out; orders and offers are counted without the buttons beside each."""
    if number is None or number < 1:
        return None
    counted = context.options
    starts = _COUNTED.get(context.expecting or "")
    if starts is not None:
        counted = tuple(it for it in counted if it.startswith(starts) and not it.endswith(":decline"))
    named = counted[number - 1] if number <= len(counted) else None
    return None if named in _NEVER_BY_NUMBER else named


_ANOTHER_ORDER = re.compile(
    r"(?:不是?.{0,4}[，, ])?我?[要想]?[换选看]?一?个?(?:其他|其它|别|另外?一?个?|换一?个)的?(?:订单|单子?)"
    r"|(?:no,? )?(?:i (?:mean|meant|want) )?(?:it'?s )?(?:another|a different|the other) (?:order|one)(?: please)?"
)
_COUNTED = {"order": ("order:",), "resolution": ("offer:", "remedy:")}
_NEVER_BY_NUMBER = frozenset({"human", "back", "cancel", "lines:all"})


_MORE_ORDERS = re.compile(
    r"(?:还有)?(?:更多|更早|其他|其它|别的|再往前)的?(?:订单|单子?)?(?:呢|有吗|吗)?|下一页|(?:都)?不(?:是这些?|在(?:这|里面|上面|其中))(?:里面?)?|都不是"
    r"|(?:show (?:me )?)?(?:more|older|other|earlier)(?: orders?| ones?)?(?: please)?|next(?: page)?|none of (?:these|them)|not (?:here|listed|on (?:the|this) list)"
)


def _other_orders(words: str, options: tuple[str, ...]) -> str | None:
    """Another order than those shown: the next page, or back from the one that was proposed to all of them."""
    is_other = _ANOTHER_ORDER.fullmatch(words) or _MORE_ORDERS.fullmatch(words)
    if not is_other:
        return None
    pages = [option for option in options if option.startswith("orders:")]
    return pages[0] if pages else ("back" if "back" in options else None)


def _confirmation(words: str) -> str | None:
    if is_yes(words):
        return "confirm:yes"
    return "confirm:no" if is_no(words) else None


def _labelled(words: str, context: Context) -> str | None:
    for label, action in zip(context.labels, context.options, strict=False):
        if words == plain_words(plainly(label)):
            return action
    return None


def _line_by_number(words: str, options: tuple[str, ...]) -> str | None:
    """A count of the only line, or the line of that number where it is a single piece; the rest is asked about."""
    lines = [option for option in options if option.startswith("line:")]
    if words in _BOTH:
        pieces = [option.rpartition("*")[2] for option in lines]
        if lines and "+" in lines[0]:
            return lines[1] if len(lines) == 2 else None
        return "+".join(lines) if pieces in (["2"], ["1", "1"]) else None
    if len(lines) == 1:
        if is_yes(words):
            return lines[0] if _is_single(lines[0]) else None
        number = quantity(words) or option_number(words)
        return _with_quantity(lines[0], number) if number else None
    several = _several_lines(words, lines)
    if several is not None:
        return several
    number = None if has_measure(words) else option_number(words)
    if number is None or not 1 <= number <= len(lines):
        return None
    return lines[number - 1] if _is_single(lines[number - 1]) else None


_AND = re.compile(r"(?<=[0-9]) +(?=[0-9])| *(?:[,，、;；&+]| and |和|跟|与|及|以及) *(?:and |和)?")


def _several_lines(words: str, lines: list[str]) -> str | None:
    """The lines of several numbers ("1 and 3", "第一和第三个"), each with all that is left of it."""
    parts = [part for part in _AND.split(words.removesuffix(" please")) if part]
    numbers = [None if has_measure(part) and "第" not in part else option_number(part) for part in parts]
    places = [number for number in numbers if number is not None and 1 <= number <= len(lines)]
    if len(parts) < 2 or len(places) < len(parts):
        return None
    return "+".join(lines[place - 1] for place in dict.fromkeys(places))


def _is_single(action: str) -> bool:
    return action.endswith("*1")


def _with_quantity(action: str, quantity: int) -> str:
    return f"{action.rpartition('*')[0]}*{quantity}"


def _the_only_one(context: Context) -> str | None:
    """Yes means the one order that was shown; any other question is for its flow to judge."""
    orders = [option for option in context.options if option.startswith("order:")]
    return orders[0] if context.expecting == "order" and len(orders) == 1 else None


def option_number(words: str) -> int | None:
    """The number that the whole text names ("2", "第二个", "二", "second", "the 2nd"), or None."""
    found = _OPTION.fullmatch(words)
    if found is None:
        return None
    chinese, english = found.groups()
    return to_number(chinese or english)


def quantity(words: str) -> int | None:
    """The count that the whole text names ("2件", "两个", "3 pieces"), or None."""
    found = _COUNT.fullmatch(words.replace(" ", ""))
    return to_number(found.group(1)) if found else None


def has_measure(words: str) -> bool:
    """True when the count is said with its measure word ("2件", "3 pcs"): it counts pieces, it numbers no choice."""
    return _MEASURED.fullmatch(words.replace(" ", "")) is not None
