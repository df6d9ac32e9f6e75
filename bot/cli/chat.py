"""`refundbot chat`: a consumer's chat in the terminal, over HTTP as any other client."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import click
import msgspec

from bot.cli.running import run_with, settings_or_exit
from bot.settings import Settings
from channels.cards import card_text
from dialogs.actions import parse_action
from dialogs.messages import Card, CaseCard, Locale, OfferCard, OrderCard, RefundCard

Reply = dict[str, Any]
_TIMEOUT_SECONDS = 30
_CARDS: Mapping[str, type[Card]] = {"order": OrderCard, "case": CaseCard, "offer": OfferCard, "refund": RefundCard}


@click.command()
@click.argument("slug")
@click.option("--customer", required=True, metavar="EXTERNAL_ID", help="The customer to be, by the merchant's own id.")
@click.option("--order-no", help="An order that the shop's page is about; it is put into the signed identity.")
@click.option("--locale", type=click.Choice(["zh-CN", "en"]), help="The language to begin in.")
@click.option("--url", help="Where the server is; the configured address if not given.")
@click.option("--json", "is_json", is_flag=True, help="Read one message a line, print each reply as a JSON line.")
def chat(slug: str, customer: str, order_no: str | None, locale: str | None, url: str | None, is_json: bool) -> None:
    """Chat as a consumer of the merchant SLUG.

    The identity is signed with the merchant's secret from the database. A line is a text, the number of a choice, an
    action such as start:refund or line:1*2, or a JSON object {"text": …} or {"action": …}.
    """
    settings = settings_or_exit()
    identity = run_with(settings, _identity(settings, slug, customer, order_no))
    talk = _Talk(url or settings.url, slug, identity, locale)
    sys.exit(run_with(settings, _chat(talk, is_json=is_json)))


async def _identity(settings: Settings, slug: str, customer: str, order_no: str | None) -> str:
    from bot.merchants import find_chat_secret
    from bot.wiring import open_base
    from channels.support_chat.web.signature import sign_identity

    async with open_base(settings, application="chat") as base:
        secret = await find_chat_secret(base.db, base.vault, slug)
        if secret is None:
            raise click.ClickException(f"There is no merchant {slug!r}.")
        return sign_identity(customer, secret, now=base.clock.now(), order_no=order_no)


class _Talk:
    """One session with the server."""

    def __init__(self, url: str, slug: str, identity: str, locale: str | None) -> None:
        self._base = f"{url.rstrip('/')}/api/chat/{slug}"
        self._opening = {"identity": identity, "locale": locale}
        self.locale: Locale = "en" if locale == "en" else "zh-CN"
        self._choices: Sequence[Mapping[str, str]] = ()
        self._token = ""

    async def open(self) -> None:
        """Open the session."""
        answer = await self._call("POST", "/sessions", self._opening)
        self._token = answer["session"]

    async def say(self, line: str) -> Sequence[Reply]:
        """Say one line; the same message is sent again while the server cannot be reached."""
        answer = await self._call("POST", "/messages?wait=10", {"client_id": str(uuid4()), **self._content(line)})
        replies: Sequence[Reply] = answer["replies"]
        self.heard(replies)
        return replies

    def heard(self, replies: Sequence[Reply]) -> None:
        """From now on a number means a choice of this answer; one without choices leaves those before."""
        self._choices = [choice for reply in replies for choice in reply["choices"]] or self._choices

    def _content(self, line: str) -> dict[str, Any]:
        if line.startswith("{"):
            try:
                given = msgspec.json.decode(line)
            except msgspec.DecodeError:
                return {"text": line}
            return {name: given[name] for name in ("text", "action", "attachments") if given.get(name) is not None}
        actions = [choice["action"] for choice in self._choices]
        if line in actions or parse_action(line) is not None:
            return {"action": line}
        if line.isdecimal() and 0 < int(line) <= len(actions):
            return {"action": actions[int(line) - 1]}
        return {"text": line}

    async def _call(self, method: str, path: str, body: object) -> Any:
        import aiohttp

        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.request(method, self._base + path, data=msgspec.json.encode(body), headers=headers) as response,
            ):
                answer = msgspec.json.decode(await response.read())
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
            raise click.ClickException(f"No answer from {self._base}: {type(error).__name__}") from None
        if response.status >= 400:
            raise click.ClickException(f"{response.status} {answer.get('title')}: {answer.get('detail')}")
        return answer


async def _chat(talk: _Talk, *, is_json: bool) -> int:
    await talk.open()
    faults = 0
    async for line in _lines():
        try:
            replies = await talk.say(line)
        except click.ClickException as error:
            error.show()
            faults += 1
            continue
        if is_json:
            click.echo("\n".join(msgspec.json.encode(reply).decode() for reply in replies), nl=bool(replies))
        else:
            click.echo("\n".join(_words(replies, talk.locale)), nl=bool(replies))
    return 1 if faults else 0


async def _lines() -> AsyncIterator[str]:
    """Lines from standard input, read in a thread so that the loop goes on; what is not UTF-8 is marked."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            yield line.strip()


def _words(replies: Sequence[Reply], locale: Locale) -> Iterator[str]:
    """What was said, with each card in words; the choices of one answer are numbered through all of its cards."""
    number = 0
    for reply in replies:
        card = None if reply["card"] is None else msgspec.convert(reply["card"], _CARDS[reply["card"]["kind"]])
        shown = "" if card is None else card_text(card, locale)
        said = "\n".join(part for part in (reply["text"], shown) if part)
        if said:
            yield f"{reply['agent'] or reply['sender']}: {said}".replace("\n", "\n  ")
        for choice in reply["choices"]:
            number += 1
            yield f"  {number}. {choice['label']}"
