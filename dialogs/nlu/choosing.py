"""Orders and lines chosen by what the goods are called, among the very choices shown."""

import re

from dialogs.nlu.amounts import find_count
from dialogs.nlu.goods import goods_meant
from dialogs.understanding import Context

_STARTS = {"order": "order:", "lines": "line:"}
_ASKED = re.compile(
    r"[?？]|[吗嘛么呢]$|能不能|可不可以|怎么|如果|要是|^(?:can|could|do|does|is|are|what|how|why|when|if)\b|\bif\b"
)
_NEGATED = re.compile(r"[不没别非]|\b(?:no|not|don'?t|never|without|keep)\b")
_ALL_OF_IT = re.compile(r"[都全]|所有|\b(?:all|both|every)\b")


def goods_action(words: str, context: Context) -> str | None:
    """The action of the choices whose goods the text plainly names; of several pieces only as many as it says."""
    start = _STARTS.get(context.expecting or "")
    if start is None or _ASKED.search(words):
        return None
    shown = [
        (action, label.rpartition("×")[0] or label)
        for action, label in zip(context.options, context.labels, strict=False)
        if action.startswith(start)
    ]
    meant = goods_meant(words, [label for _, label in shown])
    if not meant.is_sure or (_NEGATED.search(words) and not meant.is_all_but):
        return None
    actions = [shown[place][0] for place in meant.places]
    if start == "order:":
        return actions[0] if len(actions) == 1 and not meant.is_all_but else None
    if meant.is_all_but or _ALL_OF_IT.search(words) or all(action.endswith("*1") for action in actions):
        return "+".join(actions)
    count = find_count(words)
    return _counted(actions[0], count) if len(actions) == 1 and count is not None else None


def _counted(action: str, count: int) -> str | None:
    line, _, left = action.rpartition("*")
    return f"{line}*{count}" if 1 <= count <= int(left) else None
