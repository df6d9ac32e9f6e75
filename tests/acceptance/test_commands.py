"""The command line: every command's help, what each does, and how it says no."""

import gzip
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
import zstandard

from tests.acceptance.running import Server, environment_for, run_command, running_server
from tests.acceptance.shop import Shop, order

COMMANDS = (
    "serve", "work", "migrate", "demo", "merchant create", "merchant list",
    "merchant origins", "staff create", "staff list", "staff password", "orders import", "chat",
    "sandbox", "books verify", "check", "insight", "nlu-review", "channel add", "channel list", "channel remove",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = run_command((*command.split(), "--help"), environment_for(tmp_path))

    assert "Usage:" in done.stdout
    assert len(done.stdout.splitlines()) > 4
    assert not list(tmp_path.iterdir())


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    done = run_command(("fly",), environment_for(tmp_path), check=False)

    assert done.returncode == 2
    assert "No such command 'fly'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Shop!", "--name", "x", "--currency", "CNY"), "SLUG"),
        (("shop", "--name", " ", "--currency", "CNY"), "--name"),
        (("shop", "--name", "x", "--currency", "yuan"), "--currency"),
        (("shop", "--name", "x", "--currency", "CNY", "--timezone", "Mars/Base"), "--timezone"),
        (("shop", "--name", "x", "--currency", "CNY", "--origin", "javascript:1"), "--origin"),
    ],
)
def test_a_merchant_that_cannot_be_is_refused_by_its_field(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run_command(("merchant", "create", *arguments), environment_for(tmp_path), check=False)

    assert done.returncode == 2
    assert words in done.stderr


def test_a_slug_is_given_once(shop: Shop) -> None:
    done = shop.server.command("merchant", "create", shop.slug, "--name", "x", "--currency", "CNY", check=False)

    assert done.returncode == 1
    assert shop.slug in done.stderr


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "jsonl.zst", "-"])
async def test_good_lines_go_in_and_bad_ones_are_named(shop: Shop, tmp_path: Path, kind: str) -> None:
    good = [order(f"I-{kind}-{number}", "c-1") for number in range(3)]
    unbalanced = order(f"I-{kind}-9", "c-1") | {"shipping_fee": 1}
    lines = [json.dumps(good[0]), "{", json.dumps(unbalanced), "", json.dumps(good[1]), json.dumps(good[2])]
    text = "\n".join(lines)
    path = _write(tmp_path, kind, text)

    done = _import(shop.server, shop.slug, path, text if kind == "-" else "", tmp_path)

    data_dir = Path(shop.server.environment["REFUNDBOT_DATA_DIR"])
    rejected = data_dir / "stdin.rejected.jsonl" if kind == "-" else tmp_path / f"{path}.rejected.jsonl"
    bad = [json.loads(line) for line in rejected.read_text().splitlines()]
    assert done.returncode == 1
    assert "3 created" in done.stdout
    assert "2 rejected" in done.stdout
    assert [one["line"] for one in bad] == [2, 3]
    assert "payments do not add up" in bad[1]["reason"]
    assert (await shop.api("GET", f"/orders/I-{kind}-2"))[0] == 200


def test_the_report_of_bad_lines_can_be_named(shop: Shop, tmp_path: Path) -> None:
    done = _import(shop.server, shop.slug, "-", "{", tmp_path, "--rejected", "bad.jsonl")

    assert (done.returncode, "bad.jsonl" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.jsonl"]


async def test_every_time_moves_with_the_newest_order(shop: Shop, tmp_path: Path) -> None:
    old, newer = order("I-old", "c-1", placed=400), order("I-new", "c-1", placed=390)
    path = _write(tmp_path, "jsonl", "\n".join(json.dumps(one) for one in (newer, old)))

    shop.server.command("orders", "import", shop.slug, path, "--rebase-to", "2026-11-01T10:00:00+08:00")
    _, new = await shop.api("GET", "/orders/I-new")
    _, first = await shop.api("GET", "/orders/I-old")

    assert new["placed_at"] == "2026-11-01T02:00:00Z"
    assert first["placed_at"].startswith("2026-10-22T0")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "FILE"), "nobody"),
        (("shop", "missing.jsonl"), "missing.jsonl"),
        (("shop", "FILE", "--rebase-to", "yesterday"), "--rebase-to"),
        (("shop", "FILE", "--rebase-to", "2026-11-01T10:00:00"), "--rebase-to"),
    ],
)
def test_an_import_that_cannot_begin_says_why(
    server: Server, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    path = _write(tmp_path, "jsonl", "{}")
    given = tuple(path if argument == "FILE" else argument for argument in arguments)

    done = server.command("orders", "import", *given, check=False)

    assert done.returncode in {1, 2}
    assert words in done.stderr


def test_a_file_that_is_not_compressed_as_its_name_says_is_told(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl.gz"
    path.write_text("{}")

    done = shop.server.command("orders", "import", shop.slug, str(path), check=False)

    assert done.returncode == 1
    assert "cannot be read" in done.stderr


async def test_the_terminal_chat_prints_each_reply_as_a_json_line(shop: Shop) -> None:
    await shop.push(order("T-1", "c-1", status="paid", placed=0.5, shipped=None))
    said = "start:refund\norder:T-1\nlines:all\nreason:no_longer_wanted\nhello\n"

    done = shop.server.command(
        "chat", shop.slug, "--customer", f"{shop.customers}c-1", "--json", "--url", shop.server.url, text=said
    )

    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["seq"] for reply in replies] == sorted(reply["seq"] for reply in replies)
    assert any(reply["card"] and reply["card"]["kind"] == "offer" for reply in replies)


def test_the_terminal_chat_goes_on_over_a_line_that_is_no_text(shop: Shop) -> None:
    arguments = ("chat", shop.slug, "--customer", f"{shop.customers}c-2", "--json", "--url", shop.server.url)
    said = "\udcff\udcfe\nhello\n".encode("utf-8", "surrogateescape")

    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, env=dict(shop.server.environment), input=said, capture_output=True, check=False)

    assert (done.returncode, done.stdout.count(b'"seq"') >= 2, b"Traceback" in done.stderr) == (0, True, False)


def test_the_terminal_chat_tells_of_a_server_that_is_not_there(server: Server, shop: Shop) -> None:
    done = server.command(
        "chat", shop.slug, "--customer", "c-1", "--url", "http://127.0.0.1:1", text="hi\n", check=False
    )

    assert done.returncode == 1
    assert "No answer" in done.stderr


def test_books_that_were_changed_by_hand_are_found(shop: Shop) -> None:
    right = shop.server.command("books", "verify", shop.slug)
    unknown = shop.server.command("books", "verify", "nobody", check=False)

    assert "right" in right.stdout
    assert unknown.returncode == 1


def test_migrating_twice_changes_nothing(server: Server) -> None:
    again = server.command("migrate")

    assert "at this version" in again.stdout


async def test_a_worker_of_its_own_pays_what_the_server_took(tmp_path: Path) -> None:
    folder = _short(tmp_path)
    with running_server(folder, {"REFUNDBOT_WORK__IS_ON": "false"}) as server:
        created = server.create_merchant("solo")
        async with aiohttp.ClientSession() as http:
            shop = Shop(server, http, created["slug"], created["api_key"], created["chat_secret"])
            await shop.push(order("W-1", "c-1", status="paid", placed=0.5, shipped=None))
            chat = await shop.chat("c-1")
            await chat.claim("W-1", "no_longer_wanted")
            await chat.choose("original_route")
            await chat.tap("confirm:yes")
            waiting = await shop.case_in("W-1", "refunding")
            worker = _start(server, "work")
            try:
                await shop.case_in("W-1", "refunded")
            finally:
                worker.terminate()
                assert worker.wait(30) == 0

    assert waiting["refunds"][0]["state"] == "created"


def test_ctrl_c_ends_the_demo_with_everything_it_started_and_a_second_start_is_quick(tmp_path: Path) -> None:
    folder = _short(tmp_path)
    first, children = _demo(folder)
    assert any("sandbox" in child.cmdline() for child in children)
    assert _end(first) == 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []

    assert min(_seconds_to_start(folder) for _ in range(3)) < 10  # 3 s on a machine that does nothing else


def _seconds_to_start(folder: Path) -> float:
    started = time.monotonic()
    demo, _ = _demo(folder)
    seconds = time.monotonic() - started
    _end(demo)
    return seconds


def test_the_sandbox_dies_with_a_server_that_was_killed(tmp_path: Path) -> None:
    folder = _short(tmp_path)
    with running_server(folder) as server:
        children = psutil.Process(server.process.pid).children()
        (child,) = [child for child in children if "sandbox" in child.cmdline()]
        server.process.kill()
        server.process.wait()

        assert child.wait(15) in {0, None}
    run_command(("check",), environment_for(folder))


def _start(server: Server, command: str) -> "subprocess.Popen[str]":
    """A command beside the server, which took a free port that the command cannot know."""
    environment = dict(server.environment) | {"REFUNDBOT_SANDBOX__CALLBACK_URL": server.url}
    return subprocess.Popen([sys.executable, "-m", "bot", command], env=environment, text=True)


def _demo(folder: Path) -> "tuple[subprocess.Popen[str], list[psutil.Process]]":
    environment = environment_for(folder, {"REFUNDBOT_PORT": "0"})
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    assert said.count("/demo/c-") == 3
    return process, psutil.Process(process.pid).children(recursive=True)


def _end(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGINT)
    return process.wait(30)


def _import(server: Server, slug: str, path: str, text: str, folder: Path, *more: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bot", "orders", "import", slug, path, *more],
        env=dict(server.environment),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def _write(folder: Path, kind: str, text: str) -> str:
    if kind == "-":
        return "-"
    path = folder / f"orders.{kind}"
    raw = text.encode()
    if kind.endswith(".gz"):
        raw = gzip.compress(raw)
    if kind.endswith(".zst"):
        raw = zstandard.compress(raw)
    path.write_bytes(raw)
    return str(path)


def _short(tmp_path: Path) -> Path:
    """A folder of the test's own; sockets need short paths, which the servers see to."""
    folder = tmp_path / "d"
    folder.mkdir()
    return folder
