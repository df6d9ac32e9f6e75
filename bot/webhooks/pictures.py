"""/pictures/{slug}/{attachment}: a picture that the desk sent, for front ends that show it by an address of ours."""

import structlog
from aiohttp import web

from bot.api.errors import Problem, not_found
from bot.evidence import Evidence
from bot.evidence_serving import send_evidence
from bot.media_kinds import is_video
from bot.merchants import MerchantCache
from bot.picture_links import PictureLinks
from storage.attachment_files import FileAbsent, FilesUnavailable
from storage.attachment_store import find_attachment

_LINKS = web.AppKey("picture_links", PictureLinks)
_EVIDENCE = web.AppKey("picture_evidence", Evidence)
_MERCHANTS = web.AppKey("picture_merchants", MerchantCache)
_log = structlog.get_logger()


def add_pictures(app: web.Application, links: PictureLinks, evidence: Evidence, merchants: MerchantCache) -> None:
    """The route, for addresses that links made."""
    app[_LINKS], app[_EVIDENCE], app[_MERCHANTS] = links, evidence, merchants
    app.router.add_get("/pictures/{slug}/{attachment}", picture)


async def picture(request: web.Request) -> web.StreamResponse:
    """The picture; 404 for an address that nobody signed, or whose time has passed."""
    place, query = request.match_info, request.query
    slug, attachment = place["slug"], place["attachment"]
    signed = {"until": query.get("until", ""), "sign": query.get("sign", "")}
    if not request.app[_LINKS].is_ours(slug, attachment, **signed):
        raise not_found("picture")
    evidence = request.app[_EVIDENCE]
    try:
        merchant_id = (await request.app[_MERCHANTS].by_slug(slug)).merchant_id
        found = await find_attachment(evidence.db, merchant_id, attachment)
        if found is None or is_video(found.media_type):
            raise not_found("picture")
        return await send_evidence(request, evidence.files, found, disposition="inline")
    except (KeyError, FileAbsent):
        raise not_found("picture") from None
    except FilesUnavailable as error:
        _log.warning("picture.files_unavailable", reason=str(error))
        raise Problem(503, "files-unavailable", "Files cannot be reached now.", headers={"Retry-After": "5"}) from None
