"""Words typed wrongly on a phone, put right before anything reads the text."""

import re

_WRONG: tuple[tuple[str, str], ...] = (
    (r"(?:[推腿褪蜕煺]|tui ?)(?=[款货钱掉换单])", "退"),
    (r"退[宽欵歀筷]|退 ?kuan|\btk(?=$|[吧了,，。! ])", "退款"),
    (r"退 ?huo", "退货"),
    (r"换 ?huo|huan ?货", "换货"),
    (r"[法发]或|fa ?货|发huo", "发货"),
    (r"人供|人公(?!司)|ren ?gong", "人工"),
    (r"\bre(?:fnud|fudn|funf|dund|fubd|funds?d|founds?|furnd)\b|\b(?:rufund|refud|reufnd|refuund)\b", "refund"),
    (r"\b(?:retrun|retun|reutrn|retrn|rturn|returm)\b", "return"),
    (r"\b(?:exchnage|echange|exhange|exchage)\b", "exchange"),
    (r"\b(?:cancle|cansel|cancell|canel)\b", "cancel"),
    (r"\b(?:recieved|recived|receved)\b", "received"),
    (r"\b(?:delievery|delivary|delivry)\b", "delivery"),
)
_ANY = re.compile("|".join(f"({wrong})" for wrong, _ in _WRONG))
_RIGHT = tuple(right for _, right in _WRONG)


def put_right(text: str) -> str:
    """The text (in lower case) with the usual slips put right."""
    return _ANY.sub(_right, text)


def _right(found: re.Match[str]) -> str:
    return _RIGHT[(found.lastindex or 1) - 1]
