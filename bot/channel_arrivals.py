"""What people do on platforms, brought into their conversations: who they are, what it means, and one turn for it."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import msgspec
import structlog

from bot.beside import Beside
from bot.channel_accounts import OpenAccount
from bot.channel_picks import Picks
from bot.clock import Clock
from bot.lanes import Answer, Sending
from bot.merchants import MerchantCache
from bot.spoken import spoken
from bot.turn_batch import BOT
from bot.turns import TurnLoop
from channels.abilities import HandsOver
from channels.channel import Arrival, Media, Payload
from channels.start_token import StartRefused, read_start
from dialogs.messages import InboundMessage
from refund_core.replacing import replace
from storage.arrival_store import Arriving, Deed, Meeting
from storage.awaited_media import Hints, MediaToSave, media_id
from storage.crypto import Vault
from storage.customer_store import find_by_phone
from storage.database import Database
from storage.gathered import Gathered
from storage.identity_store import Identity, NewIdentity, link_customer, note_leaving
from storage.message_store import action_at
from storage.notice_store import listener_of
from storage.reading import CanFetch
from storage.send_store import (
    Carried,
    SendNote,
    StoredReply,
    carry,
    carry_alone,
    replies_between,
    send_at_once,
    send_id,
)
from storage.transaction import Transaction, transact

# Longer than a webhook's answer may take, so that the outbox does not send what the answer carries.
_HOLD_MARGIN_SECONDS = 2.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """A message with its turn: the future holds its answer once that is committed, send_id is the row that sends it."""

    merchant_id: UUID
    conversation_id: UUID
    send_id: UUID
    answer: asyncio.Future[Answer]


class Arrivals:
    """Takes what comes in from platforms; keyed is a database whose connections are for statements that look by key."""

    def __init__(
        self,
        db: Database,
        keyed: Database,
        merchants: MerchantCache,
        turns: TurnLoop,
        clock: Clock,
        vault: Vault,
    ) -> None:
        self.db = db
        self.merchants = merchants
        self.turns = turns
        self.clock = clock
        self.vault = vault
        self._meeting = Meeting(db, keyed)
        self._carry = Gathered(partial(_carry_all, keyed, clock), key=lambda carried: carried.row_id)
        self._beside = Beside()
        self._picks = Picks(db, self._beside)

    async def take(self, account: OpenAccount, arrival: Arrival) -> Taken | None:
        """Give the arrival its turn; None for what needs none.

        What came with it and still lies with the platform is fetched later: its turn now is to be stored.
        """
        # Who comes by a link or tells their phone is linked first: what their word opens is the linked person's.
        is_linking = arrival.token is not None or arrival.phone is not None
        identity = await self._met(account, arrival, is_noted=not is_linking)
        if arrival.left:
            await note_leaving(self.db, identity, now=self.clock.now())
            return None
        message = await self._message(account, identity, arrival)
        if message is None or (arrival.pick is not None and message.action is None):
            return None
        if arrival.token is not None:
            message = await self._started(account, identity, arrival, message)
        if arrival.phone is not None:
            await self._known_by_phone(account, identity, arrival, arrival.phone)
        if is_linking:
            identity = await self._met(account, arrival, is_noted=True)
        return self._said(account, identity, arrival, message)

    async def wait(self, taken: Taken) -> Answer:
        """Wait for the turn's answer. Raises what TurnLoop.say's future raises."""
        return await asyncio.shield(taken.answer)

    async def carried(self, account: OpenAccount, taken: Taken, answer: Answer) -> Payload | None:
        """What a webhook's answer is to carry of what waits for the person; None where the outbox sends it."""
        if answer.conversation is None:
            return await self._carried_with_others(account, taken)
        said = [spoken(reply) for reply in answer.replies]
        payloads = account.channel.render(said, answer.conversation.locale)
        if not payloads:
            return None
        note = SendNote(str(taken.conversation_id), said[0].seq - 1, answer.seq)
        is_carried = await self._carry(Carried(taken.merchant_id, taken.send_id, note, len(payloads) == 1))
        return payloads[0] if is_carried else await self._carried_with_others(account, taken)

    async def _carried_with_others(self, account: OpenAccount, taken: Taken) -> Payload | None:
        now, merchant_id, conversation_id = self.clock.now(), taken.merchant_id, taken.conversation_id

        async def work(tx: Transaction) -> tuple[SendNote, Sequence[StoredReply]] | None:
            note = await carry(tx, merchant_id, conversation_id, taken.send_id, now=now)
            if note is None:
                return None
            return note, await replies_between(tx, merchant_id, conversation_id, after=note.after, to=note.to)

        found = await transact(self.db, work, name="carry")
        listener = await listener_of(self.db, merchant_id, conversation_id)
        if found is None or listener is None:
            return None
        said = [spoken(reply.body, reply.seq) for reply in found[1]]
        payloads = account.channel.render(said, listener.locale)
        return payloads[0] if payloads else None

    async def handed_over(self, account: OpenAccount, taken: Taken, answer: Answer) -> Payload | None:
        """What gives the person to the platform's own service, where a person is to answer there."""
        channel = account.channel
        if not isinstance(channel, HandsOver) or channel.handed_over is None:
            return None
        if answer.conversation is not None:
            return channel.handed_over if answer.conversation.holder != BOT else None
        listener = await listener_of(self.db, taken.merchant_id, taken.conversation_id)
        return channel.handed_over if listener is not None and listener.holder != BOT else None

    def acknowledge(self, account: OpenAccount, arrival: Arrival) -> None:
        """Tell the platform that a press was seen, beside everything else; of picks it is told at once."""
        if arrival.pick is not None:
            return
        self._beside.start(account.channel.acknowledge(arrival), name="acknowledge")

    async def send_now(self, taken: Taken) -> None:
        """The webhook's answer will not carry the reply: let the outbox send it."""
        await send_at_once(self.db, taken.merchant_id, taken.conversation_id)

    async def close(self) -> None:
        """Nothing is told to a platform any more: what is being told has a moment to end."""
        await self._beside.close()

    async def _met(self, account: OpenAccount, arrival: Arrival, *, is_noted: bool) -> Identity:
        """Who it is; noted is what they did and what that opens."""
        windows, message, deed = account.channel.capabilities.windows, arrival.message, None
        if is_noted and message is not None and not arrival.left:
            window = arrival.window if arrival.window in windows else None
            deed = Deed(window, message.message_id, message.at, bool(windows), arrival.follows)
        return await self._meeting(Arriving(_wanted(account, arrival), deed, self.clock.now()))

    async def _message(self, account: OpenAccount, identity: Identity, arrival: Arrival) -> InboundMessage | None:
        message = arrival.message
        if arrival.pick is not None:
            action = await self._picks.take(account, identity, arrival)
            return None if message is None else replace(message, action=action)
        if message is None or arrival.pressed is None:
            return message
        seq, place = arrival.pressed
        merchant_id = account.stored.merchant_id
        action = await action_at(self.db, merchant_id, identity.conversation_id, seq, place)
        return replace(message, action=action or "status", text=None)

    async def _started(
        self, account: OpenAccount, identity: Identity, arrival: Arrival, message: InboundMessage
    ) -> InboundMessage:
        """Who came by a link that the merchant signed is that customer, and talks about that order."""
        merchant = await self.merchants.by_slug(account.stored.slug)
        now = self.clock.now()
        try:
            start = read_start(arrival.token or "", merchant.chat_secret, now=now)
        except StartRefused as refused:
            _log.info("channel.start_refused", code=refused.code, channel=account.stored.channel)
            return message
        wanted = _wanted(account, arrival)
        await link_customer(self.db, identity, start.customer, wanted, now=now)
        return replace(message, order_no=start.order_no or message.order_no)

    async def _known_by_phone(self, account: OpenAccount, identity: Identity, arrival: Arrival, phone: str) -> None:
        """Whoever is not known yet is the one customer with that phone; where there are several, nobody."""
        if identity.customer is not None:
            return
        found = await find_by_phone(self.db, self.vault, identity.merchant_id, phone)
        if len(found) == 1:
            wanted, now = _wanted(account, arrival), self.clock.now()
            await link_customer(self.db, identity, found[0], wanted, now=now, is_theirs=False)

    def _said(self, account: OpenAccount, identity: Identity, arrival: Arrival, message: InboundMessage) -> Taken:
        passive = account.channel.capabilities.passive_seconds
        hold = 0.0 if passive is None else passive + _HOLD_MARGIN_SECONDS
        conversation_id = identity.conversation_id
        sending = Sending(hold, arrival.edits or "")
        media = _awaited(account, conversation_id, message, arrival.media)
        future = self.turns.say(conversation_id, message, _hash(arrival), sending, media=media)
        return Taken(identity.merchant_id, conversation_id, send_id(conversation_id, message.message_id), future)


async def _carry_all(db: CanFetch, clock: Clock, wanted: Sequence[Carried]) -> list[bool]:
    return await carry_alone(db, wanted, now=clock.now())


def _wanted(account: OpenAccount, arrival: Arrival) -> NewIdentity:
    stored = account.stored
    locale = arrival.message.locale if arrival.message is not None else None
    return NewIdentity(
        stored.merchant_id,
        stored.account_id,
        stored.channel,
        arrival.user,
        arrival.union_id,
        locale or "zh-CN",
        account.tells_union,
    )


def _awaited(
    account: OpenAccount, conversation_id: UUID, message: InboundMessage, media: Sequence[Media]
) -> tuple[MediaToSave, ...]:
    if not media:
        return ()
    hints, account_id = Hints(message.order_no or "", message.locale or ""), account.stored.account_id
    return tuple(
        MediaToSave(media_id(conversation_id, message.message_id, place), account_id, one.kind, one.ref, hints)
        for place, one in enumerate(media)
    )


def _hash(arrival: Arrival) -> bytes:
    """Of what was said, not of how it came: the platform may send the same message again with another time."""
    message = arrival.message
    said = None if message is None else (message.text, message.action)
    return hashlib.sha256(
        msgspec.json.encode((said, arrival.pick or arrival.pressed, arrival.token, arrival.media))
    ).digest()
