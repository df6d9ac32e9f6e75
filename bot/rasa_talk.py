"""The dialog as a Rasa assistant's actions reach it: the caller's conversation, one turn of the loop, what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import msgspec
import structlog

from bot.clock import Clock
from bot.lanes import Answer
from bot.merchants import KnownMerchant, MerchantCache, UnknownMerchant
from bot.settings import Settings
from bot.turn_errors import Conflict, NoSuchConversation, NotTaken, OutcomeNotKnown, RateLimited, TurnFailed
from bot.turns import TurnLoop
from channels.clean import clean
from channels.support_chat.web.parse import hash_of
from channels.support_chat.web.signature import (
    Identity,
    IdentityRefused,
    Session,
    SessionRefused,
    issue_session,
    read_identity,
    read_session,
)
from dialogs.rasa.talk import Call, Heard, NotHeard, ToldMessage
from storage.conversation_store import NewConversation, open_conversation
from storage.database import Database
from storage.merchant_store import the_only_one
from storage.message_store import read_messages
from storage.turn_store import load_conversations

SHOWN_MAX = 20
_MESSAGES = UUID("8a4f0d4c-6a1e-5b0b-9c1d-6f3f6a5f7e21")
_NOT_TAKEN = (NotTaken, Conflict, OutcomeNotKnown, TurnFailed)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, eq=False)
class RasaTalk:
    """Says a call's message in the turn loop; the same session tokens as the chat's interface."""

    settings: Settings
    clock: Clock
    db: Database
    merchants: MerchantCache
    turns: TurnLoop
    session_key: bytes

    async def say(self, call: Call) -> Heard:
        """Say the message in the caller's conversation. Raises NotHeard."""
        merchant = await self._merchant()
        identity = self._identity(call, merchant)
        session = self._session(call, merchant, identity)
        is_same = session is not None
        if session is None:
            session = await self._open(call, merchant, identity)
        try:
            answer = await self._said(call, session)
        except NoSuchConversation:
            session, is_same = await self._open(call, merchant, identity), False
            answer = await self._said(call, session)
        replies = await self._unseen(session, answer, call.seq if is_same else None)
        state = (await load_conversations(self.db, [session.conversation_id]))[session.conversation_id].state
        asking = state.stack[-1].asking if state.stack and state.holder == "bot" else None
        return Heard(replies, issue_session(session, self.session_key), answer.seq, asking, state.holder)

    async def _merchant(self) -> KnownMerchant:
        slug = self.settings.actions.merchant or await the_only_one(self.db)
        if slug is None:
            _log.error("actions.merchant_not_named")
            raise NotHeard("merchant_not_named")
        try:
            return await self.merchants.by_slug(slug)
        except UnknownMerchant:
            _log.error("actions.merchant_unknown", merchant=slug)
            raise NotHeard("merchant_unknown") from None

    def _identity(self, call: Call, merchant: KnownMerchant) -> Identity | None:
        """Who the merchant's own server says this is; a proof that does not hold proves nobody."""
        if call.identity is None:
            return None
        seconds_max = self.settings.chat.identity_seconds_max
        try:
            return read_identity(call.identity, merchant.chat_secret, now=self.clock.now(), seconds_max=seconds_max)
        except IdentityRefused as refused:
            _log.warning("actions.identity_refused", code=refused.code)
            return None

    def _session(self, call: Call, merchant: KnownMerchant, identity: Identity | None) -> Session | None:
        """The session kept in the tracker, unless it ended or is another's than this very message proves.

        Whoever knows a sender's name may write under it, so a customer's session needs the customer's proof each time.
        """
        if call.session is None:
            return None
        try:
            session = read_session(call.session, self.session_key, now_seconds=self.clock.now().timestamp())
        except SessionRefused:
            return None
        is_same = session.customer == (identity.customer if identity is not None else None)
        return session if is_same and session.slug == merchant.slug else None

    async def _open(self, call: Call, merchant: KnownMerchant, identity: Identity | None) -> Session:
        now = self.clock.now()
        customer = identity.customer if identity else None
        locale = call.locale or (identity.locale if identity else None)
        conversation_id = await open_conversation(
            self.db, merchant.merchant_id, NewConversation("web", customer, locale or "zh-CN"), now=now
        )
        expires = int(now.timestamp()) + self.settings.chat.session_seconds
        order_no = identity.order_no if identity else None
        return Session(merchant.merchant_id, merchant.slug, conversation_id, expires, customer, order_no, locale)

    async def _said(self, call: Call, session: Session) -> Answer:
        """One message, by an id that every further call for it has as well."""
        text = None if call.choice is not None else clean(call.text)[: self.settings.chat.text_length_max]
        message = ToldMessage(
            str(uuid5(_MESSAGES, f"{call.sender}\n{call.message_id}")),
            self.clock.now(),
            text,
            call.choice,
            order_no=session.order_no,
            locale=call.locale or session.locale,
            reading=call.reading,
            wish=call.wish,
        )
        try:
            return await self.turns.say(session.conversation_id, message, hash_of(text, call.choice, ()))
        except NoSuchConversation:
            raise
        except _NOT_TAKEN as error:
            raise _not_heard(error) from None

    async def _unseen(self, session: Session, answer: Answer, seen: int | None) -> Sequence[dict[str, Any]]:
        """What was said since the last call by anybody but the consumer; else, and for a repeated call, the answer."""
        if seen is None or answer.seq <= seen:
            return [msgspec.json.decode(reply) for reply in answer.replies]
        messages = await read_messages(self.db, session.merchant_id, session.conversation_id, after=seen)
        replies = [msgspec.json.decode(message.as_reply()) for message in messages if message.seq <= answer.seq]
        return [reply for reply in replies if reply["sender"] != "customer"][-SHOWN_MAX:]


def _not_heard(error: Exception) -> NotHeard:
    match error:
        case RateLimited():
            return NotHeard("rate_limited", error.seconds_to_wait)
        case Conflict():
            return NotHeard("message_id_used_before")
        case TurnFailed():
            return NotHeard("turn_failed")
        case _:
            return NotHeard("not_confirmed")
