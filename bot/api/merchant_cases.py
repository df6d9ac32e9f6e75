"""Cases in the merchants' API: listed and read."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from bot.api.case_view import CaseView, view_case
from bot.api.errors import invalid
from bot.api.http import answer
from bot.api.merchant_auth import absent
from bot.api.paging import cursor_of, limit_of
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from refund_core.cases import CaseState, RefundCase
from storage.case_reads import CaseFilter, CursorInvalid, list_cases, load_case


class CasePageView(msgspec.Struct, frozen=True):
    """A page of cases, newest first."""

    items: Sequence[CaseView]
    next_cursor: str | None


async def get_cases(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /cases[?order_no=&customer=&state=]; state may be given several times."""
    services = request.app[SERVICES]
    query = request.query
    wanted = CaseFilter(query.get("order_no"), query.get("customer"), _states(query.getall("state", [])))
    limit = limit_of(request, services)
    try:
        page = await list_cases(services.db, merchant.merchant_id, wanted, limit=limit, cursor=cursor_of(request))
    except CursorInvalid:
        raise invalid("cursor", "unknown", "It is not a cursor that a page has given.") from None
    return answer(CasePageView([view_case(case) for case in page.cases], page.next_cursor))


async def get_case(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /cases/CASE_NO."""
    return answer(view_case(await case_of(request, merchant)))


async def case_of(request: web.Request, merchant: KnownMerchant) -> RefundCase:
    """The case in the address. Raises Problem 404."""
    case_no = request.match_info["case_no"]
    case = await load_case(request.app[SERVICES].db, merchant.merchant_id, case_no)
    if case is None:
        raise await absent(request, merchant, "case", case_no)
    return case


def _states(names: Sequence[str]) -> tuple[str, ...]:
    known = tuple(CaseState)
    if wrong := [name for name in names if name not in known]:
        raise invalid("state", "unknown", f"{wrong[0]!r} is not one of {', '.join(known)}.")
    return tuple(names)
