"""An official account and a mini-program calling a WeChat with state, quotas and faults."""

import asyncio

import pytest
from redis.asyncio import Redis

from channels.channel import Payload, Spoken, Unreachable, WindowClosed
from channels.weixin import client as calling
from channels.weixin.channel import WeixinChannel
from dialogs.messages import CaseCard, Choice, Reply
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage.crypto import Vault
from storage.shared_tokens import open_tokens
from tests.integration.channels.tokens import OwnTokens
from tests.integration.channels.wechat_calls import OPENID, TEXT, Caller, open_account
from tests.servers.wechat.state import FORCED_A_DAY

VAULT = Vault(b"k" * 32)
DAY_MS = 86_400_000
CASE = Reply("已提交 C1。", card=CaseCard("C1", "20261101-0001", "refunding", 5900, "CNY"))


async def test_what_is_rendered_is_taken_and_shown(caller: Caller) -> None:
    choices = (Choice("申请退款", "start:refund"), Choice("转人工", "human"))
    (payload,) = caller.channel.render([Spoken(3, Reply("请问需要什么帮助？", choices))], "zh-CN")

    await caller.send(payload)

    (heard,) = caller.person.heard
    assert heard.how == "message"
    assert "请问需要什么帮助？" in heard.text
    is_menu = caller.account.kind == "wechat"
    assert heard.menu == ({"申请退款": "start:refund", "转人工": "human"} if is_menu else {})
    assert ("1. 申请退款" in heard.text) is not is_menu


async def test_a_case_card_is_taken_by_both_kinds(caller: Caller) -> None:
    more = {"mini_program_page": "pages/case?no={case_no}", "mini_program_thumb": "thumb"}
    more |= {"mini_program_appid": "wx1"} if caller.account.kind == "wechat" else {}
    channel = open_account(caller.wechat, caller.account, caller.tokens, **more)

    for payload in channel.render([Spoken(1, CASE)], "zh-CN"):
        await channel.send(OPENID, payload, key="k")
    await channel.close()

    assert [heard.kind for heard in caller.person.heard] == ["text", "miniprogrampage"]


async def test_the_sixth_message_finds_the_window_closed_and_so_does_the_first_after_two_days(caller: Caller) -> None:
    for _ in range(5):
        await caller.send()
    with pytest.raises(WindowClosed, match="45047"):
        await caller.send()

    now = caller.wechat.world.now()
    caller.wechat.world.now = lambda: now + 48 * 3600
    with pytest.raises(WindowClosed, match="45015"):
        await caller.send()


async def test_an_expired_token_is_replaced_once_and_the_message_goes_out(caller: Caller) -> None:
    await caller.send()
    caller.wechat.world.expire_token(caller.account)

    await caller.send()

    assert (caller.sends(), caller.account.token_calls, len(caller.person.heard)) == (3, 2, 2)
    assert caller.account.forced == 0


async def test_a_server_that_refuses_every_token_draws_two_calls_and_no_more_forced_tokens_than_are_allowed(
    caller: Caller,
) -> None:
    caller.wechat.world.faults.refuses_every_token = True

    with pytest.raises(SendLater, match="40001"):
        await caller.send()
    assert caller.sends() == 2

    for _ in range(30):
        with pytest.raises(SendLater):
            await caller.send()
    assert caller.sends() == 62
    assert caller.account.forced == 1


async def test_many_calls_of_two_processes_at_once_fetch_one_token(caller: Caller, redis_url: str) -> None:
    async with open_tokens(redis_url, VAULT) as ours, open_tokens(redis_url, VAULT) as theirs:
        channels = [open_account(caller.wechat, caller.account, tokens) for tokens in (ours, theirs)]
        await asyncio.gather(*(channel.send(OPENID, TEXT, key="k") for channel in channels for _ in range(2)))
        for channel in channels:
            await channel.close()

    assert (caller.sends(), caller.account.token_calls) == (4, 1)


async def test_processes_that_are_refused_every_token_force_fewer_in_a_day_than_wechat_allows(
    caller: Caller, redis_url: str
) -> None:
    caller.wechat.world.faults.refuses_every_token = True
    async with (
        open_tokens(redis_url, VAULT) as ours,
        open_tokens(redis_url, VAULT) as theirs,
        Redis.from_url(redis_url) as redis,
    ):
        for tokens in (ours, theirs):
            channel = open_account(caller.wechat, caller.account, tokens)
            with pytest.raises(SendLater):
                await channel.send(OPENID, TEXT, key="k")
            await channel.close()
        kept_ms = await redis.pttl(f"refundbot:token:{caller.account.app_id}:forced")

    assert caller.account.forced == 1
    assert DAY_MS / kept_ms < FORCED_A_DAY


async def test_a_wrong_secret_is_refused_by_its_code(caller: Caller) -> None:
    channel = open_account(caller.wechat, caller.account, OwnTokens(), app_secret="other")

    with pytest.raises(SendRefused, match="40125"):
        await channel.send(OPENID, TEXT, key="k")
    await channel.close()


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ({"busy": 1}, SendLater),
        ({"broken": 1}, AnswerUnknown),
        ({"unreadable": 1}, AnswerUnknown),
        ({"dropped_before": 1}, AnswerUnknown),
        ({"dropped_after": 1}, AnswerUnknown),
        ({"tokens_broken": 1}, SendLater),
        ({"code": 40003}, Unreachable),
        ({"code": 43004}, Unreachable),
        ({"code": 48002}, Unreachable),
        ({"code": 45015}, WindowClosed),
        ({"code": 45047}, WindowClosed),
        ({"code": 45009}, SendLater),
        ({"code": 45011}, SendLater),
        ({"code": 43101}, SendRefused),
        ({"code": 40008}, SendRefused),
        ({"code": 48001}, SendRefused),
    ],
)
async def test_each_fault_says_what_to_do_next(caller: Caller, fault: dict[str, int], raised: type[Exception]) -> None:
    for name, value in fault.items():
        setattr(caller.wechat.world.faults, name, value)

    with pytest.raises(raised):
        await caller.send()

    assert caller.sends() == (0 if "tokens_broken" in fault else 1)
    assert len(caller.person.heard) == (1 if "dropped_after" in fault else 0)


async def test_a_slow_answer_is_unknown(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "TIMEOUT_SECONDS", 0.3)
    caller.wechat.world.faults.is_slow = True

    with pytest.raises(AnswerUnknown, match="TIMEOUT"):
        await caller.send()


async def test_an_address_without_anybody_is_for_later(caller: Caller) -> None:
    channel = open_account(caller.wechat, caller.account, caller.tokens, api_base="http://127.0.0.1:9")

    with pytest.raises(SendLater, match="NOT_REACHED"):
        await channel.send(OPENID, TEXT, key="k")
    await channel.close()


async def test_who_blocked_unfollowed_or_never_was_is_not_reachable(caller: Caller) -> None:
    caller.person.receives = False
    with pytest.raises(Unreachable):
        await caller.send()
    with pytest.raises(Unreachable):
        await caller.channel.send("nobody", TEXT, key="k")


async def test_a_notice_goes_out_when_every_window_is_closed(caller: Caller) -> None:
    caller.person.allowance.opened.clear()
    caller.person.granted["tpl"] = 1
    assert isinstance(caller.channel, WeixinChannel)
    payload = caller.channel.notice([Spoken(1, CASE)], "zh-CN")
    assert payload is not None

    await caller.send(payload)

    (heard,) = caller.person.heard
    assert (heard.how, heard.text) == (
        "template" if caller.account.kind == "wechat" else "subscribe", "C1\n¥59.00\n退款处理中\n已提交 C1。",
    )  # fmt: skip
    if caller.account.kind == "mini_program":
        with pytest.raises(SendRefused, match="43101"):
            await caller.send(payload)


async def test_there_is_no_notice_of_what_is_no_case(caller: Caller) -> None:
    assert isinstance(caller.channel, WeixinChannel)
    assert caller.channel.notice([Spoken(1, Reply("您好"))], "zh-CN") is None
    assert caller.channel.notice([], "zh-CN") is None


async def test_a_payload_of_another_channel_is_refused_without_a_call(caller: Caller) -> None:
    with pytest.raises(SendRefused):
        await caller.send(Payload("sendMessage", {}))

    assert caller.wechat.world.calls == []
