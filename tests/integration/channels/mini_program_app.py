"""A phone with the merchant's mini-program open: it logs in at a WeChat and at our server."""

from dataclasses import dataclass
from typing import Any

from tests.integration.api.shop import Answer, Chat, Shop
from tests.integration.channels.wechat_stage import Stage, open_stage
from tests.servers.wechat.server import FakeWeChat

TEMPLATE = {"template_id": "tpl", "template_fields": "character_string1=case_no,amount2=amount,phrase3=state"}


@dataclass
class Phone:
    """One person's, in the mini-program of the stage."""

    stage: Stage
    openid: str = "o-phone"
    union_id: str = ""

    def code(self) -> str:
        """What wx.login gives."""
        return self.stage.wechat.log_in(self.stage.account, self.openid, union_id=self.union_id)

    async def asks(self, code: str | None = None, *, path: str = "shop/mini_program/main", **more: Any) -> Answer:
        """Ask for a session."""
        body = {"code": self.code() if code is None else code, **more}
        return await self.stage.shop.call("POST", f"/api/chat/{path}/sessions", body)

    async def chat(self, **more: Any) -> Chat:
        """The chat of a session that was given."""
        status, answer = await self.asks(**more)
        assert status == 201, answer
        return Chat(self.stage.shop, answer["session"], answer["conversation"], "shop")

    async def answers(self, chat: Chat, word: str) -> Answer:
        """Answer what wx.requestSubscribeMessage asks; WeChat lets one message through for a yes."""
        if word == "accept":
            granted = self.stage.wechat.world.person(self.openid).granted
            granted["tpl"] = granted.get("tpl", 0) + 1
        return await chat.post({"answers": {"tpl": word}}, "/notices")


async def open_phone(shop: Shop, wechat: FakeWeChat, **more: Any) -> Phone:
    """The phone of a person whom nobody knows yet."""
    return Phone(await open_stage(shop, wechat, "mini_program", **more))
