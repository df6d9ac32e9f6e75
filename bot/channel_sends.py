"""Sending replies on platforms: each call counted before it is made, none over a platform's quota, none said twice.

A text whose sending is unclear is sent once more; after that, and where a platform takes it no more, a person at the
desk sees it. What is no outcome waits until the consumer writes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from bot.channel_accounts import OpenAccount, UnknownAccount
from bot.channel_notices import tell_by_sms
from bot.channel_slots import close_windows, give_slot_back, take_slot
from bot.spoken import spoken
from bot.work import WorkParts
from channels.abilities import Notices
from channels.channel import BadSetting, Payload, Spoken, Unreachable, WindowClosed
from dialogs.messages import Locale
from refund_core.sending import SendLater, SendRefused
from storage import outbox
from storage.app_store import app_facts, note_used
from storage.identity_store import Identity, identity_of, note_leaving
from storage.notice_store import listener_of
from storage.send_store import SendNote, note_of, put_off, replies_between, take_in, write_note
from storage.transaction import transact

_UNCLEAR_MAX = 2
_KEPT_FOR_OUTCOME = 1
_UNTIL_THEY_WRITE = timedelta(days=30)


class NotSendable(Exception):
    """It cannot be sent, and trying again would not help; the desk shows it with this reason."""


class _Closed(Exception):
    """The platform takes nothing to this person until they write again; note says what was sent until now."""

    def __init__(self, note: SendNote) -> None:
        super().__init__()
        self.note = note


async def send(parts: WorkParts, row: outbox.Claimed) -> None:
    """Send one row's replies, with all that waits behind it.

    Raises NotSendable, LeaseLost, and SendLater and AnswerUnknown for another try.
    """
    note, now = note_of(row), parts.clock.now()
    identity, account = await _target(parts, row, UUID(note.conversation_id))
    if not (note.sent or note.unclear):
        first = note
        note = await transact(parts.db, lambda tx: take_in(tx, row, first, now=now), name="send")
    sender = _Sender(parts, row, identity, account)
    try:
        await sender.send_all(note)
    except _Closed as closed:
        if not closed.note.is_outcome:
            until, waiting = now + _UNTIL_THEY_WRITE, closed.note
            await transact(parts.db, lambda tx: put_off(tx, row, waiting, at=until, now=now), name="send")
            return
        if not await sender.send_notice(closed.note):
            await sender.give_up_chat(closed.note)
            return
    await outbox.done(parts.db, row, now=parts.clock.now())


async def _target(parts: WorkParts, row: outbox.Claimed, conversation_id: UUID) -> tuple[Identity, OpenAccount]:
    identity = await identity_of(parts.db, row.merchant_id, conversation_id)
    if identity is None or parts.channels is None:
        raise NotSendable("nobody listens on a platform")
    try:
        return identity, await parts.channels.of_id(row.merchant_id, identity.account_id)
    except (UnknownAccount, BadSetting) as error:
        raise NotSendable(f"the account cannot be used: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class _Sender:
    """One row's way to one person."""

    parts: WorkParts
    row: outbox.Claimed
    identity: Identity
    account: OpenAccount

    async def send_all(self, note: SendNote) -> None:
        """Make every call that is not made yet. Raises _Closed, and what send raises but LeaseLost."""
        payloads = await self._payloads(note)
        while note.sent < len(payloads):
            if note.unclear >= _UNCLEAR_MAX:
                raise NotSendable(f"nobody knows whether message {note.sent + 1} of {len(payloads)} was sent")
            slot = await self._slot(note)
            note = replace(note, unclear=note.unclear + 1)
            await write_note(self.parts.db, self.row, note)
            try:
                await self._call(note, payloads[note.sent], slot)
                note = replace(note, sent=note.sent + 1, unclear=0)
            except SendRefused as refused:
                if not note.edits or note.sent:
                    raise NotSendable(f"refused: {refused.code}") from refused
                note = replace(note, edits="", unclear=0)  # our message is gone or too old to change: say it anew
                payloads = await self._payloads(note)
            await write_note(self.parts.db, self.row, note)

    async def send_notice(self, note: SendNote) -> bool:
        """Send where the case stands by what the platform takes outside its windows; False where it takes nothing.

        Raises NotSendable, LeaseLost, SendLater and AnswerUnknown.
        """
        channel = self.account.channel
        if self.identity.has_left or not isinstance(channel, Notices):
            return False
        said, locale = await self._said(note)
        payload = channel.notice(said, locale)
        if payload is None:
            return False
        template = str(payload.body.get("template_id"))
        if template in (await app_facts(self.parts.db, self.identity)).refused_templates:
            return False
        note = replace(note, unclear=note.unclear + 1)
        await write_note(self.parts.db, self.row, note)
        try:
            await self._call(note, payload, None)
        except (SendRefused, _Closed):
            return False
        await note_used(self.parts.db, self.identity, template)
        return True

    async def give_up_chat(self, note: SendNote) -> None:
        """Say it by SMS and finish the row; what is about no case is read in the app by who chats there.

        Raises NotSendable where it is neither, and LeaseLost.
        """
        said, locale = await self._said(note)
        if await tell_by_sms(self.parts, self.row, said, locale):
            return
        if not (await app_facts(self.parts.db, self.identity)).is_reader:
            raise NotSendable("the platform takes no message to this person now")
        await outbox.done(self.parts.db, self.row, now=self.parts.clock.now())

    async def _payloads(self, note: SendNote) -> Sequence[Payload]:
        said, locale = await self._said(note)
        return self.account.channel.render(said, locale, edits=note.edits or None) if said else ()

    async def _said(self, note: SendNote) -> tuple[Sequence[Spoken], Locale]:
        merchant_id, conversation_id = self.row.merchant_id, UUID(note.conversation_id)
        listener = await listener_of(self.parts.db, merchant_id, conversation_id)
        if listener is None:
            raise NotSendable("the conversation is gone")
        replies = await replies_between(self.parts.db, merchant_id, conversation_id, after=note.after, to=note.to)
        return [spoken(reply.body, reply.seq) for reply in replies], listener.locale

    async def _slot(self, note: SendNote) -> str | None:
        if self.identity.has_left:
            raise _Closed(note)
        limits = self.account.channel.capabilities.windows
        if not limits:
            return None
        keep, now = 0 if note.is_outcome else _KEPT_FOR_OUTCOME, self.parts.clock.now()
        slot = await take_slot(self.parts.db, self.identity, limits, keep=keep, now=now)
        if slot is None:
            raise _Closed(note)
        return slot

    async def _call(self, note: SendNote, payload: Payload, slot: str | None) -> None:
        try:
            await self.account.channel.send(self.identity.user, payload, key=f"{self.row.row_id}-{note.sent}")
        except SendLater:
            await self._not_sent(note)
            if slot is not None:
                await give_slot_back(self.parts.db, self.identity, slot)
            raise
        except WindowClosed:
            await self._not_sent(note)
            await close_windows(self.parts.db, self.identity)
            raise _Closed(replace(note, unclear=note.unclear - 1)) from None
        except Unreachable:
            await self._not_sent(note)
            await note_leaving(self.parts.db, self.identity, now=self.parts.clock.now())
            raise _Closed(replace(note, unclear=note.unclear - 1)) from None

    async def _not_sent(self, note: SendNote) -> None:
        await write_note(self.parts.db, self.row, replace(note, unclear=note.unclear - 1))
