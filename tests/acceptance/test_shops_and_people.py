"""`refundbot merchant` and `refundbot staff`: what there is, and which pages may hold a shop's chat."""

import json

from tests.acceptance.shop import Shop


def test_merchants_and_their_people_can_be_listed(shop: Shop) -> None:
    shop.server.command("staff", "create", shop.slug, "lee", "--name", "Lee Ann", "--role", "lead")

    merchants = shop.server.command("merchant", "list", "--json").stdout
    people = shop.server.command("staff", "list", shop.slug).stdout
    nobody = shop.server.command("staff", "list", "no-such-shop", check=False)

    assert shop.slug in [json.loads(line)["slug"] for line in merchants.splitlines()]
    assert "lee  Lee Ann  lead" in people.splitlines()
    assert (nobody.returncode, "no-such-shop" in nobody.stderr) == (1, True)


def test_the_pages_that_may_hold_the_chat_can_be_changed(shop: Shop) -> None:
    def origins(*options: str) -> list[str]:
        return shop.server.command("merchant", "origins", shop.slug, *options).stdout.splitlines()

    changed = origins("--origin", "https://a.example", "--origin", "http://localhost:8080")
    refused = shop.server.command("merchant", "origins", shop.slug, "--origin", "localhost", check=False)

    assert changed == origins() == ["https://a.example", "http://localhost:8080"]
    assert (refused.returncode, "--origin" in refused.stderr) == (2, True)
    assert origins("--any") == ["(every page)"]
