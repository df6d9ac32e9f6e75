"""Who a follower is in all accounts of a merchant's: WeChat tells it of followers, in accounts of one open platform."""

from channels.clean import is_name
from channels.weixin.client import WeixinClient
from refund_core.sending import AnswerUnknown


async def union_of(client: WeixinClient, user: str) -> str | None:
    """Ask WeChat; of all that it tells only this id is read.

    None for who does not follow, and where the account belongs to no open platform. Raises as TellsUnion says.
    """
    answer = await client.user.get(user)
    if answer.get("openid") != user:
        raise AnswerUnknown("NO_OPENID")
    union_id = answer.get("unionid")
    return union_id if is_name(union_id) else None
