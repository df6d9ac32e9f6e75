"""Pictures and videos that still lie with a platform: fetched after their message was stored, checked and kept.

Any number of processes may do it: each is one row of the outbox, and what is kept is kept once. When everything that
came with a message is there, or will not be, the message has its turn.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from uuid import UUID

import msgspec
import structlog

from bot.channel_accounts import OpenAccount, UnknownAccount
from bot.effects import EffectQueue
from bot.evidence import Evidence, Owner, check_room, keep_awaited_evidence
from bot.giving_up import GivenUp, Why
from bot.lanes import Resumed, Sending
from bot.pictures import EvidenceRefused
from bot.turn_errors import Conflict, NoSuchConversation, NotTaken, OutcomeNotKnown
from bot.turns import TurnLoop
from bot.work import WorkParts
from channels.channel import Media, MediaKind
from dialogs.messages import InboundMessage, Locale
from refund_core.sending import SendLater, SendRefused
from storage import outbox
from storage.awaited_media import FETCH, Awaited, AwaitingMessage, Hints, MediaFailure, give_up, read_awaiting
from storage.likeness_store import note_matches

_AGAIN_SECONDS = 1.0
_SHARE_OF_LEASE = 0.6
_KINDS: Mapping[str, MediaKind] = MappingProxyType({"picture": "picture", "video": "video"})
_LOCALES: Mapping[str, Locale] = MappingProxyType({"zh-CN": "zh-CN", "en": "en"})
_REFUSED: Mapping[str, MediaFailure] = MappingProxyType(
    {"too_large": "too_large", "too_many_pixels": "too_large", "too_many": "too_many", "wrong_type": "not_evidence"}
)
_log = structlog.get_logger()


class MediaWorker:
    """Fetches what messages came with, in every process that takes turns."""

    def __init__(self, parts: WorkParts, evidence: Evidence, turns: TurnLoop) -> None:
        self._parts = parts
        self._evidence = evidence
        self._turns = turns
        self._queue = EffectQueue(parts, {FETCH: self._do}, at_once=parts.limits.media_at_once)

    async def run(self) -> None:
        """Work until cancelled; what is under way then comes to its end."""
        await self._queue.run()

    async def drain(self) -> None:
        """Do everything that is due now; for tests."""
        await self._queue.drain()

    async def _do(self, parts: WorkParts, row: outbox.Claimed) -> None:
        """One picture or video to its end. Raises SendLater for another try, LeaseLost and GivenUp."""
        message = await read_awaiting(parts.db, row.merchant_id, row.row_id)
        if message is None:
            raise GivenUp(Why.NO_MESSAGE)
        mine = next(one for one in message.media if one.media_id == row.row_id)
        if mine.state == "pending":
            await self._settle(row, message, mine)
            message = await read_awaiting(parts.db, row.merchant_id, row.row_id) or message
        if any(one.media_id == row.row_id and one.state == "kept" for one in message.media):
            await note_matches(parts.db, row.merchant_id, row.row_id)
        if message.is_settled and not message.is_answered:
            await self._resume(row, message)
        await outbox.done(parts.db, row, now=parts.clock.now())

    async def _settle(self, row: outbox.Claimed, message: AwaitingMessage, mine: Awaited) -> None:
        """Fetch and keep it, or give it up with the reason."""
        try:
            async with asyncio.timeout(self._parts.limits.lease_seconds * _SHARE_OF_LEASE):
                await self._keep(row, message, mine)
                return
        except (EvidenceRefused, SendRefused, UnknownAccount) as refused:
            reason = _reason(refused)
        except Exception as error:  # whatever it is, a customer must not wait for ever
            if row.attempts < self._parts.limits.media_tries_max:
                raise
            _log.warning("media.given_up", media_id=str(row.row_id), error=repr(error))
            reason = "unreachable"
        _log.info("media.failed", kind=mine.kind, reason=reason)
        await give_up(self._parts.db, row.merchant_id, row.row_id, reason, now=self._parts.clock.now())

    async def _keep(self, row: outbox.Claimed, message: AwaitingMessage, mine: Awaited) -> None:
        await check_room(self._evidence, Owner(row.merchant_id, message.conversation_id))
        account, limits = await self._account(row.merchant_id, mine.account_id), self._evidence.settings
        kind = _KINDS[mine.kind]
        bytes_max = limits.image_bytes_max if kind == "picture" else limits.video_bytes_max
        fetched = await account.channel.fetch(Media(kind, mine.ref or ""), bytes_max=bytes_max)
        await keep_awaited_evidence(self._evidence, row.merchant_id, row.row_id, _pieces(fetched.raw))

    async def _account(self, merchant_id: UUID, account_id: UUID) -> OpenAccount:
        if self._parts.channels is None:
            raise SendLater(_AGAIN_SECONDS, "no channels")
        return await self._parts.channels.of_id(merchant_id, account_id)

    async def _resume(self, row: outbox.Claimed, message: AwaitingMessage) -> None:
        """The turn that waited, with what is there of it."""
        hints = msgspec.convert(row.payload, Hints)
        said = InboundMessage(
            message.client_id,
            message.at,
            message.text,
            message.action,
            tuple(one.attachment for one in message.media if one.attachment),
            hints.order_no or None,
            _LOCALES.get(hints.locale),
        )
        resumed = Resumed(message.seq, tuple(one.reason for one in message.media if one.reason))
        answer = self._turns.say(message.conversation_id, said, message.body_hash, Sending(), resumed=resumed)
        try:
            with suppress(Conflict):  # another process was faster, and the message was answered with something else
                await answer
        except NoSuchConversation as error:
            raise GivenUp(Why.NO_CONVERSATION) from error
        except (NotTaken, OutcomeNotKnown) as error:
            raise SendLater(_AGAIN_SECONDS, type(error).__name__) from error


def _reason(refused: Exception) -> MediaFailure:
    """Why a platform does not give it, or why it is no evidence."""
    code = str(refused.code) if isinstance(refused, EvidenceRefused | SendRefused) else ""
    return _REFUSED.get(code.lower(), "not_evidence" if isinstance(refused, EvidenceRefused) else "gone")


async def _pieces(raw: bytes) -> AsyncIterator[bytes]:
    yield raw
