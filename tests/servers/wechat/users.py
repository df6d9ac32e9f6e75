"""People who use WeChat: what they do is signed, pushed to the account's webhook, and pushed again when unanswered."""

import itertools
import json
import secrets
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp

from tests.servers.wechat.sealing import aes_key, seal, sha1_of, unseal
from tests.servers.wechat.state import Account, Heard, Person, World

TRIES = 4
ANSWER_SECONDS = 5.0
_numbers = itertools.count(24_876_543_210_987_654)


@dataclass(frozen=True)
class Pushed:
    """What became of a push: the status and body of each try."""

    tries: tuple[tuple[int, bytes], ...]

    @property
    def status(self) -> int:
        """The last one's; 0 where no answer came."""
        return self.tries[-1][0]


@dataclass
class User:
    """One person at one account; answer_seconds is how long WeChat waits before it pushes again."""

    world: World
    account: Account
    person: Person
    answer_seconds: float = ANSWER_SECONDS

    async def write(self, text: str, **fields: Any) -> Pushed:
        return await self.does("message", {"MsgType": "text", "Content": text, **self._id(), **fields})

    async def tap(self, label: str) -> Pushed:
        """Tap an entry of the newest menu that shows it."""
        menu = next(heard.menu for heard in reversed(self.person.heard) if label in heard.menu)
        return await self.write(label, bizmsgmenuid=menu[label])

    async def send_picture(self, raw: bytes, kind: str = "image/jpeg") -> Pushed:
        name = f"media-{next(_numbers)}"
        self.world.media[name] = (kind, raw)
        picture = {"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/0", "MediaId": name, **self._id()}
        return await self.does("message", picture)

    async def click(self, key: str) -> Pushed:
        return await self.does("menu", {"MsgType": "event", "Event": "CLICK", "EventKey": key})

    async def follow(self, scene: str = "") -> Pushed:
        self.person.follows = True
        event = {"MsgType": "event", "Event": "subscribe", "EventKey": f"qrscene_{scene}" if scene else ""}
        return await self.does("scan" if scene else "follow", event)

    async def scan(self, scene: str) -> Pushed:
        return await self.does("scan", {"MsgType": "event", "Event": "SCAN", "EventKey": scene, "Ticket": "gQ"})

    async def unfollow(self) -> Pushed:
        self.person.follows = False
        return await self.does(None, {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})

    async def enter(self, session_from: str) -> Pushed:
        event = {"MsgType": "event", "Event": "user_enter_tempsession", "SessionFrom": session_from}
        return await self.does("enter", event)

    async def does(self, window: str | None, fields: dict[str, Any]) -> Pushed:
        """Do it: the window opens, and the push goes out until it is answered, four times at most."""
        now = self.world.now()
        if window is not None:
            self.person.allowance.open(window, now)
        push = {
            "ToUserName": self.account.name, "FromUserName": self.person.openid, "CreateTime": int(now), **fields,
        }  # fmt: skip
        await self.world.meanwhile("opened", self.person)
        return await self.push(self.written(push))

    async def push(self, plain: bytes) -> Pushed:
        """Push these bytes; the same again is a push that was sent twice."""
        tries: list[tuple[int, bytes]] = []
        async with aiohttp.ClientSession() as http:
            for _ in range(TRIES):
                query, body = self.signed(plain)
                tries.append(await self._try(http, query, body))
                if tries[-1][0] == 200:
                    await self._take(query, tries[-1][1])
                    break
        return Pushed(tuple(tries))

    def written(self, push: dict[str, Any]) -> bytes:
        """The push in the account's format."""
        if self.account.kind == "mini_program" and self.account.message_format == "json":
            return json.dumps(push, ensure_ascii=False).encode()
        fields = "".join(
            f"<{name}>{it}</{name}>" if isinstance(it, int) else f"<{name}><![CDATA[{it}]]></{name}>"
            for name, it in push.items()
        )
        return f"<xml>{fields}</xml>".encode()

    def signed(self, plain: bytes) -> tuple[dict[str, str], bytes]:
        """The query and body of a push, encrypted where the account is in safe mode."""
        stamp, nonce = str(int(self.world.now())), str(secrets.randbelow(10**9))
        token, key = self.account.push_token, self.account.encoding_aes_key
        query = {"signature": sha1_of(token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        query["openid"] = self.person.openid
        if not key:
            return query, plain
        sealed = seal(plain, aes_key(key), self.account.app_id)
        query |= {"encrypt_type": "aes", "msg_signature": sha1_of(token, stamp, nonce, sealed)}
        if plain.startswith(b"{"):
            return query, json.dumps({"ToUserName": self.account.name, "Encrypt": sealed}).encode()
        ends = f"<ToUserName><![CDATA[{self.account.name}]]></ToUserName>"
        return query, f"<xml>{ends}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    async def _try(self, http: aiohttp.ClientSession, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=self.answer_seconds)
        kind = "application/json" if body.startswith(b"{") else "text/xml"
        try:
            async with http.post(
                self.account.webhook_url, params=query, data=body, headers={"Content-Type": kind}, timeout=timeout
            ) as response:
                return response.status, await response.read()
        except (TimeoutError, aiohttp.ClientError):
            return 0, b""

    async def _take(self, query: dict[str, str], answer: bytes) -> None:
        """Show what the answer carries; WeChat shows "out of order" for an answer that it cannot read."""
        if answer.strip() in {b"", b"success"}:
            return
        try:
            reply = self._read(query, answer)
            heard = self._heard(reply)
        except (AssertionError, KeyError, ValueError, TypeError, AttributeError, ET.ParseError) as error:
            self.world.wrongs.append(f"answer: {error!r} in {answer[:300]!r}")
            return
        await self.world.show(self.person, heard)

    def _read(self, query: dict[str, str], answer: bytes) -> dict[str, Any]:
        fields = _fields(answer)
        key = self.account.encoding_aes_key
        if not key:
            return fields
        assert set(fields) == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
        parts = (self.account.push_token, str(fields["TimeStamp"]), fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == sha1_of(*parts)
        assert str(fields["TimeStamp"]) == query["timestamp"]
        return _fields(unseal(fields["Encrypt"], aes_key(key), self.account.app_id))

    def _heard(self, reply: dict[str, Any]) -> Heard:
        assert reply["ToUserName"] == self.person.openid
        assert reply["FromUserName"] == self.account.name
        assert abs(int(reply["CreateTime"]) - self.world.now()) < 3600
        if reply["MsgType"] == "transfer_customer_service":
            return Heard("answer", "transfer_customer_service", "")
        assert self.account.kind == "wechat"
        assert reply["MsgType"] == "text"
        assert 0 < len(reply["Content"].encode()) <= 2048
        return Heard("answer", "text", reply["Content"], body=reply)

    def _id(self) -> dict[str, Any]:
        number = next(_numbers)
        is_text = self.account.kind == "mini_program" and self.account.message_format == "json"
        return {"MsgId": f"49d7f3a2c1b04e5f_{number}" if is_text else number}


def _fields(raw: bytes) -> dict[str, Any]:
    if raw.lstrip().startswith(b"{"):
        read = json.loads(raw)
        assert isinstance(read, dict)
        return read
    root = ET.fromstring(raw)
    assert root.tag == "xml"
    return {child.tag: child.text or "" for child in root}
