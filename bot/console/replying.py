"""What a person writes to a customer from the desk, with a picture if they chose one.

It is only appended while that person holds the conversation: a condition on the locked row, so no race lets the
assistant speak at the same time.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

import structlog
from aiohttp import web

from bot.console.conversations import hold_of
from bot.console.deps import CONSOLE
from bot.console.pages import refusal
from bot.console.sessions import VISIT
from bot.evidence import Owner, check_room, keep_evidence
from bot.pictures import EvidenceRefused
from bot.uploads import UploadForm, UploadUnreadable, read_form
from dialogs.messages import Reply
from storage.attachment_files import FilesUnavailable
from storage.desk_store import Hold
from storage.message_store import NotAppended, append_messages
from storage.transaction import Transaction, transact

REPLY_LENGTH_MAX = 4_000
_FIELD_BYTES_MAX = 6 * REPLY_LENGTH_MAX
_REFUSED: Mapping[str, str] = MappingProxyType(
    {"too_large": "say.picture_large", "too_many_pixels": "say.picture_large", "too_many": "say.pictures_many"}
)
_log = structlog.get_logger()


async def reply(request: web.Request) -> web.Response:
    """Say something to the customer; refused unless I hold the conversation at the moment of saying it."""
    visit = request[VISIT]
    try:
        form = await _form(request)
    except UploadUnreadable:
        return refusal(request, 400, "say.unreadable")
    text = form.texts.get("text", "").strip().replace("\x00", "")
    if not text and form.part is None:
        return refusal(request, 422, "say.empty")
    if len(text) > REPLY_LENGTH_MAX:
        return refusal(request, 422, "say.too_long")
    hold = await hold_of(request)
    if hold.holder != str(visit.session.staff_id):
        return refusal(request, 409, "hold.not_yours")
    try:
        attachments = () if form.part is None else (await _kept(request, hold, form),)
    except EvidenceRefused as refused:
        return refusal(request, 422, _REFUSED.get(refused.code, "say.no_picture"))
    except (FilesUnavailable, TimeoutError, UploadUnreadable) as error:
        _log.warning("desk.picture_not_kept", reason=str(error))
        return refusal(request, 503, "say.picture_later")
    return await _said(request, hold, Reply(text, sender="agent", agent=visit.session.name, attachments=attachments))


async def _form(request: web.Request) -> UploadForm:
    if request.content_type == "multipart/form-data":
        return await read_form(request, text_bytes_max=_FIELD_BYTES_MAX)
    return UploadForm({name: str(value) for name, value in (await request.post()).items()})


async def _kept(request: web.Request, hold: Hold, form: UploadForm) -> str:
    evidence, owner = (
        request.app[CONSOLE].evidence,
        Owner(request[VISIT].session.merchant_id, hold.conversation_id),
    )
    async with asyncio.timeout(evidence.settings.upload_seconds_max):
        await check_room(evidence, owner)
        return (await keep_evidence(evidence, owner, form.pieces(), is_picture=True)).attachment


async def _said(request: web.Request, hold: Hold, said: Reply) -> web.Response:
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    place, now, epoch = (merchant_id, hold.conversation_id), console.clock.now(), hold.epoch

    async def work(tx: Transaction) -> None:
        await append_messages(tx, *place, [said], now=now, expected_epoch=epoch)

    try:
        await transact(console.db, work, name="desk reply")
    except NotAppended:
        return refusal(request, 409, "hold.changed")
    await console.live.wake(merchant_id, [hold.conversation_id])
    return web.Response(status=204)
