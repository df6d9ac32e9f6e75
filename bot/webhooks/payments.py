"""POST /webhooks/{slug}/payments/{method}: a gateway's notice about a refund, believed only as far as it is signed."""

from collections.abc import Mapping

import structlog
from aiohttp import web

from bot.api.errors import Problem
from bot.api.http import read_body
from bot.merchants import UnknownMerchant
from bot.settlement import UnknownRefund, answer_of, settle
from bot.work import WorkParts
from connectors.payments.gateway import NoticeUnreadable, SignatureRejected

NOTICE_BYTES_MAX = 65_536
WORK = web.AppKey("work", WorkParts)
_log = structlog.get_logger()


def add_payment_notices(app: web.Application, parts: WorkParts) -> None:
    """The route, over the parts of the background work."""
    app[WORK] = parts
    app.router.add_post("/webhooks/{slug}/payments/{method}", payment_notice)


async def payment_notice(request: web.Request) -> web.Response:
    """Answer 204 once the notice is in the books, or says nothing new; 401 unless this merchant's gateway signed it."""
    place = request.match_info
    raw = await read_body(request, NOTICE_BYTES_MAX)
    try:
        await take_notice(request.app[WORK], place["slug"], place["method"], request.headers, raw)
    except SignatureRejected:
        _log.warning("notice.rejected", method=place["method"])
        raise Problem(401, "signature", "The notice is not signed for this merchant and this moment.") from None
    except NoticeUnreadable:
        raise Problem(400, "notice", "The notice cannot be read.") from None
    except (UnknownMerchant, UnknownRefund):
        raise Problem(404, "no-refund", "There is no such refund here.") from None
    return web.Response(status=204)


async def take_notice(parts: WorkParts, slug: str, method: str, headers: Mapping[str, str], raw: bytes) -> None:
    """Verify a notice and take it into its case.

    Raises UnknownMerchant (also for a method without a gateway), SignatureRejected, NoticeUnreadable and UnknownRefund.
    """
    merchant = await parts.merchants.by_slug(slug)
    gateway = parts.gateways.of(merchant.slug, method)
    if gateway is None:
        raise UnknownMerchant(slug)
    heard = gateway.verify_notice(headers, raw, now=parts.clock.now())
    await settle(parts, merchant.merchant_id, answer_of(heard))
