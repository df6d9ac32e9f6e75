"""Asking WeChat who a follower of an official account is: what is called, and what each answer means."""

from collections.abc import AsyncIterator

import pytest

from channels.abilities import TellsUnion
from channels.channel import Unreachable
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from tests.integration.channels.wechat_calls import OPENID, Caller, open_caller


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """An official account of an open platform, with a follower."""
    async with open_caller("wechat") as opened:
        opened.account.open_platform = "shop"
        opened.person.app_id, opened.person.human = opened.account.app_id, "lin"
        yield opened


async def asked(caller: Caller) -> str | None:
    assert isinstance(caller.channel, TellsUnion)
    return await caller.channel.union_of(OPENID)


async def test_a_follower_has_one_id_in_all_accounts_of_an_open_platform(caller: Caller) -> None:
    union_id = await asked(caller)

    assert union_id == caller.wechat.world.union_id(caller.account, caller.person)
    assert union_id


@pytest.mark.parametrize(("follows", "open_platform"), [(False, "shop"), (True, "")])
async def test_none_is_told_of_others(caller: Caller, follows: bool, open_platform: str) -> None:
    caller.person.follows, caller.account.open_platform = follows, open_platform

    assert await asked(caller) is None


async def test_an_expired_token_is_replaced_once(caller: Caller) -> None:
    await asked(caller)
    caller.wechat.world.expire_token(caller.account)

    assert await asked(caller)
    assert caller.account.token_calls == 2


@pytest.mark.parametrize(
    ("code", "raised"),
    [(40003, Unreachable), (48001, SendRefused), (45009, SendLater), (45011, SendLater), (-1, SendLater)],
)
async def test_each_refusal_says_what_to_do_next(caller: Caller, code: int, raised: type[Exception]) -> None:
    caller.wechat.world.faults.asks_code = code

    with pytest.raises(raised):
        await asked(caller)


async def test_an_answer_about_somebody_else_is_no_answer(caller: Caller) -> None:
    caller.wechat.world.faults.asks_about = "o-another"

    with pytest.raises(AnswerUnknown, match="NO_OPENID"):
        await asked(caller)
