"""The desk as its people use it, over a demo shop in a process of its own; and a customer who needs a person."""

import json
import os
import re
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.databases import fastest_folder
from tests.forked import forked_command, forked_service

_READY = "Ctrl-C"
_URL = re.compile(r"open at (\S+)/demo")
_LOG_IN = re.compile(r"log-in (\w+) .*password: (\S+)")


@dataclass(frozen=True, slots=True)
class DemoShop:
    """The open demo shop: its address, and the passwords of its people by log-in."""

    url: str
    passwords: dict[str, str]
    environment: Mapping[str, str]

    def command(self, *arguments: str) -> None:
        """Runs `refundbot …` beside it, on its data."""
        done = forked_command(arguments, self.environment, seconds_max=60)
        assert done.returncode == 0, done.stderr

    def chat(self, customer: str) -> str:
        """Where a customer's chat opens, signed in."""
        return f"{self.url}/demo/{customer}"

    def needs_person(self, customer: str, order_no: str, *, locale: str = "en") -> None:
        """The customer says that the goods came damaged and has no picture, so that a person has to look."""
        token = self._session(customer, locale)
        answer: dict[str, Any] = {}
        for action in ("start:refund", f"order:{order_no}", "lines:all", "reason:damaged", "evidence:skip"):
            answer = self._call("/messages", {"client_id": str(uuid4()), "action": action}, token)
        assert "evidence:add" in json.dumps(answer), answer

    def _session(self, customer: str, locale: str) -> str:
        place = urllib.request.Request(f"{self.url}/demo/{customer}", method="GET")
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(place) as response:
            identity = response.headers["Location"].partition("#identity=")[2]
        session: str = self._call("/sessions", {"identity": identity, "locale": locale})["session"]
        return session

    def _call(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        call = urllib.request.Request(f"{self.url}/api/chat/demo{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(call) as response:
            answer: dict[str, Any] = json.load(response)
            return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer it is."""

    def http_error_303(self, _req: Any, fp: Any, *_answer: Any) -> Any:
        fp.code = fp.status = 200
        return fp


@contextmanager
def running_demo() -> Iterator[DemoShop]:
    """A new demo shop, served until the block ends."""
    fast = fastest_folder()
    with tempfile.TemporaryDirectory(prefix="rbd-", dir=fast) as folder:
        log = Path(folder, "log")
        environment = os.environ | {"REFUNDBOT_DATA_DIR": folder, "REFUNDBOT_PORT": "0"}
        with forked_service(("demo",), environment, log, stop_seconds_max=40) as served:
            yield _told(served.said, log, environment)


def _told(lines: IO[str], log: Path, environment: Mapping[str, str]) -> DemoShop:
    """What the command prints once it serves."""
    said = ""
    for line in lines:
        said += line
        if _READY in line:
            break
    found = _URL.search(said)
    assert found, (said, log.read_text(encoding="utf-8")[-2_000:])
    return DemoShop(found.group(1), dict(_LOG_IN.findall(said)), environment)


class DeskPage:
    """What a member of staff does and sees."""

    def __init__(self, page: Page, shop: DemoShop) -> None:
        self.page = page
        self.shop = shop
        self.log = page.locator(".log")
        self.reply = page.locator("#say-text")
        self.picture = page.locator("[data-picture]")
        self.head = page.locator(".head h1")
        self.form = page.locator("form.decide")
        self.notice = page.locator(".notice.error")

    @classmethod
    def log_in(cls, page: Page, shop: DemoShop, login: str = "anna") -> Self:
        """Types shop, log-in and password."""
        page.goto(f"{shop.url}/desk/login?shop=demo")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(shop.passwords[login])
        page.locator("button.primary").click()
        desk = cls(page, shop)
        expect(page.locator("[data-live-state].on")).to_be_visible()
        return desk

    def queued(self, order_no: str) -> Locator:
        """The queue's line about that order."""
        return self.page.locator(".queue a").filter(has_text=order_no)

    def open_case(self, order_no: str) -> None:
        """Opens the order's case from the queue."""
        self.page.goto(f"{self.shop.url}/desk")
        self.queued(order_no).click()
        expect(self.head).to_contain_text(order_no)
        expect(self.page.locator("[data-live-state].on")).to_be_visible()

    def press(self, name: str) -> None:
        """Presses the first button of that name."""
        self.page.get_by_role("button", name=name).first.click()

    def decide(self, action: str, **fields: str) -> None:
        """Fills the decision form in and sends it."""
        self.form.locator("[name=action]").select_option(action)
        for name, value in fields.items():
            self.form.locator(f"[name={name}]").fill(value)
        self.form.locator("button.primary").click()

    def say(self, text: str) -> None:
        """Writes to the customer and sends with Enter."""
        self.reply.fill(text)
        self.reply.press("Enter")

    def expect_said(self, text: str) -> None:
        """The log of the conversation shows it."""
        expect(self.log.locator(".said").filter(has_text=text).last).to_be_visible()

    def expect_state(self, words: str) -> None:
        """The case is in that state, without loading the page anew."""
        expect(self.head).to_contain_text(words)
