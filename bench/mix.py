"""What consumers say: real conversations against the chat API, each answer deciding what is said next.

Seven of ten ask for a refund and go through with it (start, order, lines, reason, offer, confirm; one in four says no
at the end); the others ask how their refund stands, write freely, or only say hello.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from bench.load import post

TURNS_MAX = 14
GREETINGS = ("你好", "在吗", "hello", "您好，有人吗")
QUESTIONS = ("我的退款到哪了", "退款什么时候到账", "where is my refund?", "退款进度")
FREE = (
    "上次买的那个杯子挺好的，就是颜色和图片上有一点差别",
    "你们几点下班",
    "七天无理由怎么算的",
    "do you ship to Canada?",
    "包装盒压坏了，不过东西没事",
    "谢谢",
)
OPENERS = ("我要退款", "想退货", "I want a refund", None, None, None)
REASONS = ("no_longer_wanted", "ordered_by_mistake", "size_fit", "not_as_described", "quality_defect")


class _Choice(msgspec.Struct):
    action: str


class _Reply(msgspec.Struct):
    choices: list[_Choice] = []


class _Answer(msgspec.Struct):
    replies: list[_Reply] = []


_ANSWERS = msgspec.json.Decoder(_Answer)


@dataclass(slots=True)
class Consumer:
    """One customer with their session."""

    name: str
    token: str = ""


@dataclass(slots=True)
class Conversations:
    """A talker: one consumer after another, each a conversation to its end; kinds counts what was said."""

    slug: str
    consumers: Sequence[Consumer]
    dice: random.Random
    kinds: Counter[str] = field(default_factory=Counter)
    place: int = 0
    script: Iterator[dict[str, str]] = field(default_factory=lambda: iter(()))
    choices: list[str] = field(default_factory=list)

    def next_request(self) -> bytes:
        message = next(self.script, None)
        while message is None:
            self._next_consumer()
            message = next(self.script, None)
        message["client_id"] = os.urandom(16).hex()
        return post(
            f"/api/chat/{self.slug}/messages",
            msgspec.json.encode(message),
            token=self.consumers[self.place].token,
        )

    def answered(self, status: int, body: bytes) -> None:
        if status != 200:
            self.kinds[f"status {status}"] += 1
            return
        self.choices = [choice.action for reply in _ANSWERS.decode(body).replies for choice in reply.choices]

    def _next_consumer(self) -> None:
        self.place = (self.place + 1) % len(self.consumers)
        self.choices = []
        roll = self.dice.random()
        if roll < 0.70:
            self.script = self._refund()
        elif roll < 0.82:
            self.script = self._texts("status", QUESTIONS, 2)
        elif roll < 0.92:
            self.script = self._texts("free text", FREE, 2)
        else:
            self.script = self._texts("greeting", GREETINGS, 1)

    def _texts(self, kind: str, texts: Sequence[str], count: int) -> Iterator[dict[str, str]]:
        for _ in range(count):
            self.kinds[kind] += 1
            yield {"text": self.dice.choice(texts)}

    def _refund(self) -> Iterator[dict[str, str]]:
        opener = self.dice.choice(OPENERS)
        self.kinds["start"] += 1
        yield {"text": opener} if opener else {"action": "start:refund"}
        for _ in range(TURNS_MAX):
            action = self._choose()
            if action is None:
                return
            self.kinds[action.split(":")[0]] += 1
            yield {"action": action}
            if action.startswith(("confirm", "withdraw")):
                return

    def _choose(self) -> str | None:
        by_kind: dict[str, list[str]] = {}
        for action in self.choices:
            by_kind.setdefault(action.split(":")[0], []).append(action)
        dice = self.dice
        if "confirm" in by_kind:
            return "confirm:yes" if dice.random() < 0.75 else "confirm:no"
        if "offer" in by_kind:
            accepts = [action for action in by_kind["offer"] if action.endswith(":accept")]
            return dice.choice(accepts) if accepts else None
        if "line" in by_kind:
            count = min(len(by_kind["line"]), dice.choice((1, 1, 1, 2, 3)))
            return "+".join(dice.sample(by_kind["line"], count))
        if "reason" in by_kind:
            plain = [action for action in by_kind["reason"] if action.split(":")[1] in REASONS]
            return dice.choice(plain or by_kind["reason"])
        for kind in ("order", "remedy", "resolution", "evidence"):
            if kind in by_kind:
                return dice.choice(by_kind[kind])
        return None
