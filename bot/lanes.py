"""Lanes: one first-in-first-out line of messages per conversation, and the heads of all lines that wait.

A message stays at the head of its lane while it is worked on, so nothing of its conversation can overtake it; giving it
back costs nothing but its place among the other heads.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from uuid import UUID

from dialogs.conversation import Conversation
from dialogs.messages import InboundMessage
from dialogs.understanding import Understanding
from refund_core.values import value
from storage.awaited_media import MediaFailure, MediaToSave


@value(frozen=True, slots=True)
class Answer:
    """What a message led to: the last place in the conversation and the replies, each the JSON of a REPLY.

    conversation is what it became by this message, None where the message had been answered before.
    """

    seq: int
    replies: tuple[bytes, ...] = ()
    conversation: Conversation | None = None

    def as_json(self) -> bytes:
        """The chat API's answer, `{"seq": N, "replies": [REPLY…]}`, put together from what was stored."""
        return b'{"seq":%d,"replies":[%b]}' % (self.seq, b",".join(self.replies))


@value(frozen=True, slots=True)
class Sending:
    """That a message's replies are sent on a platform: not before so many seconds, while a webhook may carry them."""

    hold_seconds: float = 0.0
    edits: str = ""


@value(frozen=True, slots=True)
class Resumed:
    """A message that was stored before, whose pictures are there now or will not be: its place, and why some are not.

    The reasons are those of storage.awaited_media.
    """

    seq: int
    missing: tuple[MediaFailure, ...] = ()


@dataclass(slots=True, eq=False)
class Waiting:
    """A message in its lane.

    turn_id is the seed of every id the turn makes, so each try makes the same ones. owner is the batch that works on
    it. tries counts how often the database undid or lost its batch, steps how often the world changed under it,
    passed_over how often somebody else was faster. understanding came from a remote Nlu, of the conversation at
    read_version. sending is None on our own chat. media is what still lies with the platform: such a message is stored
    now and has its turn when that is settled, as one that is resumed.
    """

    turn_id: UUID
    conversation_id: UUID
    message: InboundMessage
    body_hash: bytes
    future: asyncio.Future[Answer]
    arrived: float
    sending: Sending | None = None
    media: tuple[MediaToSave, ...] = ()
    resumed: Resumed | None = None
    owner: object | None = None
    tries: int = 0
    steps: int = 0
    passed_over: int = 0
    is_read: bool = False
    understanding: Understanding | None = None
    read_version: int = 0

    @property
    def is_stored_apart(self) -> bool:
        """True where the message is stored at another time than it has its turn."""
        return bool(self.media) or self.resumed is not None

    def answer(self, answer: Answer) -> None:
        """Tell whoever still waits."""
        if not self.future.done():
            self.future.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Tell whoever still waits that there is no answer."""
        if not self.future.done():
            self.future.set_exception(error)


class Lanes:
    """All messages that wait or are worked on, by conversation."""

    def __init__(self) -> None:
        self._lanes: dict[UUID, deque[Waiting]] = {}
        self._ready: deque[deque[Waiting]] = deque()
        self.waiting = 0
        self.drained = asyncio.Event()
        self.drained.set()

    def add(self, waiting: Waiting) -> None:
        """Put a message at the end of its conversation's lane."""
        self.waiting += 1
        self.drained.clear()
        lane = self._lanes.get(waiting.conversation_id)
        if lane is None:
            self._lanes[waiting.conversation_id] = lane = deque((waiting,))
            self._ready.append(lane)
        else:
            lane.append(waiting)

    def take(self, limit: int) -> list[Waiting]:
        """The heads of up to `limit` lanes that nobody works on, longest waiting first."""
        ready = self._ready
        return [ready.popleft()[0] for _ in range(min(limit, len(ready)))]

    def give_back(self, waiting: Waiting) -> None:
        """The head could not be worked on now; it is taken again before all others."""
        self._ready.appendleft(self._lanes[waiting.conversation_id])

    def finish(self, waiting: Waiting) -> None:
        """The head is done with; the next of its lane becomes ready."""
        self.waiting -= 1
        if not self.waiting:
            self.drained.set()
        lane = self._lanes[waiting.conversation_id]
        lane.popleft()
        if lane:
            self._ready.append(lane)
        else:
            del self._lanes[waiting.conversation_id]

    @property
    def ready(self) -> int:
        """How many messages take() could give."""
        return len(self._ready)
