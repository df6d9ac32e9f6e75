"""Evidence at the desk: pictures are shown, videos are played in the page; nothing of it can run."""

from collections.abc import Sequence

import structlog
from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import absent
from bot.console.sessions import VISIT
from bot.evidence_serving import Disposition, send_evidence
from bot.media_kinds import is_video
from storage.attachment_files import FileAbsent, FilesUnavailable
from storage.attachment_store import find_attachment, media_types

_log = structlog.get_logger()


async def videos_among(request: web.Request, public_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that are videos of this shop's customers."""
    kinds = await media_types(request.app[CONSOLE].db, request[VISIT].session.merchant_id, public_ids)
    return frozenset(public_id for public_id, kind in kinds.items() if is_video(kind))


async def send_attachment(request: web.Request) -> web.StreamResponse:
    """A picture or video of this shop's customers; another shop's, or none, is a 404."""
    console = request.app[CONSOLE]
    public_id = request.match_info["attachment"]
    found = await find_attachment(console.db, request[VISIT].session.merchant_id, public_id)
    if found is None:
        raise await absent(request, "attachment", public_id)
    disposition: Disposition = "attachment" if is_video(found.media_type) else "inline"
    try:
        return await send_evidence(request, console.evidence.files, found, disposition=disposition)
    except FileAbsent:
        _log.error("evidence.file_is_gone", path=found.path)
        raise web.HTTPNotFound from None
    except FilesUnavailable as error:
        _log.warning("evidence.files_unavailable", reason=str(error))
        raise web.HTTPServiceUnavailable from None
