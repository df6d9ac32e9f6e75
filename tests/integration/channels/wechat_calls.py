"""An account at a WeChat with state, our channel for it, and a user who has just written; for tests of our calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channels.channel import Account as OurAccount
from channels.channel import Channel, Payload, Tokens
from channels.mini_program.channel import open_channel as open_mini_program
from channels.wechat.channel import open_channel as open_wechat
from tests.integration.channels.tokens import OwnTokens
from tests.servers.wechat.server import FakeWeChat, fake_wechat
from tests.servers.wechat.state import Account, Kind, Person

TEXT = Payload("text", {"text": {"content": "您好"}})
OPENID = "oFan6s0d4w9GZ3mT7kL1qYxB2nVc"
SENDS = "/cgi-bin/message/custom/send"
AES_KEY = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1A"


@dataclass
class Caller:
    """A WeChat, an account at it, our channel for the account, and one user who has just written."""

    wechat: FakeWeChat
    account: Account
    channel: Channel
    tokens: OwnTokens
    person: Person

    async def send(self, payload: Payload = TEXT) -> str:
        return (await self.channel.send(OPENID, payload, key="k")).message_id

    def sends(self, path: str = SENDS) -> int:
        return self.wechat.world.calls.count(path)


def open_account(wechat: FakeWeChat, account: Account, tokens: Tokens, **settings: str) -> Channel:
    given = {
        "app_id": account.app_id, "app_secret": account.secret, "token": account.push_token, "api_base": wechat.url,
        "encoding_aes_key": account.encoding_aes_key, "template_id": "tpl",
        "template_fields": "character_string1=case_no,amount2=amount,phrase3=state,thing4=text",
    }  # fmt: skip
    opened: Callable[..., Channel] = open_wechat if account.kind == "wechat" else open_mini_program
    return opened(OurAccount("shop", "main", given | settings), tokens)


@asynccontextmanager
async def open_caller(kind: Kind) -> AsyncIterator[Caller]:
    """An account of that kind; nothing that no caller may send may have been sent at the end."""
    fields = ("character_string1", "amount2", "phrase3", "thing4")
    async with fake_wechat() as wechat:
        account = wechat.add(Account(kind, "wxba5fad812f8e6fb9", "s3cret", "t0ken", AES_KEY, templates={"tpl": fields}))
        tokens, person = OwnTokens(), wechat.world.person(OPENID)
        person.allowance.open("message", wechat.world.now())
        channel = open_account(wechat, account, tokens)
        yield Caller(wechat, account, channel, tokens, person)
        await channel.close()
        assert wechat.world.wrongs == []
