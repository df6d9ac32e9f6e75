"""Who people are elsewhere, as the tests look at it: whose a conversation is, and whether all was asked."""

from bot.channel_accounts import ChannelAccounts
from bot.union_asks import UnionAsks
from bot.working import open_work_parts
from storage.live import open_live
from tests.acceptance.running import until
from tests.integration.api.shop import Shop
from tests.integration.channels.wechat_stage import Stage
from tests.servers.wechat.users import User


async def customers(shop: Shop, user: User) -> list[str | None]:
    """Whose the user's conversation is, by the identity and by the conversation itself."""
    rows = await shop.base.db.fetch(
        "SELECT mine.external_id AS mine, talk.external_id AS talk, c.state ->> 'customer' AS said"
        " FROM channel_identity i JOIN conversation c ON c.id = i.conversation_id"
        " LEFT JOIN customer mine ON mine.id = i.customer_id LEFT JOIN customer talk ON talk.id = c.customer_id"
        " WHERE i.user_id = $1",
        user.person.openid,
    )
    return [row[name] for row in rows for name in ("mine", "talk", "said")]


async def until_customer(shop: Shop, user: User, customer: str) -> None:
    async def is_theirs() -> bool:
        return await customers(shop, user) == [customer] * 3

    await until(is_theirs)


async def until_asked(stage: Stage, count: int = 1) -> None:
    """Until so many questions were asked and what was answered is noted."""

    async def is_over() -> bool:
        rows = await stage.shop.base.db.fetch("SELECT 1 FROM union_question WHERE due_at <= $1", stage.shop.clock.now())
        return len(stage.wechat.world.asked) >= count and not rows

    await until(is_over)


async def ask_now(shop: Shop) -> None:
    """A process more asks for whom it may."""
    async with (
        open_live(shop.base.addresses.redis_url) as live,
        open_work_parts(shop.base, live, sandbox_url=None) as parts,
    ):
        asks = UnionAsks(parts, channels_of(parts.channels))
        while await asks.turn():
            continue


def channels_of(channels: ChannelAccounts | None) -> ChannelAccounts:
    assert channels is not None
    return channels


async def is_(found: bool) -> bool:  # a plain yes or no
    return found
