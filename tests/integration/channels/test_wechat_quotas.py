"""Random conversations against WeChat's real quotas: none is ever exceeded, and no outcome goes unsaid and unseen.

WECHAT_CONVERSATIONS=10000 [WECHAT_SEED=1] python -m pytest tests/integration/channels/test_wechat_quotas.py --timeout 0
"""

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from channels.start_token import Start, sign_start
from storage.channel_store import add_account
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.api.test_merchant_api import order
from tests.servers.wechat.quota import ORDERS
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account, Kind, Moment, Person
from tests.servers.wechat.users import Pushed, User

CONVERSATIONS = int(os.environ.get("WECHAT_CONVERSATIONS", "40"))
SEED = int(os.environ.get("WECHAT_SEED", "20261125"))
AT_ONCE = 20
CLAIMS, ROUNDS = 5, 12
CALL_SECONDS = 5
SCRIPT = ("申请退款", "1", "全部商品", "不想要了", "1", "确认退款", "我的退款到哪了")
NOISE = ("你好", "第二个", "谢谢", "气死我了", "运费谁出？", "返回", "转人工", "?", "我要退款", "杯子碎了", "在吗" * 30)
KINDS: tuple[Kind, ...] = ("wechat", "mini_program")
HELD_SECONDS = 0.3
STORY = """
SELECT i.windows, (o.payload - 'conversation_id' - 'edits')::text AS payload, o.attempts, o.created_at::time AS at,
    o.done_at::time AS done_at, o.buried_at::time AS buried_at, o.last_error
FROM channel_identity i LEFT JOIN outbox o ON o.lane = 'chat:' || i.conversation_id
WHERE i.user_id = $1 ORDER BY o.place DESC LIMIT 40
"""


@dataclass
class Actor:
    """One user, how far they are in what they want, and what staff wrote to them."""

    user: User
    number: int
    place: int = 0
    told: list[str] = field(default_factory=list)


@dataclass
class Play:
    """Users, staff, time and a WeChat that sometimes fails; chance decides.

    Pushes come late, people write while a message to them is under way, messages that seemed lost arrive after all, and
    each person's messages are taken from their open windows in another order.
    """

    shop: Shop
    wechat: FakeWeChat
    chance: random.Random
    talking: dict[Person, "Actor"] = field(default_factory=dict)
    pushing: list[asyncio.Task[None]] = field(default_factory=list)
    interruptions: int = 0

    async def conversations(self, numbers: Sequence[int], accounts: Sequence[Account]) -> list[Actor]:
        """So many conversations at once, from their first word to their last."""
        await self.shop.api("POST", "/orders", [order(f"O-{number}", f"c-{number}") for number in numbers])
        actors = [Actor(self.wechat.user(self.chance.choice(accounts), f"o-{number}"), number) for number in numbers]
        for actor in actors:
            actor.user.person.allowance.order = self.chance.choice(list(ORDERS.values()))
        self.talking = {actor.user.person: actor for actor in actors}
        await asyncio.gather(*(self._begin(actor) for actor in actors))
        for _ in range(CLAIMS):
            await asyncio.gather(*(self._goes_on(actor) for actor in actors))
            self.shop.clock.move(3)
        for _ in range(ROUNDS):
            pushing, self.pushing = self.pushing, []
            await asyncio.gather(*(self._act(actor) for actor in actors), *pushing)
            seconds = self.chance.choice((1, 1, 5, 20, 45, 70, 600, 40_000, 90_000))
            if seconds > CALL_SECONDS:  # no call takes longer, and nothing is on the way for longer
                await self.quiet()
            self.shop.clock.move(seconds)
        await self.settle()
        return actors

    async def quiet(self) -> None:
        """Until nothing is on the way any more, in either direction."""
        await self.idle()
        while self.pushing:
            pushing, self.pushing = self.pushing, []
            await asyncio.gather(*pushing)
            await self.idle()
        await self.wechat.world.bring_strays()

    async def idle(self) -> None:
        """Until nothing is left that could be sent now."""
        await until(self._is_idle, seconds=120)

    async def settle(self) -> None:
        """Until what was put off for a while has had its tries."""
        self.talking = {}
        self.wechat.world.faults.strays = 0
        for _ in range(12):
            await self.quiet()
            self.shop.clock.move(700)

    async def meanwhile(self, moment: Moment, person: Person) -> None:
        """What happens before a push goes out, before a message is counted, and before its sender hears of that."""
        actor, dice = self.talking.get(person), self.chance.random()
        if actor is None:
            return
        if moment == "opened":
            await self.wechat.world.bring_strays(only=person if dice < 0.5 else None)
            if dice < 0.3:
                await self._more_is_heard(person, self.chance.choice((1, 2, 3)))
        elif dice < 0.15:
            self.interruptions += 1
            pushed = asyncio.create_task(self._does(actor))
            await asyncio.sleep(0)  # the window opens, the push is on its way
            if dice < 0.08:
                await pushed
            else:
                self.pushing.append(pushed)

    async def _more_is_heard(self, person: Person, count: int) -> None:
        heard = len(person.heard)
        with suppress(TimeoutError):
            await self.wechat.world.until(lambda: len(person.heard) >= heard + count, seconds=HELD_SECONDS)

    async def _is_idle(self) -> bool:
        rows = await self.shop.base.db.fetch(
            "SELECT 1 FROM outbox o WHERE kind = 'channel.send' AND done_at IS NULL AND buried_at IS NULL"
            " AND (not_before IS NULL OR not_before <= $1) AND NOT EXISTS (SELECT 1 FROM outbox earlier"
            " WHERE earlier.lane = o.lane AND earlier.place < o.place AND earlier.done_at IS NULL"
            " AND earlier.buried_at IS NULL) LIMIT 1",
            self.shop.clock.now(),
        )
        return not rows

    async def _begin(self, actor: Actor) -> None:
        ends = self.shop.clock.now() + timedelta(minutes=10)
        start = Start(f"c-{actor.number}", f"O-{actor.number}")
        token = sign_start(start, self.shop.merchant.chat_secret, expires_at=ends)
        if actor.user.account.kind == "mini_program":
            self._checked(await actor.user.enter(f"token={token}"))
        else:
            self._checked(await actor.user.follow(token))

    async def _act(self, actor: Actor) -> None:
        """A person does something, staff write, or both at once and more than once."""
        deeds, texts = self.chance.choice(((1, 0), (1, 0), (1, 1), (2, 0), (1, 2), (0, 1), (0, 2), (0, 0)))
        doing = [self._does(actor) for _ in range(deeds)] + [self._staff_writes(actor) for _ in range(texts)]
        self.chance.shuffle(doing)
        self._something_breaks()
        await asyncio.gather(*doing)

    async def _does(self, actor: Actor) -> None:
        deed = self.chance.random()
        if deed < 0.4:
            await self._goes_on(actor)
        elif deed < 0.7:
            self._checked(await actor.user.write(self.chance.choice(NOISE)))
        elif deed < 0.8 and actor.user.account.kind == "wechat":
            self._checked(await actor.user.click(self.chance.choice(("start:refund", "human", "退款进度"))))
        elif deed < 0.85 and actor.user.account.kind == "mini_program":
            self._checked(await actor.user.enter("wxapp"))

    async def _goes_on(self, actor: Actor) -> None:
        text, actor.place = SCRIPT[min(actor.place, len(SCRIPT) - 1)], actor.place + 1
        self._checked(await actor.user.write(text))

    async def _staff_writes(self, actor: Actor) -> None:
        status, cases = await self.shop.api("GET", f"/cases?order_no=O-{actor.number}")
        assert status == 200
        if cases["items"]:
            text = f"[{actor.number}.{len(actor.told)}]" + "我们在处理。" * self.chance.choice((1, 1, 300))
            actor.told.append(text[: text.index("]") + 1])
            path = f"/cases/{cases['items'][0]['case_no']}/messages"
            status, answer = await self.shop.api("POST", path, {"text": text})
            assert status in {200, 201}, answer

    def _something_breaks(self) -> None:
        faults, kind = self.wechat.world.faults, self.chance.random()
        if kind < 0.02:
            faults.busy += 1
        elif kind < 0.04:
            faults.dropped_after += 1
        elif kind < 0.05:
            faults.broken += 1
        elif kind < 0.07:
            faults.strays += 1
        elif kind < 0.08:
            self.wechat.world.expire_token(self.chance.choice(list(self.wechat.world.accounts.values())))

    def _checked(self, pushed: Pushed) -> None:
        assert pushed.status in {200, 429}, pushed


async def _account(shop: Shop, wechat: FakeWeChat, kind: Kind) -> Account:
    account = wechat.add(Account(kind, f"wx-{kind}", "s3cret", "t0ken", "A" * 43))
    account.webhook_url = f"{shop.url}/webhooks/shop/{kind}/main"
    settings = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token, "api_base": wechat.url,
        "encoding_aes_key": account.encoding_aes_key,
    }  # fmt: skip
    now = shop.clock.now()
    await add_account(shop.base.db, shop.base.vault, shop.merchant.merchant_id, kind, "main", settings, now=now)
    return account


async def test_no_message_is_over_quota_and_every_outcome_was_heard_or_is_on_the_desk(shop: Shop) -> None:
    chance = random.Random(SEED)
    async with fake_wechat() as wechat:
        wechat.world.now = lambda: shop.clock.now().timestamp()
        accounts = [await _account(shop, wechat, kind) for kind in KINDS]
        play = Play(shop, wechat, chance)
        wechat.world.meanwhile = play.meanwhile
        actors: list[Actor] = []
        for first in range(0, CONVERSATIONS, AT_ONCE):
            actors += await play.conversations(range(first, min(first + AT_ONCE, CONVERSATIONS)), accounts)
            assert wechat.world.wrongs == []
            assert [await _story(shop, person) for person in wechat.world.over] == []

        unsaid = await _unsaid_and_unseen(shop, actors)
        assert unsaid == [], "\n\n".join(unsaid)
        told = sum(len(actor.told) for actor in actors)
        calls = len(wechat.world.calls)
        print(f"{len(actors)} conversations, {calls} calls, {play.interruptions} interrupted, {told} told")


async def _story(shop: Shop, person: Person) -> str:
    """What was to be sent to somebody, how we counted it, how WeChat did, and what came."""
    rows = await shop.base.db.fetch(STORY, person.openid)
    told = ["{payload} {attempts} tries, {at}, {done_at}, {buried_at}, {last_error}".format(**row) for row in rows]
    heard = [f"{it.how} {it.text[:60]!r}" for it in person.heard[-12:]]
    return "\n".join([person.openid, *told, str(rows[0]["windows"]), *person.allowance.story[-40:], *heard])


async def _unsaid_and_unseen(shop: Shop, actors: Sequence[Actor]) -> list[str]:
    """What staff wrote that no user was shown and that no row on the desk stands for."""
    rows = await shop.base.db.fetch(
        "SELECT payload->>'conversation_id' AS conversation, (payload->>'after')::int AS after,"
        " (payload->>'to')::int AS to FROM outbox WHERE kind = 'channel.send' AND buried_at IS NOT NULL"
    )
    on_desk: list[Any] = []
    for row in rows:
        on_desk += await shop.base.db.fetch(
            "SELECT body FROM message WHERE conversation_id = $1::text::uuid AND seq > $2 AND seq <= $3",
            row["conversation"], row["after"], row["to"],
        )  # fmt: skip
    desk = "\n".join(row["body"].decode() for row in on_desk)
    shown = {actor.number: "\n".join(heard.text for heard in actor.user.person.heard) for actor in actors}
    return [
        f"{text}\n{await _story(shop, actor.user.person)}"
        for actor in actors
        for text in actor.told
        if text not in shown[actor.number] and text not in desk
    ]
