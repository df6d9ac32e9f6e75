"""Notices that a mini-program's user allows: WeChat asks them on a tap, and each yes is one message."""

import msgspec
from aiohttp import web

from bot.api.chat_session import session_of
from bot.api.errors import conflict, invalid
from bot.api.http import answer, decoded, read_body
from bot.api.services import SERVICES, Services
from bot.channel_accounts import UnknownAccount
from channels.abilities import LogsIn
from channels.channel import BadSetting
from channels.support_chat.web.signature import Session
from storage.app_store import note_answers
from storage.identity_store import identity_of


class NoticeAnswers(msgspec.Struct, frozen=True):
    """What wx.requestSubscribeMessage answered by template: `accept`, or another word for no."""

    answers: dict[str, str]


class NoticesKept(msgspec.Struct, frozen=True):
    """The templates of which one more message may be sent now."""

    allowed: tuple[str, ...]


async def keep_answers(request: web.Request) -> web.Response:
    """POST …/notices: what the person said when WeChat asked them."""
    services = request.app[SERVICES]
    session = session_of(request, services)
    told = decoded(await read_body(request, services.settings.chat.body_bytes_max), NoticeAnswers)
    asked = await _asked_templates(services, session)
    if unknown := [template for template in told.answers if template not in asked]:
        raise invalid("answers", "unknown", f"{len(unknown)} of the templates are not of this mini-program.")
    said = {template: word == "accept" for template, word in told.answers.items()}
    await note_answers(services.db, session.merchant_id, session.conversation_id, said)
    return answer(NoticesKept(tuple(template for template, is_yes in said.items() if is_yes)))


async def _asked_templates(services: Services, session: Session) -> tuple[str, ...]:
    """Those of the account that the session was opened in. Raises Problem 409 for a session of another kind."""
    identity = await identity_of(services.db, session.merchant_id, session.conversation_id)
    if identity is None:
        raise conflict("no-mini-program", "This session was not opened in a mini-program.")
    try:
        account = await services.channels.of_id(identity.merchant_id, identity.account_id)
    except (UnknownAccount, BadSetting):
        return ()
    return account.channel.asked_templates if isinstance(account.channel, LogsIn) else ()
