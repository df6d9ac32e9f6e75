"""Merchants, the versions of their rules, and their customers."""

import asyncio
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.texts.own import own_document
from refund_core.errors import PolicyInvalid
from refund_core.incoming import Person
from storage import merchant_store, policy_store
from storage.crypto import CannotDecrypt, Vault
from storage.customer_store import (
    customer_id_of,
    ensure_customer,
    find_by_phone,
    load_customer,
    plain_phone,
    upsert_people,
)
from storage.database import Database
from storage.ids import new_id
from storage.merchant_store import CreatedMerchant, NewMerchant, SlugTaken, create_merchant
from storage.policy_store import VersionConflict, add_version, current, current_rules, current_versions
from storage.transaction import transact
from tests.integration.storage.orders import NOW, PERSON

VAULT = Vault(b"k" * 32)
CONFIG = Path(__file__).parents[3] / "config"
POLICY = tomllib.loads((CONFIG / "policy.toml").read_text(encoding="utf-8"))
OFFERS = tomllib.loads((CONFIG / "offers.toml").read_text(encoding="utf-8"))
SHOP = NewMerchant("tea", "Tea House", "CNY", POLICY, OFFERS)


@pytest.fixture
async def created(database: Database) -> CreatedMerchant:
    return await create_merchant(database, VAULT, SHOP, now=NOW)


async def test_a_merchant_is_found_by_its_slug_and_its_key(database: Database, created: CreatedMerchant) -> None:
    by_slug = await merchant_store.by_slug(database, "tea")
    by_key = await merchant_store.by_api_key(database, created.api_key)

    assert by_slug is not None
    assert by_slug == by_key == await merchant_store.by_id(database, created.merchant_id)
    assert (by_slug.name, by_slug.currency, by_slug.timezone) == ("Tea House", "CNY", "Asia/Shanghai")


@pytest.mark.parametrize("key", ["", "rbk_wrong", "\ud800"])
async def test_a_wrong_key_finds_nobody(database: Database, created: CreatedMerchant, key: str) -> None:
    assert await merchant_store.by_api_key(database, key) is None


async def test_secrets_are_stored_hashed_and_encrypted(database: Database, created: CreatedMerchant) -> None:
    rows = await database.fetch("SELECT merchant::text AS everything FROM merchant")

    assert created.api_key not in rows[0]["everything"]
    assert created.chat_secret.encode().hex() not in rows[0]["everything"]
    assert await merchant_store.chat_secret(database, VAULT, created.merchant_id) == created.chat_secret
    assert created.api_key not in repr(created)


async def test_a_chat_secret_moved_to_another_merchant_does_not_open(
    database: Database, created: CreatedMerchant
) -> None:
    other = await create_merchant(database, VAULT, replace(SHOP, slug="other"), now=NOW)
    await database.execute(
        "UPDATE merchant SET chat_secret = (SELECT chat_secret FROM merchant WHERE id = $1) WHERE id = $2",
        created.merchant_id,
        other.merchant_id,
    )

    with pytest.raises(CannotDecrypt):
        await merchant_store.chat_secret(database, VAULT, other.merchant_id)


async def test_a_slug_is_taken_once(database: Database, created: CreatedMerchant) -> None:
    with pytest.raises(SlugTaken):
        await create_merchant(database, VAULT, SHOP, now=NOW)


async def test_a_merchant_with_a_policy_that_is_none_is_not_made(database: Database) -> None:
    with pytest.raises(PolicyInvalid):
        await create_merchant(database, VAULT, replace(SHOP, policy={"rules": []}), now=NOW)

    assert await merchant_store.by_slug(database, SHOP.slug) is None


async def test_an_old_key_ends_with_the_new_one(database: Database, created: CreatedMerchant) -> None:
    renewed = await merchant_store.renew_api_key(database, created.merchant_id)

    assert await merchant_store.by_api_key(database, created.api_key) is None
    assert await merchant_store.by_api_key(database, renewed) is not None


async def test_the_dialog_gets_the_rules_in_force(database: Database, created: CreatedMerchant) -> None:
    row = await merchant_store.by_slug(database, "tea")
    assert row is not None
    texts, hours = {"en": {"greeting": "Welcome to the tea house"}}, {"week": {"mon": ["09:00-18:00"]}}
    await merchant_store.save_setting(database, row.merchant_id, "texts", texts)
    await merchant_store.save_setting(database, row.merchant_id, "hours", hours)
    again = await merchant_store.by_slug(database, "tea")
    assert again is not None

    facts = await merchant_store.facts_of(database, again)

    assert (facts.policy.version, facts.offer_rules.version) == (1, 1)
    assert own_document(facts.texts) == texts
    assert facts.hours is not None
    assert (facts.hours.timezone, facts.hours.week[0]) == (row.timezone, ((540, 1080),))


async def test_a_new_version_is_in_force_and_the_old_one_stays_readable(
    database: Database, created: CreatedMerchant
) -> None:
    stored = await add_version(database, created.merchant_id, "policy", POLICY, by="staff:li", now=NOW)

    first = await policy_store.version(database, created.merchant_id, "policy", 1)
    rules = await current_rules(database, created.merchant_id)
    assert (stored.version, rules.policy.version, rules.offers.version) == (2, 2, 1)
    assert first is not None
    assert first.document == POLICY
    assert await current_versions(database, created.merchant_id) == {"policy": 2, "offers": 1}


async def test_a_version_after_one_that_is_not_the_last_is_a_conflict(
    database: Database, created: CreatedMerchant
) -> None:
    await add_version(database, created.merchant_id, "policy", POLICY, by="a", now=NOW, after_version=1)

    with pytest.raises(VersionConflict) as conflict:
        await add_version(database, created.merchant_id, "policy", POLICY, by="b", now=NOW, after_version=1)

    assert conflict.value.current == 2


async def test_two_writers_at_once_never_store_one_version_twice(database: Database, created: CreatedMerchant) -> None:
    outcomes = await asyncio.gather(
        *(
            add_version(database, created.merchant_id, "offers", OFFERS, by=str(number), now=NOW, after_version=1)
            for number in range(5)
        ),
        return_exceptions=True,
    )

    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)} == {VersionConflict}


async def test_a_document_that_cannot_be_used_is_not_stored(database: Database, created: CreatedMerchant) -> None:
    with pytest.raises(PolicyInvalid):
        await add_version(database, created.merchant_id, "offers", {"cupon": {}}, by="a", now=NOW)

    latest = await current(database, created.merchant_id, "offers")
    assert latest is not None
    assert latest.version == 1


async def remember(db: Database, merchant_id: object, *people: Person) -> None:
    await transact(db, lambda tx: upsert_people(tx, VAULT, merchant_id, people, now=NOW), name="people")  # type: ignore[arg-type]  # an id


async def test_a_customer_is_found_by_phone_however_it_is_written(database: Database) -> None:
    merchant_id = new_id()
    await remember(database, merchant_id, PERSON, Person("c-2", phone="13900000000"))

    for phone in ("13800000000", "+8613800000000", "0086 138 0000 0000"):
        assert await find_by_phone(database, VAULT, merchant_id, phone) == ("c-1",)
    assert await find_by_phone(database, VAULT, new_id(), "13800000000") == ()


async def test_what_a_source_leaves_out_is_kept_and_what_it_gives_counts(database: Database) -> None:
    merchant_id = new_id()
    await remember(database, merchant_id, PERSON)

    await remember(database, merchant_id, Person("c-1", phone="13900000000"))

    found = await load_customer(database, VAULT, merchant_id, "c-1")
    assert found is not None
    assert (found.person.name, found.person.phone) == ("王小明", "13900000000")
    assert await find_by_phone(database, VAULT, merchant_id, "13800000000") == ()


async def test_a_signed_in_customer_is_made_once(database: Database) -> None:
    merchant_id = new_id()

    ids = await asyncio.gather(*(ensure_customer(database, merchant_id, "c-9", now=NOW) for _ in range(8)))

    assert len(set(ids)) == 1
    assert await customer_id_of(database, merchant_id, "c-9") == ids[0]
    assert await customer_id_of(database, new_id(), "c-9") is None


@pytest.mark.parametrize(
    ("written", "plain"),
    [("+86 138-0000-0000", "13800000000"), ("0086 13800000000", "13800000000"), ("+44 20 7946 0958", "442079460958")],
)
def test_a_phone_has_one_spelling(written: str, plain: str) -> None:
    assert plain_phone(written) == plain
