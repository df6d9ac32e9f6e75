"""Picking several of a list by buttons: each press is kept at once and shown below the list; taking them is a turn."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import structlog

from bot.beside import Beside
from bot.channel_accounts import OpenAccount
from bot.spoken import spoken
from channels.abilities import Picking
from channels.channel import Arrival, Spoken, Unreachable, WindowClosed
from channels.picks import first_picks, pickable, taken_together
from dialogs.messages import Locale
from dialogs.texts.catalogue import say
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from refund_core.values import value
from storage.database import Database
from storage.identity_store import Identity
from storage.pick_store import pick, read_list

_TRIES_MAX = 5
_AGAIN_SECONDS = 1.0
_WAIT_SECONDS_MAX = 30.0
_SETTLE_SECONDS = 3.0
_log = structlog.get_logger()
_Place = tuple[UUID, str]


@value(frozen=True, slots=True)
class _List:
    """A list with what is picked of it; is_open: it is what is asked about now."""

    one: Spoken
    locale: Locale
    picked: Mapping[int, int]
    is_open: bool


class Picks:
    """Keeps and shows what is picked. Presses may come in any number at once and to any process."""

    def __init__(self, db: Database, beside: Beside) -> None:
        self._db = db
        self._beside = beside
        self._due: dict[_Place, Arrival] = {}
        self._showing: dict[_Place, asyncio.Task[None]] = {}

    async def take(self, account: OpenAccount, identity: Identity, arrival: Arrival) -> str | None:
        """The action that takes what is picked, None while it is still being picked or can not be taken.

        The press is acknowledged, with the reason where it does nothing.
        """
        found = await self._list(identity, arrival)
        if found is None or not found.is_open:
            locale = "zh-CN" if found is None else found.locale
            await account.channel.acknowledge(arrival, say("stale", locale))
            return None
        words = await self._picked(account, identity, arrival, found)
        if words is not None:
            await account.channel.acknowledge(arrival, words)
            return None
        await account.channel.acknowledge(arrival)
        await self._settled(identity.conversation_id)
        return taken_together(found.one.reply, found.picked)

    async def _picked(self, account: OpenAccount, identity: Identity, arrival: Arrival, found: _List) -> str | None:
        """Pick, and what is to be told of it; None where what is picked is to be taken."""
        reply, wanted = found.one.reply, arrival.pick
        if wanted is None or reply.select is None:
            return say("stale", found.locale)
        chosen = {place for place, quantity in found.picked.items() if quantity}
        if wanted.place is None:
            is_enough = len(chosen) >= max(1, reply.select.min)
            return None if is_enough else say("picks.few", found.locale, min=max(1, reply.select.min))
        if wanted.quantity and len(chosen | {wanted.place}) > reply.select.max:
            return say("picks.many", found.locale, max=reply.select.max)
        quantity = min(wanted.quantity, pickable(reply).get(wanted.place, 0))
        if quantity or wanted.place in chosen:
            first, most = first_picks(reply), reply.select.max
            is_picked = await pick(
                self._db, identity, wanted.seq, wanted.place, quantity=quantity, first=first, choices_max=most
            )
            if not is_picked:
                return say("picks.many", found.locale, max=most)
        self._show(account, identity, arrival)
        return ""

    async def _list(self, identity: Identity, arrival: Arrival) -> _List | None:
        if arrival.pick is None:
            return None
        stored = await read_list(self._db, identity, arrival.pick.seq)
        if stored is None:
            return None
        one = spoken(stored.body, arrival.pick.seq)
        actions = {one.reply.choices[place].action for place in pickable(one.reply)}
        picked = first_picks(one.reply) if stored.quantities is None else stored.quantities
        return _List(one, stored.locale, picked, is_open=bool(actions) and actions <= stored.open_actions)

    def _show(self, account: OpenAccount, identity: Identity, arrival: Arrival) -> None:
        """Show it beside everything else; of presses that come meanwhile the last state alone."""
        place = (identity.conversation_id, arrival.edits or "")
        self._due[place] = arrival
        if place not in self._showing:
            work = self._show_all(account, identity, place)
            self._showing[place] = self._beside.start(work, name="show picks")

    async def _show_all(self, account: OpenAccount, identity: Identity, place: _Place) -> None:
        try:
            tries = 0
            while tries < _TRIES_MAX and (arrival := self._due.pop(place, None)) is not None:
                wait = await self._show_once(account, identity, arrival)
                if wait is not None:
                    tries += 1
                    await asyncio.sleep(min(wait, _WAIT_SECONDS_MAX))
                    self._due.setdefault(place, arrival)
        finally:
            self._due.pop(place, None)
            del self._showing[place]

    async def _show_once(self, account: OpenAccount, identity: Identity, arrival: Arrival) -> float | None:
        """Show what is picked, again where it changed meanwhile; the seconds until another try, None for none."""
        channel, shown = account.channel, None
        found = await self._list(identity, arrival)
        while found is not None and found.is_open and found.picked != shown and isinstance(channel, Picking):
            payload = channel.picked(arrival, found.one, found.picked, found.locale)
            if payload is None:
                return None
            try:
                await channel.send(identity.user, payload, key=arrival.handle)
            except SendLater as later:
                return later.after_seconds
            except AnswerUnknown:
                return _AGAIN_SECONDS
            except (SendRefused, Unreachable, WindowClosed) as error:
                _log.info("picks.not_shown", channel=account.stored.channel, error=repr(error))
                return None
            shown, found = found.picked, await self._list(identity, arrival)
        return None

    async def _settled(self, conversation_id: UUID) -> None:
        """Nothing is being shown any more, so that it cannot come after what follows."""
        tasks = [task for (owner, _), task in self._showing.items() if owner == conversation_id]
        if tasks:
            await asyncio.wait(tasks, timeout=_SETTLE_SECONDS)
