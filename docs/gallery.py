"""The gallery: the same twelve replies as each channel shows them, rendered by the channels themselves.

Our own chat draws cards and buttons itself: what its page shows in a browser is kept in docs/drawn, made by `make
docs`; tests compare it with what the page and the mini-program's component draw.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from channels.channel import Payload, Spoken
from channels.mini_program.render import render_replies as for_mini_program
from channels.picks import pickable
from channels.rest.render import render_messages
from channels.support_chat.telegram.render import render_replies as for_telegram
from channels.support_chat.telegram.ticks import shown_anew
from channels.wechat.render import render_replies as for_wechat
from channels.weixin.render import CasePage
from dialogs.messages import CaseCard, Choice, Locale, OfferCard, OrderCard, RefundCard, Reply, Select
from dialogs.texts.catalogue import NO_TEXTS, code_text, say

LOCALE: Locale = "en"
_DAY = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_CASE_PAGE = CasePage("https://shop.example/cases/{case_no}")
OWN_CHAT = Path(__file__).parent / "drawn" / "own_chat.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of the gallery: what is said in one go."""

    title: str
    replies: tuple[Reply, ...]


def gallery_page() -> str:
    """The page."""
    parts = [
        "# The same replies on every channel\n",
        "*Made by `make docs`; change the code, not this page.*\n",
        "What is said in one go, as each channel puts it to its platform, and as our own chat draws it: `[…]` is a",
        "button with what it sends, `☐` a box that can be ticked, `│` a card.\n",
    ]
    own = msgspec.json.decode(OWN_CHAT.read_bytes(), type=list[str])
    for number, piece in enumerate(pieces(), 1):
        parts.append(f"## {number}. {piece.title}\n")
        spoken = [Spoken(place, reply) for place, reply in enumerate(piece.replies, 12)]
        parts.append(f"Our chat, on a web page and in a mini-program\n\n```text\n{own[number - 1]}\n```\n")
        for name, render in _CHANNELS:
            parts.append(f"{name}\n\n```text\n{_drawn(render(spoken))}\n```\n")
        parts += [
            f"{_TICKED}\n\n```text\n{_drawn(shown)}\n```\n" for one in spoken for shown in [_ticked(one)] if shown
        ]
    return "\n".join(parts)


_CHANNELS: tuple[tuple[str, Callable[[Sequence[Spoken]], Sequence[Payload]]], ...] = (
    ("Telegram", lambda spoken: for_telegram(spoken, LOCALE)),
    ("WeChat official account", lambda spoken: for_wechat(spoken, LOCALE, _CASE_PAGE)),
    ("Mini-program's customer service", lambda spoken: for_mini_program(spoken, LOCALE, _CASE_PAGE)),
    ("REST", lambda spoken: render_messages(spoken, LOCALE)),
)


_TICKED = "Telegram, below the same message once the first line is ticked and less of it is wanted"


def _ticked(one: Spoken) -> Sequence[Payload]:
    """The buttons of a list of which several may be taken, when some are."""
    first = next(iter(pickable(one.reply)), None)
    shown = None if first is None else shown_anew(one, {first: 1}, LOCALE, place=first, edits="1")
    return () if shown is None else (shown,)


def pieces() -> Iterator[Piece]:
    """The twelve, each what is said in one go."""
    human = _choice("human", "human")
    yield Piece("A greeting", (Reply(say("greeting", LOCALE, merchant="Lamp Shop"), (human,)),))
    confirm = Reply(say("order.confirm", LOCALE), (_choice("this_order", "order:20261101-0001"), human), card=_order(1))
    yield Piece("One order", (confirm,))
    listed = tuple(
        Reply("", (Choice(f"Choose “Lamp {n}” (20 Nov)", f"order:20261101-000{n}"),), card=_order(n)) for n in (1, 2)
    )
    yield Piece("Several orders", (Reply(say("order.ask", LOCALE)), *listed))
    lines = (Choice("Blue lamp × 2", "line:1*2"), Choice("Shade × 1", "line:2*1"), _choice("all_lines", "lines:all"))
    yield Piece("Goods, of which several may be taken", (Reply(say("lines.ask", LOCALE), lines, Select(1, 2)),))
    reasons = tuple(
        Choice(say(f"reason.{code}", LOCALE), f"reason:{code}")
        for code in ("damaged", "wrong_item", "size_fit", "other")
    )
    yield Piece("A reason", (Reply(say("reason.ask", LOCALE), (*reasons, human)),))
    yield Piece("Pictures", (Reply(say("evidence.ask", LOCALE), (_choice("skip", "evidence:skip"),)),))
    yield Piece("Offers", (Reply(say("offers.ask", LOCALE)), _offer("original_route", 5900), _offer("balance", 6195)))
    amounts = "Blue lamp × 1: CN¥59.00\nTotal: CN¥59.00"
    asked = say("confirm.ask", LOCALE, amounts=amounts, destination="your original payment (WeChat Pay)")
    yes_no = (_choice("yes", "confirm:yes"), _choice("no", "confirm:no"))
    yield Piece("The confirmation of money", (Reply(asked, yes_no),))
    paid = RefundCard("R-7", "C-7", 5900, "CNY", "WeChat Pay", "pending")
    yield Piece("A payout", (Reply(say("note.refund_accepted", LOCALE, amount="CN¥59.00", case_no="C-7"), card=paid),))
    case = CaseCard("C-7", "20261101-0001", "under_review", 5900, "CNY")
    state = say("status.case", LOCALE, case_no="C-7", order_no="20261101-0001", state=say("state.under_review", LOCALE))
    withdraw = _choice("withdraw", "withdraw:C-7", case_no="C-7")
    yield Piece("How a case stands", (Reply(state, (withdraw, human), card=case),))
    yield Piece("A person's words", (Reply("I have asked the warehouse.", sender="agent", agent="Wang"),))
    long = Choice("Choose the order with the long number", f"order:{'2026' * 20}")
    yield Piece("An action too long for a button", (Reply(say("order.ask", LOCALE), (long, human)),))


def _choice(key: str, action: str, **values: str) -> Choice:
    return Choice(say(f"choice.{key}", LOCALE, NO_TEXTS, **values), action)


def _order(number: int) -> OrderCard:
    return OrderCard(f"20261101-000{number}", "delivered", _DAY, f"Lamp {number}", 1, 5900 * number, "CNY")


def _offer(resolution: str, amount: int) -> Reply:
    card = OfferCard(resolution[:2], resolution, amount, "CNY", None, "")
    words = {"resolution": code_text("resolution", resolution, LOCALE), "amount": f"CN¥{amount / 100:.2f}"}
    label = say("choice.accept", LOCALE, NO_TEXTS, **words)
    taken, left = f"offer:{card.offer_id}:accept", f"offer:{card.offer_id}:decline"
    return Reply("", (Choice(label, taken), _choice("decline", left)), card=card)


def _drawn(payloads: Sequence[Payload]) -> str:
    """Each call as a reader of the chat sees it; a line between two messages."""
    return "\n―――\n".join("\n".join(_shown(payload.body)) for payload in payloads) or "(nothing)"


def _shown(body: Any) -> Iterator[str]:
    """Texts and buttons of a call, whatever its platform calls them."""
    match body:
        case {"messages": [*messages]}:
            for message in messages:
                yield from _shown(message)
        case {"msgmenu": menu}:
            yield menu["head_content"]
            yield from (f"[{choice['content']}]  {choice['id']}" for choice in menu["list"])
            yield from filter(None, (menu["tail_content"],))
        case {"text": {"content": text}}:
            yield text
        case {"text": text}:
            yield text
            yield from _rows(body.get("reply_markup", {}))
            yield from (f"[{button['title']}]  {button['payload']}" for button in body.get("buttons", ()))
        case {"reply_markup": markup}:
            yield from _rows(markup)
        case _:
            yield str(body)


def _rows(markup: Any) -> Iterator[str]:
    for row in markup.get("inline_keyboard", ()):
        yield "   ".join(f"[{button['text']}]  {button['callback_data']}" for button in row)
