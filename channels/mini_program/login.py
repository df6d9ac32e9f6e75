"""wx.login: who a code of the mini-program stands for."""

import re
from collections.abc import Mapping
from typing import Any

from channels.abilities import LoggedIn, LoginRefused
from channels.clean import is_name
from channels.weixin.client import WeixinClient
from refund_core.sending import AnswerUnknown, SendLater, SendRefused

_BUSY = "-1"
_REASONS: Mapping[str, str] = {"40029": "bad", "41008": "bad", "40163": "used", "40226": "blocked"}
"""Unknown or older than five minutes; none; used before; a user whom WeChat holds for a risk."""
_CODE = re.compile(r"[!-~]{1,256}")


async def log_in(client: WeixinClient, code: str) -> LoggedIn:
    """Ask WeChat; what it says of its key is read by nobody. A busy WeChat has not used the code and is asked again.

    Raises LoginRefused, SendLater, SendRefused and AnswerUnknown.
    """
    if not _CODE.fullmatch(code):
        raise LoginRefused("bad")
    try:
        return await _asked(client, code)
    except SendLater as later:
        if later.code != _BUSY:
            raise
    return await _asked(client, code)


async def _asked(client: WeixinClient, code: str) -> LoggedIn:
    try:
        return person_of(await client.wxa.code_to_session(code))
    except SendRefused as refused:
        reason = _REASONS.get(refused.code)
        if reason is None:
            raise
        raise LoginRefused(reason) from None


def person_of(answer: Mapping[str, Any]) -> LoggedIn:
    """Whom WeChat's answer names. Raises AnswerUnknown."""
    user, union_id = answer.get("openid"), answer.get("unionid")
    if not is_name(user):
        raise AnswerUnknown("NO_OPENID")
    return LoggedIn(user, union_id if is_name(union_id) else None)
