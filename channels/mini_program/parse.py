"""What a mini-program's customer service is pushed, in XML or JSON, in the dialog's words; pure."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from channels.channel import Arrival
from channels.weixin.push import Push, arrival, picture, read_push, written
from dialogs.nlu.embedded import WAVE

ORDER_NAMES = ("order_no", "orderNo", "order_id", "orderId", "order")
TOKEN_NAMES = ("token", "start")
ORDER_LENGTH_MAX = 128
TOKEN_LENGTH_MAX = 4_096


def parse_push(payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
    """What happened, nothing for a kind of push that does not concern a conversation. Raises PayloadUnreadable."""
    push = read_push(payload, now=now)
    match push.kind:
        case "text":
            return (written(push),)
        case "image":
            return (picture(push),)
        case "miniprogrampage":
            return (_card(push),)
        case "event" if push.event == "user_enter_tempsession":
            return (_entered(push),)
        case _:
            return ()


def _card(push: Push) -> Arrival:
    """A page of the mini-program that the user sent: the order that it shows, else its title."""
    order_no = _named(_query(push.text("PagePath")), ORDER_NAMES, ORDER_LENGTH_MAX)
    if order_no is None:
        return arrival(push, text=push.text("Title"))
    return arrival(push, action=f"order:{order_no}", order_no=order_no)


def _entered(push: Push) -> Arrival:
    """The chat was opened; what the mini-program's button says of it may name an order and carry a start token."""
    told = _told(push.text("SessionFrom"))
    order_no, token = _named(told, ORDER_NAMES, ORDER_LENGTH_MAX), _named(told, TOKEN_NAMES, TOKEN_LENGTH_MAX)
    return arrival(push, text=WAVE, order_no=order_no, token=token, window="enter")


def _told(session_from: str) -> Mapping[str, str]:
    """SessionFrom as the merchant may write it: JSON, a query, `order:NUMBER`, or the number alone."""
    if session_from.startswith("{"):
        return _json(session_from)
    if "=" in session_from:
        return _query(session_from)
    number = session_from.removeprefix("order:")
    is_number = any(character.isdecimal() for character in number) and not any(it.isspace() for it in number)
    return {"order_no": number} if is_number else {}


def _json(text: str) -> Mapping[str, str]:
    try:
        told = _OBJECTS.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return {name: str(value) for name, value in told.items() if isinstance(value, str | int)}


_OBJECTS = msgspec.json.Decoder(dict[str, object])


def _query(path: str) -> Mapping[str, str]:
    query = path.partition("?")[2] if "?" in path else path
    try:
        return dict(parse_qsl(query, max_num_fields=50))
    except ValueError:
        return {}


def _named(told: Mapping[str, str], names: tuple[str, ...], length_max: int) -> str | None:
    for name in names:
        value = told.get(name, "").strip()
        if 0 < len(value) <= length_max and value.isprintable() and " " not in value:
            return value
    return None
