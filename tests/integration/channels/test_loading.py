"""What is loaded before the first message comes: nothing of one account keeps the others out."""

import asyncio

from bot.channel_accounts import ChannelAccounts, _Kept
from channels.no_tokens import NoTokens
from storage.channel_store import add_account
from storage.crypto import Vault
from tests.integration.api.shop import Shop
from tests.integration.channels import rest


async def test_an_account_that_cannot_be_read_or_is_unknown_here_keeps_nobody_from_starting(shop: Shop) -> None:
    base, now, merchant_id = shop.base, shop.clock.now(), shop.merchant.merchant_id
    other_key = Vault(bytes(reversed(range(32))))
    await add_account(base.db, other_key, merchant_id, "rest", "main", {"token": "x" * 20}, now=now)
    await add_account(base.db, base.vault, merchant_id, "pigeons", "main", {}, now=now)
    accounts = ChannelAccounts(base, NoTokens())

    await accounts.load()

    assert await shop.base.db.fetch("SELECT 1 FROM channel_account WHERE channel = 'pigeons'")
    await accounts.close()


async def test_an_account_that_changed_is_opened_once_however_it_is_asked_for(shop: Shop) -> None:
    await rest.account(shop)
    accounts = ChannelAccounts(shop.base, NoTokens())
    before = await accounts.named("shop", "rest", "site")
    await rest.account(shop, secret="y" * 20)
    changed = ChannelAccounts(shop.base, NoTokens())
    changed._kept[before.stored.account_id] = _Kept(before, looked_at=0.0)  # it was looked at long ago

    by_name, by_id = await asyncio.gather(
        changed.named("shop", "rest", "site"), changed.of_id(shop.merchant.merchant_id, before.stored.account_id)
    )

    assert by_name is by_id
    assert by_name is not before
    await changed.close()
