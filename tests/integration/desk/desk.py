"""People at the desk of a running shop, over HTTP as a browser would."""

import html
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
from argon2 import PasswordHasher

from storage.staff_store import NewStaff, add_staff
from tests.integration.api.shop import Shop

PASSWORD = "correct horse battery"
FRAGMENT = {"X-Fragment": "1"}
# Of the costs that make a password hard to guess the least: these are checked hundreds of times.
_KNOWN_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True)
class Staff:
    """One person with a browser of their own."""

    url: str
    http: aiohttp.ClientSession
    login: str
    csrf: str = ""

    async def get(self, path: str, *, headers: dict[str, str] | None = None) -> tuple[int, str]:
        async with self.http.get(self.url + path, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def post(self, path: str, *, csrf: str | None = None, **fields: object) -> tuple[int, str]:
        data = {"csrf": self.csrf if csrf is None else csrf} | {name: str(value) for name, value in fields.items()}
        async with self.http.post(self.url + path, data=data, headers=FRAGMENT, allow_redirects=False) as response:
            return response.status, await response.text()

    async def log_in(self, *, shop: str = "shop", password: str = PASSWORD) -> int:
        _, page = await self.get("/desk/login")
        fields = {"shop": shop, "login": self.login, "password": password}
        status, _ = await self.post("/desk/login", csrf=csrf_of(page), **fields)
        if status == 303:
            _, page = await self.get("/desk")
            self.csrf = csrf_of(page)
        return status

    async def take_over(self, conversation: str) -> tuple[int, str]:
        return await self.post(f"/desk/conversations/{conversation}/take-over", epoch=await self.epoch(conversation))

    async def give_back(self, conversation: str) -> tuple[int, str]:
        return await self.post(f"/desk/conversations/{conversation}/return", epoch=await self.epoch(conversation))

    async def say(self, conversation: str, text: str) -> tuple[int, str]:
        return await self.post(f"/desk/conversations/{conversation}/reply", text=text)

    async def show(
        self, conversation: str, picture: bytes, text: str = "", *, csrf: str | None = None, kind: str = "image/jpeg"
    ) -> tuple[int, str]:
        """Send a picture, as the page's script does."""
        form = aiohttp.FormData()
        form.add_field("csrf", self.csrf)
        form.add_field("text", text)
        form.add_field("picture", picture, filename="picture.jpg", content_type=kind)
        path, headers = f"/desk/conversations/{conversation}/reply", FRAGMENT | {"X-Csrf": csrf or self.csrf}
        async with self.http.post(self.url + path, data=form, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def epoch(self, conversation: str) -> int:
        _, page = await self.get(f"/desk/conversations/{conversation}/hold", headers=FRAGMENT)
        found = re.search(r'name="epoch" value="(\d+)"', page)
        assert found, page
        return int(found.group(1))

    async def version(self, case_no: str) -> int:
        return int((await self.opened(case_no))["version"])

    async def opened(self, case_no: str) -> dict[str, str]:
        """What the page of the case keeps of how it was when the page was opened."""
        _, page = await self.get(f"/desk/cases/{case_no}/decide", headers=FRAGMENT)
        found = dict(re.findall(r'name="(version|seen)" value="(\d+)"', page))
        assert found.keys() == {"version", "seen"}, page
        return found

    async def decide(self, case_no: str, action: str, *, version: int | None = None, **fields: Any) -> tuple[int, str]:
        opened = {"version": version, "seen": version} if version is not None else await self.opened(case_no)
        return await self.post(f"/desk/cases/{case_no}/decide", action=action, **(opened | fields))


def csrf_of(page: str) -> str:
    found = _CSRF.search(page)
    assert found, page
    return html.unescape(found.group(1))


async def hire(shop: Shop, login: str, name: str, *, role: str = "agent", merchant_id: UUID | None = None) -> Staff:
    """A new person, not logged in yet."""
    wanted = NewStaff(login, name, role, _KNOWN_HASH)
    assert await add_staff(shop.base.db, merchant_id or shop.merchant.merchant_id, wanted)
    return Staff(shop.url, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)), login)
