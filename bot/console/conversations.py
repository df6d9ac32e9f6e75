"""One conversation at the desk: reading along, taking over, giving back.

Whoever speaks holds the conversation: a condition on one locked row, so no race lets person and bot speak at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from aiohttp import web

from bot.console.attachments import videos_among
from bot.console.customers import customer_values
from bot.console.deps import CONSOLE
from bot.console.foreign import absent, note
from bot.console.pages import refusal, staff_page
from bot.console.resuming import resumed
from bot.console.sessions import VISIT, Visit
from bot.console.texts import console_text
from dialogs.messages import Choice, Locale, Reply
from dialogs.texts.catalogue import say
from dialogs.texts.money import format_money
from refund_core.money import Money
from storage import desk_store
from storage.awaited_media import MissingMedia, missing_media
from storage.desk_store import Hold, read_last_messages
from storage.message_store import HISTORY_LIMIT, SaidMessage, append_messages
from storage.transaction import Transaction, transact


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One message as the desk shows it."""

    sender: str
    by: str
    at: datetime
    text: str
    choices: tuple[str, ...]
    attachments: tuple[str, ...]
    card: str | None
    missing: Sequence[MissingMedia] = ()


@dataclass(frozen=True, slots=True)
class HoldView:
    """Who holds the conversation, seen by the one who looks."""

    holder: str
    holder_name: str | None
    epoch: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class _Handing:
    """Into whose hands ("bot" or a staff id), the notice that tells the customer, and the signal to open chats."""

    to: str
    notice: str
    signal: str


async def show_conversation(request: web.Request) -> web.Response:
    """A conversation that has no case yet."""
    hold = await hold_of(request)
    heading = console_text(
        request[VISIT].locale, "case.conversation",
        customer=hold.customer or console_text(request[VISIT].locale, "case.visitor"),
    )  # fmt: skip
    values = await talk_values(request, hold) | await customer_values(request, hold.customer)
    return await staff_page(request, "case.html", heading=heading, case=None, **values)


async def show_messages(request: web.Request) -> web.Response:
    """What was said, refetched at each wake-up."""
    hold = await hold_of(request)
    return await staff_page(request, "_messages.html", **await talk_values(request, hold))


async def show_hold(request: web.Request) -> web.Response:
    """Who holds it, with the buttons that fit."""
    hold = await hold_of(request)
    return await staff_page(request, "_hold.html", conversation=hold, hold=_view(hold, request[VISIT]))


async def take_over(request: web.Request) -> web.Response:
    """Take the conversation into my hands, if it is still in those that my page showed."""
    staff = request[VISIT].session
    if (await hold_of(request)).holder == str(staff.staff_id):
        return web.Response(status=204)
    return await _change_hands(request, _Handing(str(staff.staff_id), "notice.agent_joined", "handover"))


async def give_back(request: web.Request) -> web.Response:
    """Give the conversation back to the bot: one notice, once, and only by the one who holds it."""
    staff = request[VISIT].session
    if (await hold_of(request)).holder != str(staff.staff_id):
        return refusal(request, 409, "hold.not_yours")
    return await _change_hands(request, _Handing("bot", "notice.agent_left", "returned"))


async def hold_of(request: web.Request) -> Hold:
    """The conversation named in the address; another shop's, or none, is a 404."""
    try:
        conversation_id = UUID(request.match_info["conversation_id"])
    except ValueError:
        raise web.HTTPNotFound from None
    return await read_hold_or_404(request, conversation_id)


async def read_hold_or_404(request: web.Request, conversation_id: UUID) -> Hold:
    """The same for an id."""
    hold = await desk_store.read_hold(request.app[CONSOLE].db, request[VISIT].session.merchant_id, conversation_id)
    if hold is None:
        raise await absent(request, "conversation", str(conversation_id))
    return hold


async def talk_values(request: web.Request, hold: Hold) -> dict[str, object]:
    """What the conversation's part of a page shows."""
    visit = request[VISIT]
    said = await read_last_messages(
        request.app[CONSOLE].db, visit.session.merchant_id, hold.conversation_id, limit=HISTORY_LIMIT
    )
    missing = await missing_media(request.app[CONSOLE].db, visit.session.merchant_id, hold.conversation_id)
    lines = [_line(message, visit.locale, [one for one in missing if one.seq == message.seq]) for message in said]
    videos = await videos_among(request, [name for line in lines for name in line.attachments])
    return {"conversation": hold, "hold": _view(hold, visit), "messages": lines, "videos": videos}


async def _change_hands(request: web.Request, handing: _Handing) -> web.Response:
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    hold = await hold_of(request)
    seen_epoch = _seen_epoch(await request.post())
    now = console.clock.now()
    merchant = await console.merchants.by_id(merchant_id)
    agent = request[VISIT].session.name
    words = say(handing.notice, hold.locale, merchant.texts, name=agent)
    notice: Reply = Reply(words, sender="system")
    talk: Mapping[str, object] = {}
    if handing.to == "bot":
        notice, talk = await resumed(console.db, hold, words, (merchant_id, merchant), now=now)

    async def work(tx: Transaction) -> bool:
        epoch = await desk_store.change_holder(
            tx, merchant_id, hold.conversation_id, to=handing.to, seen_epoch=seen_epoch, now=now, talk=talk
        )
        if epoch is not None:
            await append_messages(tx, merchant_id, hold.conversation_id, [notice], now=now, expected_epoch=epoch)
        return epoch is not None

    if not await transact(console.db, work, name="desk change hands"):
        return await _somebody_was_faster(request)
    await console.live.wake(merchant_id, [hold.conversation_id], handing.signal, agent)
    await note(request, handing.signal, conversation=str(hold.conversation_id))
    return web.Response(status=204)


async def _somebody_was_faster(request: web.Request) -> web.Response:
    hold = await hold_of(request)
    if hold.holder_name is None:
        return refusal(request, 409, "hold.changed")
    return refusal(request, 409, "hold.taken", name=hold.holder_name)


def _seen_epoch(form: Mapping[str, object]) -> int:
    try:
        return int(str(form.get("epoch", "")))
    except ValueError:
        raise web.HTTPBadRequest(text="epoch: a number is needed") from None


def _view(hold: Hold, visit: Visit) -> HoldView:
    return HoldView(hold.holder, hold.holder_name, hold.epoch, hold.holder == str(visit.session.staff_id))


def _line(message: SaidMessage, locale: Locale, missing: Sequence[MissingMedia]) -> SaidLine:
    body = _BODIES.decode(message.body)
    by = body.agent or console_text(locale, f"by.{body.sender}")
    choices = tuple(choice.label for choice in body.choices)
    card = _card(body.card, locale) if body.card else None
    return SaidLine(body.sender, by, message.at, body.text, choices, body.attachments, card, missing)


class _CardBody(msgspec.Struct, frozen=True):
    """What all cards have in common, and what some of them add."""

    amount: int
    currency: str
    title: str = ""
    order_no: str = ""
    text: str = ""
    destination: str = ""


class _Body(msgspec.Struct, frozen=True):
    """A stored Reply, as far as the desk shows it."""

    text: str
    sender: str
    agent: str | None = None
    choices: tuple[Choice, ...] = ()
    card: _CardBody | None = None
    attachments: tuple[str, ...] = ()


_BODIES = msgspec.json.Decoder(_Body)


def _card(card: _CardBody, locale: Locale) -> str:
    amount = format_money(Money(card.amount, card.currency), locale)
    return " · ".join(part for part in (card.order_no, card.title or card.text or card.destination, amount) if part)
