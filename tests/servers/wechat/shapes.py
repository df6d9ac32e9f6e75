"""The shapes and lengths that WeChat takes; everything else is refused and kept as a wrong of the caller's."""

import io
from typing import Any

from PIL import Image

TEXT_BYTES = 2048
PICTURE_BYTES = 2 << 20
KINDS = {
    "wechat": {"text", "msgmenu", "miniprogrampage", "image", "news"},
    "mini_program": {"text", "image", "link", "miniprogrampage"},
}
FIELD_LENGTHS = {"thing": 20, "phrase": 5, "character_string": 32, "amount": 32, "number": 32}
BAD_JSON, TOO_LONG, BAD_ARGUMENT, NO_CONTENT, BAD_KIND = 47001, 45002, 47003, 44004, 40008


class Wrong(Exception):
    """Not what WeChat's documentation says; code is what WeChat answers."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def check_message(kind: str, body: Any) -> dict[str, Any]:
    """A customer-service message, whole."""
    if not isinstance(body, dict) or set(body) != {"touser", "msgtype", body.get("msgtype")}:
        raise Wrong(BAD_JSON, f"fields of a message: {body!r}")
    if body["msgtype"] not in KINDS[kind]:
        raise Wrong(BAD_KIND, f"{kind} knows no {body['msgtype']}")
    inner = body[body["msgtype"]]
    match body["msgtype"]:
        case "text":
            _fields(inner, {"content"})
            _text(inner["content"], TEXT_BYTES)
        case "msgmenu":
            _menu(inner)
        case "image":
            _fields(inner, {"media_id"})
            _text(inner["media_id"], 128)
        case "miniprogrampage":
            _fields(inner, {"title", "pagepath", "thumb_media_id"} | ({"appid"} if kind == "wechat" else set()))
            for value in inner.values():
                _text(value, 1024)
        case other:
            raise Wrong(BAD_KIND, f"nobody sends {other} yet")
    return body


def check_picture(kind: str, raw: bytes) -> None:
    """A picture that is uploaded: one of a kind that WeChat shows, whole, and no larger than it may be."""
    if len(raw) > PICTURE_BYTES:
        raise Wrong(40009, f"a picture of {len(raw)} bytes")
    if kind not in {"image/jpeg", "image/png"}:
        raise Wrong(40005, f"a picture of type {kind}")
    with Image.open(io.BytesIO(raw)) as image:
        image.load()
        if image.get_format_mimetype() != kind:
            raise Wrong(40005, f"{image.get_format_mimetype()} said to be {kind}")


def check_notice(body: Any, known: dict[str, tuple[str, ...]], extra: set[str]) -> dict[str, Any]:
    """A template or subscribe message: exactly the template's fields, each within its length."""
    needed = {"touser", "template_id", "data"}
    if not isinstance(body, dict) or not needed <= set(body) <= needed | extra:
        raise Wrong(BAD_JSON, f"fields of a notice: {body!r}")
    if body["template_id"] not in known:
        raise Wrong(40037, "unknown template")
    if set(body["data"]) != set(known[body["template_id"]]):
        raise Wrong(BAD_ARGUMENT, f"data: {sorted(body['data'])}")
    for name, entry in body["data"].items():
        _fields(entry, {"value"})
        length = FIELD_LENGTHS.get(name.rstrip("0123456789"), 200)
        if not isinstance(entry["value"], str) or not 0 < len(entry["value"]) <= length:
            raise Wrong(BAD_ARGUMENT, f"data.{name}.value: {entry['value']!r}")
    return body


def _menu(menu: Any) -> None:
    _fields(menu, {"head_content", "list", "tail_content"})
    if not isinstance(menu["list"], list) or not 1 <= len(menu["list"]) <= 10:
        raise Wrong(BAD_ARGUMENT, f"a menu of {len(menu['list'])} entries")
    for entry in menu["list"]:
        _fields(entry, {"id", "content"})
        _text(entry["id"], 64)
        _text(entry["content"], 128)
    if len({entry["id"] for entry in menu["list"]}) < len(menu["list"]):
        raise Wrong(BAD_ARGUMENT, "two entries of one id")
    whole = menu["head_content"] + menu["tail_content"]
    if len(whole.encode()) > TEXT_BYTES:
        raise Wrong(TOO_LONG, "a menu's texts")


def _fields(value: Any, names: set[str]) -> None:
    if not isinstance(value, dict) or set(value) != names:
        raise Wrong(BAD_JSON, f"expected {sorted(names)}: {value!r}")


def _text(value: Any, bytes_max: int) -> None:
    if not isinstance(value, str) or not value.strip():
        raise Wrong(NO_CONTENT, "an empty text")
    if len(value.encode()) > bytes_max:
        raise Wrong(TOO_LONG, f"{len(value.encode())} bytes")
