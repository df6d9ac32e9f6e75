"""The queue: who waits, what waits for a decision, and who has what."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.pages import staff_page
from bot.console.report_view import code_words
from bot.console.sessions import VISIT
from bot.console.why_view import why_words
from dialogs.messages import Locale
from dialogs.texts.money import format_money
from refund_core.money import Money
from storage.desk_store import QueueItem, read_queue


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue item as the page shows it."""

    item: QueueItem
    url: str
    amount: str | None
    is_overdue: bool


async def show_queue(request: web.Request) -> web.Response:
    """The whole page."""
    return await staff_page(request, "queue.html", here="queue", **await _groups(request))


async def show_queue_part(request: web.Request) -> web.Response:
    """The list alone, refetched at each wake-up."""
    return await staff_page(request, "_queue.html", **await _groups(request))


async def _groups(request: web.Request) -> dict[str, object]:
    visit = request[VISIT]
    me = str(visit.session.staff_id)
    console = request.app[CONSOLE]
    now = console.clock.now()
    lines = [
        QueueLine(item, _url(item), _amount(item, visit.locale), item.due_at is not None and item.due_at < now)
        for item in await read_queue(console.db, visit.session.merchant_id)
    ]
    return {
        "code": partial(code_words, visit.locale),
        "why": partial(why_words, visit.locale),
        "waiting": [line for line in lines if line.item.holder == "queue"],
        "mine": [line for line in lines if line.item.holder == me],
        "reviews": [line for line in lines if line.item.conversation_id is None],
        "others": [line for line in lines if line.item.holder not in {"queue", "bot", me}],
    }


def _url(item: QueueItem) -> str:
    return f"/desk/cases/{item.case_no}" if item.case_no else f"/desk/conversations/{item.conversation_id}"


def _amount(item: QueueItem, locale: Locale) -> str | None:
    if item.amount_minor is None or item.currency is None:
        return None
    return format_money(Money(item.amount_minor, item.currency), locale)
