"""What the fake chat server holds and breaks, and the pages it serves around the chat."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

CLIENT = Path(__file__).parents[2] / "channels" / "support_chat" / "web" / "client"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' {style}; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
LIMITS = {"picture": 10 * 2**20, "video": 20 * 2**20}
SHOP_POLICY = "default-src 'none'; script-src http://127.0.0.1:*; frame-src http://127.0.0.1:*"
SHOP_PAGE = """<!doctype html><html lang="{locale}"><head><meta name="viewport" content="width=device-width">
<title>Shop</title></head><body><h1>Shop</h1><a href="#x">A link of the shop</a>
<script src="{chat}/chat/{script}" data-merchant="demo" data-identity="{identity}" data-locale="{locale}" async>
</script>
</body></html>"""


@dataclass(slots=True)
class Faults:
    """What goes wrong next; counts run down to zero, switches stay."""

    lost_answers: int = 0
    unavailable: int = 0
    refused_status: int = 0
    hidden_frames: int = 0
    sockets_are_impossible: bool = False
    uploads_hang: bool = False
    token_is_expired: bool = False
    identity_is_expired: bool = False
    client_ids_are_kept_back: bool = False


@dataclass(slots=True)
class Talk:
    """One conversation: everything said, the answers by client_id, who listens and in whose hands it is."""

    said: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    watched: asyncio.Event = field(default_factory=asyncio.Event)
    hands: dict[str, Any] = field(default_factory=lambda: {"type": "handover", "holder": "bot", "agent": None})
    steps: dict[str, Any] = field(default_factory=dict)
    due: dict[str, Any] | None = None
    ratings: list[dict[str, Any]] = field(default_factory=list)


def subject_of(identity: str) -> str:
    """Whom an identity names; who signed it is not looked at here."""
    body = identity.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


def problem(status: int, detail: str) -> web.Response:
    """A refusal as the service words it."""
    body = {"type": "about:blank", "title": detail, "status": status, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
