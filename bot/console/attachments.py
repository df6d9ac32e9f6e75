"""Evidence at the desk: pictures are shown, anything else is a download; nothing of it can run."""

import mimetypes

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import absent
from bot.console.sessions import VISIT
from storage.attachment_store import find_attachment

_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})


async def send_attachment(request: web.Request) -> web.StreamResponse:
    """A picture or video of this shop's customers; another shop's, or none, is a 404."""
    console = request.app[CONSOLE]
    public_id = request.match_info["attachment"]
    found = await find_attachment(console.db, request[VISIT].session.merchant_id, public_id)
    if found is None:
        raise await absent(request, "attachment", public_id)
    kind = "inline" if found.media_type in _SHOWN else "attachment"
    headers = {
        "Content-Type": found.media_type,
        "Content-Disposition": f'{kind}; filename="evidence{mimetypes.guess_extension(found.media_type) or ""}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
    return web.FileResponse(console.attachments_folder / found.path, headers=headers)
