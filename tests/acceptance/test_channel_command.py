"""`refundbot channel`: accounts by command, secrets never shown, wrong settings told by name."""

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from storage.embedded import embedded_servers
from tests.acceptance.running import START_SECONDS_MAX, environment_for, run_command
from tests.databases import HASTY
from tests.forked import forked_command

TOKEN = "a-token-that-nobody-guesses"
ADDED = ("channel", "add", "shop", "rest", "site", "--set")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the merchant `shop`; its servers run, so that no command has to start its own."""
    folder = tmp_path_factory.mktemp("channels")
    with embedded_servers(folder, HASTY):
        run_command(("merchant", "create", "shop", "--name", "Shop", "--currency", "CNY"), environment_for(folder))
        yield folder


def call(folder: Path, *arguments: str, text: str = "") -> "CompletedProcess[str]":
    return forked_command(arguments, environment_for(folder), text=text, seconds_max=START_SECONDS_MAX)


def test_an_account_is_added_listed_changed_checked_and_removed(shop: Path) -> None:
    none = call(shop, "channel", "list", "shop")
    added = call(shop, *ADDED, f"token={TOKEN}", "--json")
    changed = call(shop, *ADDED, "token=-", "--set", "callback_url=https://shop.example/in", text=f"{TOKEN}-2\n")
    listed = call(shop, "channel", "list", "shop", "--json")
    checked = call(shop, "check")
    removed = call(shop, "channel", "remove", "shop", "rest", "site")
    again = call(shop, "channel", "remove", "shop", "rest", "site")

    webhook = "http://127.0.0.1:8080/webhooks/shop/rest/site"
    assert "channel add shop" in none.stdout
    assert json.loads(added.stdout) == {"channel": "rest", "name": "site", "webhook": webhook}
    assert "has new settings" in changed.stdout
    assert json.loads(listed.stdout) == [
        {
            "channel": "rest",
            "name": "site",
            "webhook": webhook,
            "settings": {"token": "(set)", "callback_url": "https://shop.example/in"},
        }
    ]
    assert "shop/rest/site" in checked.stdout
    assert (removed.returncode, again.returncode) == (0, 1)
    assert "no account rest/site" in again.stderr
    assert TOKEN not in added.stdout + changed.stdout + listed.stdout + checked.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("shop", "pigeon", "site", "--set", "token=x"), "no channel 'pigeon'"),
        (("nobody", "rest", "site", "--set", f"token={TOKEN}"), "no merchant 'nobody'"),
        (("shop", "rest", "Site!", "--set", f"token={TOKEN}"), "NAME"),
        (("shop", "rest", "site"), "token: is missing"),
        (("shop", "rest", "site", "--set", "token=short"), "token: needs at least 16"),
        (("shop", "rest", "site", "--set", f"token={TOKEN}", "--set", "tokn=x"), "tokn: no such setting"),
        (("shop", "rest", "site", "--set", f"token={TOKEN}", "--set", "callback_url=ftp://x"), "callback_url: must"),
        (("shop", "rest", "site", "--set", "token"), "not KEY=VALUE"),
        (("shop", "rest", "site", "--set", "token=a", "--set", "token=b"), "given twice"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_its_field(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    done = call(shop, "channel", "add", *arguments)

    assert done.returncode in {1, 2}
    assert words in done.stderr
    assert json.loads(call(shop, "channel", "list", "shop", "--json").stdout) == []


def test_a_platform_that_could_not_be_told_is_a_failure_in_plain_words(shop: Path) -> None:
    given = (
        "--set",
        "bot_token=123456:" + "A" * 35,
        "--set",
        "webhook_secret=s3cret-of-the-webhook_01",
        "--set",
        "api_base=http://127.0.0.1:9",
    )

    done = call(shop, "channel", "add", "shop", "telegram", "away", *given)

    assert done.returncode == 1
    assert "telegram was not told of the webhook: it could not be reached" in done.stderr
    assert "SendLater" not in done.stderr
    kept = json.loads(call(shop, "channel", "list", "shop", "--json").stdout)
    assert [one["name"] for one in kept] == ["away"]
    assert call(shop, "channel", "remove", "shop", "telegram", "away").returncode == 0
