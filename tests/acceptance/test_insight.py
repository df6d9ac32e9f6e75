"""What the command line tells of talks that went through the whole server."""

import json
import re

from tests.acceptance.shop import Shop


async def test_talks_are_told_with_their_ends_and_doubtful_words_without_who_wrote_them(shop: Shop) -> None:
    chat = await shop.chat("c-insight")
    await chat.say(action="start:refund")
    await chat.say("frobnicate the blorp 13800138000")
    await chat.say("I want to talk to a human")

    shown = shop.server.command("insight", shop.slug).stdout
    report = json.loads(shop.server.command("insight", shop.slug, "--json").stdout)
    training = shop.server.command("nlu-review", shop.slug).stdout
    rows = [json.loads(line) for line in shop.server.command("nlu-review", shop.slug, "--json").stdout.splitlines()]
    unknown = shop.server.command("insight", "nobody", check=False)

    assert ("handed_over", 3, 1) in [(talk["outcome"], talk["turns"], talk["misses"]) for talk in report["items"]]
    assert re.search(r"^handed_over +[0-9]+ +[0-9.]+ +[0-9]+ +0$", shown, re.MULTILINE)
    assert "frobnicate the blorp [number]" in [row["text"] for row in rows]
    assert "    - frobnicate the blorp [number]" in training
    assert (unknown.returncode, "nobody" in unknown.stderr) == (1, True)
