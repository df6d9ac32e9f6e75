"""Reports in the merchants' API."""

from aiohttp import web

from bot.api.errors import invalid
from bot.api.http import answer
from bot.api.paging import limit_of
from bot.api.services import SERVICES
from bot.insight import talk_report
from bot.merchants import KnownMerchant

DAYS = 30
DAYS_MAX = 366


async def get_talks(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /reports/talks[?days=&limit=]: how the talks of the last days ended; the sums are over all of them."""
    services = request.app[SERVICES]
    days, shown_max = _days(request), limit_of(request, services)
    now = services.clock.now()
    return answer(await talk_report(services.db, merchant.merchant_id, days=days, now=now, shown_max=shown_max))


def _days(request: web.Request) -> int:
    text = request.query.get("days")
    if text is None:
        return DAYS
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= DAYS_MAX):
        raise invalid("days", "out_of_range", f"Expected a whole number from 1 to {DAYS_MAX}.", limit=DAYS_MAX)
    return int(text)
