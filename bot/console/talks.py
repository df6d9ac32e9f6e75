"""The page on talks: how they ended in the last days, for whom the shop's figures are a matter."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import note
from bot.console.pages import staff_page
from bot.console.report_view import code_words
from bot.console.sessions import VISIT
from bot.insight import OPEN, OutcomeView, TalkReport, talk_report
from refund_core.authority import MAY_SEE_REPORTS, Role

DAYS = (7, 30, 90)
_DAYS_FIRST = 30
_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """The talks that ended in one way, and their share of all that are over; those that may go on have none."""

    view: OutcomeView
    percent: int | None


async def show_talks(request: web.Request) -> web.Response:
    """GET /desk/talks[?days=]: sums, reasons and the newest talks; an agent is told for whom it is."""
    console, session = request.app[CONSOLE], request[VISIT].session
    if Role(session.role) not in MAY_SEE_REPORTS:
        await note(request, "not_for_role", action="talks", role=session.role)
        return await staff_page(request, "error.html", 403, key="talks.not_for_role")
    days = next((days for days in DAYS if request.query.get("days") == str(days)), _DAYS_FIRST)
    report = await talk_report(
        console.db, session.merchant_id, days=days, now=console.clock.now(), shown_max=_SHOWN_MAX
    )
    return await staff_page(
        request, "talks.html", here="talks", report=report, outcomes=_rows(report), periods=DAYS,
        code=partial(code_words, request[VISIT].locale),
    )  # fmt: skip


def _rows(report: TalkReport) -> list[OutcomeRow]:
    over = sum(view.talks for view in report.outcomes if view.outcome != OPEN)
    return [
        OutcomeRow(view, None if view.outcome == OPEN else round(100 * view.talks / over)) for view in report.outcomes
    ]
