"""The contract's actions as commands: what a button, or an answer that plainly is one, asks for."""

from dialogs.commands import (
    AddPictures,
    Appeal,
    AskDelivery,
    AskPolicy,
    AskStatus,
    Back,
    Cancel,
    Command,
    Confirm,
    GoodsSent,
    GoOn,
    HandOver,
    MoreOrders,
    SetLines,
    SetOrder,
    SetReason,
    SetRemedy,
    SetResolution,
    SmallTalk,
    Speak,
    StartRefund,
    TakeOffer,
    Verify,
    Withdraw,
)
from dialogs.messages import Locale
from dialogs.nlu.topics import TOPICS
from refund_core.claims import Reason, Remedy, Resolution

SUBJECT_LENGTH_MAX = 200
QUANTITY_MAX = 1_000_000
LINES_MAX = 500
ORDER_PAGES_MAX = 20

_PLAIN: dict[str, Command] = {
    "start:refund": StartRefund(),
    "lines:all": SetLines(is_all=True),
    "evidence:skip": GoOn(),
    "confirm:yes": Confirm(is_yes=True),
    "confirm:no": Confirm(is_yes=False),
    "verify:order": Verify("order"),
    "verify:code": Verify("code"),
    "verify:phone": Verify("phone"),
    "verify:other_phone": Verify("other_phone"),
    "human": HandOver(),
    "ask:status": AskStatus(),
    "ask:delivery": AskDelivery(),
    "ask:policy": AskPolicy(),
    "ask:withdraw": Withdraw(),
    "ask:help": SmallTalk("greeting"),
    "locale:zh-CN": Speak("zh-CN"),
    "locale:en": Speak("en"),
    "back": Back(),
    "cancel": Cancel(),
    **{f"reason:{code.value}": SetReason(code.value) for code in Reason},
    **{f"remedy:{code.value}": SetRemedy(code.value) for code in Remedy},
    **{f"resolution:{code.value}": SetResolution(code.value) for code in Resolution},
}
PLAIN_ACTIONS = frozenset(action for action in _PLAIN if not action.startswith(("reason:", "remedy:", "resolution:")))


def spoken_language(action: str | None) -> Locale | None:
    """The language that this action chooses; None for every other one."""
    command = _PLAIN.get(action) if action is not None else None
    return command.locale if isinstance(command, Speak) else None


def parse_action(text: str) -> Command | None:
    """The command that this action is, or None; nothing else is ever read from a button."""
    plain = _PLAIN.get(text)
    if plain is not None:
        return plain
    name, colon, rest = text.partition(":")
    if not colon or not rest or len(text) > SUBJECT_LENGTH_MAX * LINES_MAX:
        return None
    if name == "line":
        return _lines(text)
    if len(rest) > SUBJECT_LENGTH_MAX:
        return None
    match name:
        case "order":
            return SetOrder(rest)
        case "orders":
            return _page(rest)
        case "status":
            return AskStatus(rest)
        case "withdraw":
            return Withdraw(rest)
        case "appeal":
            return Appeal(rest)
        case _:
            return _of_two_parts(name, rest)


def _page(number: str) -> MoreOrders | None:
    is_page = number.isascii() and number.isdigit() and len(number) <= 2
    return MoreOrders(int(number)) if is_page and 1 <= int(number) <= ORDER_PAGES_MAX else None


def _of_two_parts(name: str, rest: str) -> Command | None:
    match name:
        case "offer":
            offer_id, _, answer = rest.rpartition(":")
            is_answer = bool(offer_id) and answer in {"accept", "decline"}
            return TakeOffer(offer_id, answer == "accept") if is_answer else None
        case "evidence":
            word, _, case_no = rest.partition(":")
            return AddPictures(case_no) if word == "add" and case_no else None
        case "ask":
            word, _, asked = rest.partition(":")
            topic, _, order_no = asked.partition(":")
            return AskPolicy(topic, order_no or None) if word == "policy" and topic in TOPICS else None
        case "return_sent":
            case_no, _, tracking_no = rest.partition(":")
            return GoodsSent(case_no, tracking_no) if case_no and tracking_no else None
        case _:
            return None


def _lines(text: str) -> SetLines | None:
    parts = text.split("+line:")
    parts[0] = parts[0].removeprefix("line:")
    if len(parts) > LINES_MAX:
        return None
    lines: list[tuple[str, int | None]] = []
    for part in parts:
        line = _one_line(part)
        if line is None:
            return None
        lines.append(line)
    return SetLines(tuple(lines)) if lines else None


def _one_line(part: str) -> tuple[str, int | None] | None:
    line_no, star, quantity = part.rpartition("*")
    if not star:
        return (part, None) if part and len(part) <= SUBJECT_LENGTH_MAX else None
    if not line_no or len(line_no) > SUBJECT_LENGTH_MAX or not (quantity.isascii() and quantity.isdigit()):
        return None
    if len(quantity) > 7 or not 1 <= int(quantity) <= QUANTITY_MAX:
        return None
    return line_no, int(quantity)
