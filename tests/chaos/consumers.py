"""Consumers who chat over HTTP, tap what they are offered, and say a thing again until it is acknowledged."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import aiohttp

from channels.support_chat.web.signature import sign_identity

TALK_MESSAGES_MAX = 16
SEND_SECONDS_MAX = 60.0
ANSWER_SECONDS_MAX = 6.0
FIRST_WAY_SHARE = 0.6
_LIKED = {
    "order": 20, "lines": 24, "line": 4, "reason": 8, "remedy": 8, "evidence": 8, "offer": 10, "resolution": 8,
    "confirm": 20, "start": 6, "withdraw": 1, "status": 2, "appeal": 1, "human": 0.3, "back": 0.5, "cancel": 0.3,
}  # fmt: skip


@dataclass(frozen=True)
class Acknowledged:
    """A message that the server answered with 200, and what it answered: places and texts."""

    conversation_id: UUID
    client_id: str
    seq: int
    replies: tuple[tuple[int, str], ...]


@dataclass
class Tally:
    """What the consumers have seen."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    repeated: int = 0
    disagreements: list[str] = field(default_factory=list)
    refusals: dict[int, int] = field(default_factory=dict)
    talks: int = 0
    unanswered: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where consumers talk, and the secret that says who they are."""

    url: str
    slug: str
    chat_secret: str


class Consumer:
    """Talks on behalf of one customer after another."""

    def __init__(self, place: Place, tally: Tally, dice: random.Random) -> None:
        self._place = place
        self._tally = tally
        self._dice = dice
        self._numbers = count()
        self._base = f"{place.url}/api/chat/{place.slug}"

    async def talk_forever(self, customers: "asyncio.Queue[str]") -> None:
        """Take customers until there are no more."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            while True:
                await self._talk(http, await customers.get())
                self._tally.talks += 1

    async def _talk(self, http: aiohttp.ClientSession, customer: str) -> None:
        token, conversation_id = await self._open(http, customer)
        choices: Sequence[str] = ("start:refund",)
        for _ in range(TALK_MESSAGES_MAX):
            action = self._pick(choices)
            replies = await self._say(http, token, conversation_id, action)
            offered = [choice["action"] for reply in replies for choice in reply["choices"]]
            choices = offered or ("start:refund",)
            if action == "confirm:yes" and self._dice.random() < 0.5:
                await self._say(http, token, conversation_id, "confirm:yes")

    def _pick(self, choices: Sequence[str]) -> str:
        """Mostly what leads on; of several ways out mostly the first, which is the money back."""
        ways = [choice for choice in choices if choice.endswith(":accept")]
        if ways and self._dice.random() < FIRST_WAY_SHARE:
            return ways[0]
        return self._dice.choices(choices, [_weight(choice) for choice in choices])[0]

    async def _open(self, http: aiohttp.ClientSession, customer: str) -> tuple[str, UUID]:
        while True:
            identity = sign_identity(customer, self._place.chat_secret, now=datetime.now(UTC))
            body = {"identity": identity, "locale": self._dice.choice(["zh-CN", "en"])}
            status, answer = await self._post(http, "/sessions", body, {})
            if status == 201:
                return answer["session"], UUID(answer["conversation"])
            await asyncio.sleep(0.1)

    async def _say(self, http: aiohttp.ClientSession, token: str, conversation_id: UUID, action: str) -> list[Any]:
        """Say it until it is acknowledged; sometimes twice at once, and sometimes once more afterwards."""
        client_id = str(UUID(int=self._dice.getrandbits(128), version=4))
        body = {"client_id": client_id, "action": action}
        sends = [self._until_acknowledged(http, token, body) for _ in range(2 if self._dice.random() < 0.2 else 1)]
        answers = await asyncio.gather(*sends)
        if self._dice.random() < 0.1:
            answers.append(await self._until_acknowledged(http, token, body))
        first = next((answer for answer in answers if answer is not None), None)
        if first is None:
            return []
        told = tuple((reply["seq"], reply["text"]) for reply in first["replies"])
        self._tally.acknowledged.append(Acknowledged(conversation_id, client_id, first["seq"], told))
        self._compare(client_id, first, [answer for answer in answers if answer is not None])
        replies: list[Any] = first["replies"]
        return replies

    def _compare(self, client_id: str, first: dict[str, Any], answers: Sequence[dict[str, Any]]) -> None:
        self._tally.repeated += len(answers) - 1
        self._tally.disagreements += [
            f"message {client_id} was answered at {first['seq']} and at {other['seq']}"
            for other in answers
            if (other["seq"], other["replies"]) != (first["seq"], first["replies"])
        ]

    async def _until_acknowledged(
        self, http: aiohttp.ClientSession, token: str, body: dict[str, str]
    ) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {token}"}
        deadline = asyncio.get_running_loop().time() + SEND_SECONDS_MAX
        while asyncio.get_running_loop().time() < deadline:
            status, answer = await self._post(http, "/messages?wait=5", body, headers)
            if status == 200:
                return answer
            self._tally.refusals[status] = self._tally.refusals.get(status, 0) + 1
            if 400 <= status < 500 and status != 429:
                self._tally.disagreements.append(f"message {body} was refused with {status}: {answer}")
                return None
            await asyncio.sleep(0.05 + 0.1 * self._dice.random())
        self._tally.unanswered.append(body["client_id"])
        return None

    async def _post(
        self, http: aiohttp.ClientSession, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """The status and JSON of an answer; status 0 when there was none."""
        with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
            async with http.post(self._base + path, json=body, headers=headers) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
                return response.status, answer
        return 0, {}


def _weight(choice: str) -> float:
    liked = _LIKED.get(choice.split(":", maxsplit=1)[0], 1.0)
    return liked * 0.1 if choice.endswith((":no", ":decline")) else liked
