"""Sending replies on platforms: each call counted before it is made, none over a platform's quota, none said twice.

A text whose sending is unclear is sent once more; after that, and where a platform takes it no more, a person at the
desk sees it. What is no outcome waits until the consumer writes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from bot.channel_accounts import OpenAccount, UnknownAccount
from bot.channel_notices import has_words, tell_by_sms
from bot.channel_slots import NextCall, TooFast, close_windows, counted, give_slot_back
from bot.giving_up import GivenUp, Why
from bot.spoken import spoken
from bot.work import WorkParts
from channels.abilities import Notices
from channels.channel import BadSetting, Payload, Spoken, Unreachable, WindowClosed
from dialogs.messages import Locale
from refund_core.sending import SendLater, SendRefused
from storage import outbox
from storage.app_store import app_facts, note_used
from storage.identity_store import Identity, note_leaving, read_windows
from storage.send_batches import Count, Ready, SendBatches, Sent
from storage.send_store import Closed, SendNote, note_end, note_of, put_off, write_note
from storage.transaction import transact

_UNCLEAR_MAX = 2
_KEPT_FOR_OUTCOME = 1
_LOOKS_MAX = 5
_BUSY_SECONDS = 1.0
_COUNTED_SECONDS_MAX = 5.0
_UNTIL_THEY_WRITE = timedelta(days=30)


class _ClosedNow(Exception):
    """The platform takes nothing to this person until they write again; note says what was sent until now."""

    def __init__(self, note: SendNote, closed: Closed) -> None:
        super().__init__()
        self.note = note
        self.closed = closed


class _NextSecond(Exception):
    """Enough was sent to this person for now; note says what was sent until now."""

    def __init__(self, note: SendNote) -> None:
        super().__init__()
        self.note = note


async def send(batches: SendBatches, parts: WorkParts, row: outbox.Claimed) -> None:
    """Send one row's replies, with all that waits behind it.

    Raises GivenUp, LeaseLost, and SendLater and AnswerUnknown for another try.
    """
    now = parts.clock.now()
    ready = await batches.ready(row, note_of(row), now=now)
    sender = await _sender(batches, parts, row, ready)
    try:
        note = await sender.send_all(ready.note)
    except _NextSecond as stopped:
        await _put_off_a_second(parts, row, stopped.note, sender.counted_person)
        return
    except _ClosedNow as stopped:
        note = stopped.note
        if not note.is_outcome:
            until, closed = now + _UNTIL_THEY_WRITE, stopped.closed
            await transact(parts.db, lambda tx: put_off(tx, row, note, closed, at=until, now=now), name="send")
            return
        if not await sender.send_notice(note):
            await sender.give_up_chat(note)
            return
        if has_words(sender.said) and not await sender.is_reader():
            await write_note(parts.db, row, note)
            raise GivenUp(Why.WORDS_UNSAID) from None
    person = None if note.unclear else sender.counted_person
    await batches.settle(Sent(row, note, parts.clock.now(), person))


async def _put_off_a_second(parts: WorkParts, row: outbox.Claimed, note: SendNote, person: UUID | None) -> None:
    now = parts.clock.now()
    await write_note(parts.db, row, note)
    if person is not None and not note.unclear:
        await note_end(parts.db, row, person, now=now)
    at = now.replace(microsecond=0) + timedelta(seconds=1)
    await outbox.later(parts.db, row, at=at, error="next second", is_counted=False)


async def _sender(batches: SendBatches, parts: WorkParts, row: outbox.Claimed, ready: Ready) -> "_Sender":
    if ready.identity is None or parts.channels is None:
        raise GivenUp(Why.NO_LISTENER)
    if ready.locale is None:
        raise GivenUp(Why.NO_CONVERSATION)
    try:
        account = await parts.channels.of_id(row.merchant_id, ready.identity.account_id)
    except (UnknownAccount, BadSetting) as error:
        raise GivenUp(Why.ACCOUNT_UNUSABLE, str(error)) from error
    said = [spoken(reply.body, reply.seq) for reply in ready.replies]
    return _Sender(batches, parts, row, account, ready.identity, said, ready.locale, ready.windows)


@dataclass(slots=True, eq=False)
class _Sender:
    """One row's way to one person; windows are theirs as last seen."""

    batches: SendBatches
    parts: WorkParts
    row: outbox.Claimed
    account: OpenAccount
    identity: Identity
    said: Sequence[Spoken]
    locale: Locale
    windows: bytes

    async def send_all(self, note: SendNote) -> SendNote:
        """Make every call that is not made yet; the note after them. Raises _ClosedNow, and what send raises."""
        payloads = self._payloads(note)
        while note.sent < len(payloads):
            if note.unclear >= _UNCLEAR_MAX:
                raise GivenUp(Why.PART_UNKNOWN, f"{note.sent + 1}/{len(payloads)}")
            payload = await self._with_picture(payloads[note.sent])
            note = await self._counted(note)
            try:
                await self._call(note, payload)
                note = replace(note, sent=note.sent + 1, unclear=0)
            except SendRefused as refused:
                if not note.edits or note.sent:
                    raise GivenUp(Why.REFUSED, refused.code) from refused
                note = replace(note, edits="", unclear=0)  # our message is gone or too old to change: say it anew
                payloads = self._payloads(note)
        return note

    async def _with_picture(self, payload: Payload) -> Payload:
        """Before the call is counted: a picture is read, made to fit and given to the platform."""
        if self.parts.pictures is None:
            return payload
        try:
            return await self.parts.pictures.ready(self.account.channel, self.row.merchant_id, payload)
        except SendRefused as refused:
            raise GivenUp(Why.PICTURE_REFUSED, refused.code) from refused

    async def send_notice(self, note: SendNote) -> bool:
        """Send where the case stands by what the platform takes outside its windows; False where it takes nothing.

        Raises GivenUp, LeaseLost, SendLater and AnswerUnknown.
        """
        channel = self.account.channel
        if self.identity.has_left or not isinstance(channel, Notices):
            return False
        payload = channel.notice(self.said, self.locale)
        if payload is None:
            return False
        template = str(payload.body.get("template_id"))
        if template in (await app_facts(self.parts.db, self.identity)).refused_templates:
            return False
        note = replace(note, unclear=note.unclear + 1)
        await write_note(self.parts.db, self.row, note)
        try:
            await self._call(note, payload, is_counted=False)
        except (SendRefused, _ClosedNow):
            return False
        await note_used(self.parts.db, self.identity, template)
        return True

    async def give_up_chat(self, note: SendNote) -> None:
        """Say it by SMS and finish the row; what is about no case is read in the app by who chats there.

        Raises GivenUp where it is neither, and LeaseLost.
        """
        is_reader = await self.is_reader()
        heard = [one for one in self.said if one.reply.sender != "agent"] if is_reader else self.said
        if await tell_by_sms(self.parts, self.row, heard, self.locale):
            return
        if not is_reader:
            await write_note(self.parts.db, self.row, note)
            raise GivenUp(Why.NOT_TAKEN)
        await outbox.done(self.parts.db, self.row, now=self.parts.clock.now())

    async def is_reader(self) -> bool:
        """True where they were last seen in the chat inside the mini-program, and read there what is said."""
        return (await app_facts(self.parts.db, self.identity)).is_reader

    def _payloads(self, note: SendNote) -> Sequence[Payload]:
        return self.account.channel.render(self.said, self.locale, edits=note.edits or None) if self.said else ()

    @property
    def counted_person(self) -> UUID | None:
        """Whose reply windows the calls count in; None where the platform counts nothing."""
        return self.identity.identity_id if self.account.channel.capabilities.windows else None

    async def _counted(self, note: SendNote) -> SendNote:
        """Write down that the next call is made, in one with what it takes of the person's windows; the note then.

        Raises _ClosedNow, _NextSecond, SendLater and LeaseLost.
        """
        begun, person = replace(note, unclear=note.unclear + 1), self.counted_person
        if self.identity.has_left:
            raise self._closed(note)
        if person is None:
            await self.batches.count(Count(self.row, begun))
            return begun
        for _ in range(_LOOKS_MAX):
            now = self.parts.clock.now()
            after = self._with_next(note, now)
            if await self.batches.count(Count(self.row, begun, person, self.windows, after)):
                self.windows = after
                await self._be_in_time(begun, now)
                return begun
            self.windows = await read_windows(self.parts.db, self.identity)
        await write_note(self.parts.db, self.row, note)
        raise SendLater(_BUSY_SECONDS, "WINDOWS_CHANGE")

    def _with_next(self, note: SendNote, now: datetime) -> bytes:
        keep = 0 if note.is_outcome else _KEPT_FOR_OUTCOME
        call = NextCall(self.row.row_id, keep, bool(note.unclear), now)
        try:
            after = counted(self.windows, self.account.channel.capabilities, call)
        except TooFast:
            raise _NextSecond(note) from None
        if after is None:
            raise self._closed(note)
        return after

    async def _be_in_time(self, note: SendNote, counted_at: datetime) -> None:
        """What took long to be counted may find its window closed; it is looked at again. Raises SendLater."""
        if (self.parts.clock.now() - counted_at).total_seconds() > _COUNTED_SECONDS_MAX:
            await self._take_back(note, is_counted=True)
            raise SendLater(_BUSY_SECONDS, "COUNTED_LATE")

    async def _call(self, note: SendNote, payload: Payload, *, is_counted: bool = True) -> None:
        try:
            await self.account.channel.send(self.identity.user, payload, key=f"{self.row.row_id}-{note.sent}")
        except SendLater:
            await self._take_back(note, is_counted=is_counted)
            raise
        except WindowClosed:
            await self._not_sent(note)
            self.windows = await close_windows(self.parts.db, self.identity)
            raise self._closed(replace(note, unclear=note.unclear - 1)) from None
        except Unreachable:
            await self._not_sent(note)
            await note_leaving(self.parts.db, self.identity, now=self.parts.clock.now())
            raise self._closed(replace(note, unclear=note.unclear - 1), has_left=True) from None

    async def _take_back(self, note: SendNote, *, is_counted: bool) -> None:
        await self._not_sent(note)
        if is_counted and self.counted_person is not None:
            await give_slot_back(self.parts.db, self.identity, self.row.row_id)

    def _closed(self, note: SendNote, *, has_left: bool = False) -> _ClosedNow:
        return _ClosedNow(note, Closed(self.identity.identity_id, has_left or self.identity.has_left, self.windows))

    async def _not_sent(self, note: SendNote) -> None:
        await write_note(self.parts.db, self.row, replace(note, unclear=note.unclear - 1))
