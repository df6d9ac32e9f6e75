"""The action server over HTTP: the statuses that Rasa goes by, and who may call."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.acting import check_reach
from bot.listening import listen
from bot.rasa_settings import ActionSettings
from bot.rasa_talk import RasaTalk
from bot.settings import SettingsInvalid
from dialogs.rasa.names import REFUND_STATUS, VALIDATE_FORM, WISHES
from dialogs.rasa.server import action_server
from dialogs.understanding import Intent
from storage.database import Database
from tests.acceptance.running import environment_for, run_command
from tests.integration.rasa.assistant import Assistant, Tracker, open_assistant

TOKEN = "a-token-of-this-test"


@asynccontextmanager
async def serving(talk: RasaTalk, token: str | None = None) -> AsyncIterator["Server"]:
    listening = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with action_server(talk, listening, token=token), aiohttp.ClientSession() as http:
        yield Server(url, http, talk)


class Server:
    def __init__(self, url: str, http: aiohttp.ClientSession, talk: RasaTalk) -> None:
        self.url = url
        self.http = http
        self.talk = talk

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        async with self.http.request(method, self.url + path, json=body, headers=headers) as response:
            return response.status, await response.json()


def greeting(assistant: Assistant, action: str = REFUND_STATUS) -> dict[str, Any]:
    tracker = Tracker()
    tracker.hear("hello", Intent.GREETING, identity=assistant.identity())
    return tracker.call(action)


async def test_every_action_is_listed_and_the_server_is_well(assistant: Assistant) -> None:
    async with serving(assistant.talk) as server:
        _, actions = await server.call("GET", "/actions")
        health = await server.call("GET", "/health")

    assert [action["name"] for action in actions] == [*WISHES, VALIDATE_FORM]
    assert health == (200, {"status": "ok"})


async def test_over_http_and_in_process_the_answer_is_the_same(assistant: Assistant) -> None:
    call = greeting(assistant)

    async with serving(assistant.talk) as server:
        status, over_http = await server.call("POST", "/webhook", call)
    in_process = (await assistant.executor.run(call)).model_dump()

    assert status == 200
    assert over_http["responses"] == in_process["responses"]
    assert _without_session(over_http["events"]) == _without_session(in_process["events"])


async def test_an_action_that_does_not_exist_is_404(assistant: Assistant) -> None:
    async with serving(assistant.talk) as server:
        status, body = await server.call("POST", "/webhook", greeting(assistant, "action_of_somebody_else"))

    assert (status, body["action_name"]) == (404, "action_of_somebody_else")


async def test_a_call_without_the_domain_is_449_until_it_was_sent_once(assistant: Assistant) -> None:
    call = greeting(assistant) | {"domain_digest": "d1"}
    bare = {name: value for name, value in call.items() if name != "domain"}

    async with serving(assistant.talk) as server:
        before, _ = await server.call("POST", "/webhook", bare)
        whole, _ = await server.call("POST", "/webhook", call)
        after, _ = await server.call("POST", "/webhook", bare)

    assert (before, whole, after) == (449, 200, 200)


async def test_a_message_that_is_not_taken_is_400(database: Database, redis_url: str, tmp_path: Path) -> None:
    few = {"REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "1"}
    async with open_assistant(database, redis_url, tmp_path, few) as assistant, serving(assistant.talk) as server:
        await server.call("POST", "/webhook", greeting(assistant))
        status, body = await server.call("POST", "/webhook", greeting(assistant))

    assert (status, body["error"]) == (400, f"{REFUND_STATUS}: rate_limited")


async def test_a_body_that_is_no_call_is_refused(assistant: Assistant) -> None:
    async with serving(assistant.talk) as server, server.http.post(f"{server.url}/webhook", data=b"null") as response:
        assert response.status == 400


@pytest.mark.parametrize("path", ["/webhook", "/webhook?token=wrong", "/actions"])
async def test_with_a_token_set_nobody_else_may_call(assistant: Assistant, path: str) -> None:
    async with serving(assistant.talk, TOKEN) as server:
        method = "GET" if path == "/actions" else "POST"
        status, _ = await server.call(method, path, greeting(assistant) if method == "POST" else None)
        health, _ = await server.call("GET", "/health")

    assert (status, health) == (401, 200)
    assert await assistant.shop.db.fetch("SELECT id FROM conversation") == []


async def test_the_token_is_taken_as_rasa_sends_it_and_as_a_bearer(assistant: Assistant) -> None:
    async with serving(assistant.talk, TOKEN) as server:
        by_query, _ = await server.call("POST", f"/webhook?token={TOKEN}", greeting(assistant))
        by_header, _ = await server.call("POST", "/webhook", greeting(assistant), Authorization=f"Bearer {TOKEN}")

    assert (by_query, by_header) == (200, 200)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "actions.example"])
def test_beyond_this_machine_a_token_must_be_set(host: str) -> None:
    with pytest.raises(SettingsInvalid, match="ACTIONS__TOKEN"):
        check_reach(ActionSettings(host=host))

    check_reach(ActionSettings(host=host, token=TOKEN))
    check_reach(ActionSettings())


def test_rasa_sdks_own_variable_for_the_host_is_taken_and_guarded(tmp_path: Path) -> None:
    environment = environment_for(tmp_path) | {"SANIC_HOST": "0.0.0.0"}

    done = run_command(("actions", "--port", "0"), environment, check=False)

    assert done.returncode == 1
    assert "REFUNDBOT_ACTIONS__TOKEN" in done.stderr


def test_a_taken_port_ends_the_command_with_a_word(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_command(("actions", "--port", port), environment_for(tmp_path), check=False)

    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def _without_session(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event.get("name") != "refundbot_session"]
