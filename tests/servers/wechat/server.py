"""The API of the fake WeChat: checks the token and the shape of every call, keeps the quotas, misbehaves as told."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.servers.wechat.people import user_info
from tests.servers.wechat.shapes import BAD_JSON, Wrong, check_message, check_notice, check_picture
from tests.servers.wechat.state import FORCED_A_DAY, Account, Heard, Login, World
from tests.servers.wechat.users import User

CODE_SECONDS = 300
SESSION_KEY = "c2Vzc2lvbi1rZXktb2Ytb25l"
SECURITY_CHECK_LENGTH = 2500
Handler = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]


class FakeWeChat:
    """The server; its users push to the accounts' webhooks."""

    def __init__(self) -> None:
        self.world = World()
        self.url = ""

    def add(self, account: Account) -> Account:
        self.world.accounts[account.app_id] = account
        return account

    def user(self, account: Account, openid: str = "oFan6s0d4w9GZ3mT7kL1qYxB2nVc", *, human: str = "") -> User:
        person = self.world.person(openid)
        person.app_id, person.human = person.app_id or account.app_id, human or person.human
        return User(self.world, account, person)

    async def stable_token(self, request: web.Request) -> web.StreamResponse:
        asked = await self._body(request)
        if set(asked) - {"force_refresh"} != {"grant_type", "appid", "secret"}:
            return self._refuse(BAD_JSON, f"fields of stable_token: {sorted(asked)}")
        if self.world.faults.tokens_broken:
            self.world.faults.tokens_broken -= 1
            return web.Response(status=502, text="<html>bad gateway</html>")
        account = self.world.accounts.get(asked["appid"])
        if account is None or asked["grant_type"] != "client_credential":
            return self._error(40013)
        if account.secret != asked["secret"]:
            return self._error(40125)
        is_forced = asked.get("force_refresh") is True
        if is_forced and account.forced >= FORCED_A_DAY:
            return self._error(45009)
        token, seconds = self.world.issue_token(account, is_forced=is_forced)
        return web.json_response({"access_token": token, "expires_in": seconds})

    async def custom_send(self, request: web.Request, account: Account) -> web.StreamResponse:
        body = check_message(account.kind, await self._body(request))
        if body["msgtype"] == "image" and body["image"]["media_id"] not in self.world.uploads:
            return self._error(40007)
        person = self.world.people.get(body["touser"])
        if person is None:
            return self._error(40003)
        if not person.follows and account.kind == "wechat":
            return self._error(43004)
        if not person.receives:
            return self._error(48002)
        await self.world.meanwhile("arrived", person)
        if self.world.faults.strays:
            self.world.faults.strays -= 1
            self.world.strays.append((person, _heard(body)))
            return _drop(request)
        refused = self.world.take(person)
        if refused:
            return self._error(refused)
        await self.world.meanwhile("counted", person)
        await self.world.show(person, _heard(body))
        return await self._done(request, {"errcode": 0, "errmsg": "ok"})

    async def template_send(self, request: web.Request, account: Account) -> web.StreamResponse:
        body = check_notice(await self._body(request), account.templates, {"url", "miniprogram"})
        person = self.world.people.get(body["touser"])
        if person is None:
            return self._error(40003)
        if not person.follows:
            return self._error(43004)
        await self.world.show(person, Heard("template", "template", _values(body), body=body))
        return await self._done(request, {"errcode": 0, "errmsg": "ok", "msgid": len(self.world.calls)})

    async def subscribe_send(self, request: web.Request, account: Account) -> web.StreamResponse:
        body = check_notice(await self._body(request), account.templates, {"page", "miniprogram_state", "lang"})
        person = self.world.people.get(body["touser"])
        if person is None:
            return self._error(40003)
        if not person.granted.get(body["template_id"], 0):
            return self._error(43101)
        person.granted[body["template_id"]] -= 1
        await self.world.show(person, Heard("subscribe", "subscribe", _values(body), body=body))
        return await self._done(request, {"errcode": 0, "errmsg": "ok"})

    async def media_get(self, request: web.Request, _account: Account) -> web.StreamResponse:
        name = request.query.get("media_id", "")
        if self.world.held is not None:
            await self.world.held.wait()
        if self.world.media_code:
            return self._error(self.world.media_code)
        if name in self.world.videos:
            return web.json_response({"video_url": self.world.videos[name]})
        if name not in self.world.media:
            return self._error(40007)
        kind, raw = self.world.media[name]
        return web.Response(body=raw, content_type=kind)

    async def media_upload(self, request: web.Request, _account: Account) -> web.StreamResponse:
        """A file in the field media, with its name, type and length."""
        if request.query.get("type") != "image" or request.content_type != "multipart/form-data":
            raise Wrong(BAD_JSON, "an upload that is no form with an image")
        form = await request.post()
        part = form.get("media")
        if set(form) != {"media"} or not isinstance(part, web.FileField) or not part.filename:
            raise Wrong(BAD_JSON, f"fields of an upload: {sorted(form)}")
        raw = part.file.read()
        check_picture(part.content_type, raw)
        name = f"up-{secrets.token_hex(8)}"
        self.world.uploads[name] = raw
        return await self._done(request, {"type": "image", "media_id": name, "created_at": int(self.world.now())})

    async def file(self, request: web.Request) -> web.StreamResponse:
        kind, raw = self.world.media[request.match_info["name"]]
        return web.Response(body=raw, content_type=kind)

    async def moved(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/inside"})

    async def code_to_session(self, request: web.Request) -> web.StreamResponse:
        self.world.calls.append(request.path)
        spoiled = await self._spoil(request)
        if spoiled is not None:
            return spoiled
        query = request.query
        if set(query) != {"appid", "secret", "js_code", "grant_type"} or query["grant_type"] != "authorization_code":
            return self._refuse(40002, f"query of jscode2session: {sorted(query)}")
        account = self.world.accounts.get(query["appid"])
        if account is None or query["secret"] != account.secret:
            return self._error(40013 if account is None else 40125)
        login = self.world.logins.get(query["js_code"])
        if login is None or login.app_id != account.app_id or self.world.now() >= login.ends:
            return self._error(40029)
        if login.is_used:
            return self._error(40163)
        login.is_used = True
        if self.world.person(login.openid).is_risky:
            return self._error(40226)
        person = {"openid": login.openid, "session_key": SESSION_KEY}
        return web.json_response(person | ({"unionid": login.union_id} if login.union_id else {}))

    async def msg_sec_check(self, request: web.Request, _account: Account) -> web.StreamResponse:
        asked = await self._body(request)
        if asked.get("version") != 2 or asked.get("scene") not in {1, 2, 3, 4} or "openid" not in asked:
            raise Wrong(BAD_JSON, "fields of msg_sec_check")
        if not 0 < len(asked["content"]) <= SECURITY_CHECK_LENGTH:
            raise Wrong(45002, "content")
        suggest = "risky" if "risky" in asked["content"] else "pass"
        return web.json_response({"errcode": 0, "result": {"suggest": suggest, "label": 100}})

    def log_in(self, account: Account, openid: str, *, union_id: str = "") -> str:
        """A code as wx.login gives it to the mini-program on that person's phone: good once, for five minutes."""
        code = f"0c{secrets.token_hex(15)}"
        self.world.logins[code] = Login(account.app_id, openid, union_id, self.world.now() + CODE_SECONDS)
        return code

    def with_token(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A call of which the world keeps count, and which goes wrong as it is told."""

        checked = self.checked(handler)

        async def called(request: web.Request) -> web.StreamResponse:
            self.world.calls.append(request.path)
            return await self._spoil(request) or await checked(request)

        return called

    def checked(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A call with a token."""

        async def called(request: web.Request) -> web.StreamResponse:
            account = self.world.account_of(request.query.get("access_token", ""))
            if account is None or self.world.faults.refuses_every_token:
                return self._error(40001)
            try:
                return await handler(request, account)
            except Wrong as wrong:
                return self._refuse(wrong.code, str(wrong))

        return called

    async def _spoil(self, request: web.Request) -> web.StreamResponse | None:
        """What goes wrong before anything is done."""
        faults = self.world.faults
        if faults.is_slow:
            await faults.released.wait()
        if faults.dropped_before:
            faults.dropped_before -= 1
            return _drop(request)
        if faults.busy:
            faults.busy -= 1
            return self._error(-1)
        if faults.broken:
            faults.broken -= 1
            return web.Response(status=503, text="busy")
        if faults.unreadable:
            faults.unreadable -= 1
            return web.Response(text="<html>", content_type="text/html")
        return self._error(faults.code) if faults.code else None

    async def _done(self, request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
        """The answer of what was done; it may get lost."""
        if self.world.faults.dropped_after:
            self.world.faults.dropped_after -= 1
            return _drop(request)
        return web.json_response(answer)

    async def _body(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        assert isinstance(body, dict)
        return body

    def _refuse(self, code: int, why: str) -> web.Response:
        self.world.wrongs.append(why)
        return self._error(code)

    def _error(self, code: int) -> web.Response:
        self.world.refusals.append(code)
        return web.json_response({"errcode": code, "errmsg": f"error {code} rid: 0"})


def _drop(request: web.Request) -> web.Response:
    """The connection is gone; nobody hears the answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _heard(body: dict[str, Any]) -> Heard:
    inner = body[body["msgtype"]]
    match body["msgtype"]:
        case "text":
            return Heard("message", "text", inner["content"], body=body)
        case "msgmenu":
            labels = {entry["content"]: entry["id"] for entry in inner["list"]}
            whole = "\n".join((inner["head_content"], *labels, inner["tail_content"]))
            return Heard("message", "msgmenu", whole, labels, body)
        case "image":
            return Heard("message", "image", inner["media_id"], body=body)
        case kind:
            return Heard("message", kind, inner["title"], body=body)


def _values(body: dict[str, Any]) -> str:
    return "\n".join(entry["value"] for entry in body["data"].values())


@asynccontextmanager
async def fake_wechat() -> AsyncIterator[FakeWeChat]:
    """The server on a free port until the block ends."""
    wechat = FakeWeChat()
    app = web.Application(client_max_size=16 << 20)
    app.router.add_post("/cgi-bin/stable_token", wechat.stable_token)
    app.router.add_post("/cgi-bin/message/custom/send", wechat.with_token(wechat.custom_send))
    app.router.add_post("/cgi-bin/message/template/send", wechat.with_token(wechat.template_send))
    app.router.add_post("/cgi-bin/message/subscribe/send", wechat.with_token(wechat.subscribe_send))
    app.router.add_get(
        "/cgi-bin/user/info", wechat.checked(lambda request, account: user_info(wechat.world, request, account))
    )
    app.router.add_post("/cgi-bin/media/upload", wechat.with_token(wechat.media_upload))
    app.router.add_get("/cgi-bin/media/get", wechat.with_token(wechat.media_get))
    app.router.add_get("/file/{name}", wechat.file)
    app.router.add_get("/moved", wechat.moved)
    app.router.add_get("/sns/jscode2session", wechat.code_to_session)
    app.router.add_post("/wxa/msg_sec_check", wechat.with_token(wechat.msg_sec_check))
    async with TestServer(app) as server:
        wechat.url = str(server.make_url("")).rstrip("/")
        try:
            yield wechat
        finally:
            wechat.world.faults.released.set()
            if wechat.world.held is not None:
                wechat.world.held.set()
