"""The vault: what is sealed opens only in its place, and what is masked cannot be read."""

import pytest

from storage.crypto import (
    CannotDecrypt,
    Vault,
    bind_to,
    context_of,
    mask_email,
    mask_name,
    mask_phone,
)
from storage.ids import new_id

VAULT = Vault(b"k" * 32)
MERCHANT = new_id()
PLACE = bind_to(context_of(MERCHANT, "customer", "phone"), "c-1")


def test_what_was_encrypted_is_decrypted_in_its_place() -> None:
    sealed = VAULT.encrypt("+8613800000000", context=PLACE)

    assert VAULT.decrypt(sealed, context=PLACE) == "+8613800000000"
    assert b"138" not in sealed


def test_the_same_text_is_never_encrypted_alike() -> None:
    assert VAULT.encrypt("x", context=PLACE) != VAULT.encrypt("x", context=PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        bind_to(context_of(MERCHANT, "customer", "phone"), "c-2"),
        bind_to(context_of(MERCHANT, "customer", "name"), "c-1"),
        bind_to(context_of(MERCHANT, "shop_order", "phone"), "c-1"),
        bind_to(context_of(new_id(), "customer", "phone"), "c-1"),
    ],
    ids=["another row", "another column", "another table", "another merchant"],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(elsewhere: str) -> None:
    sealed = VAULT.encrypt("x", context=PLACE)

    with pytest.raises(CannotDecrypt):
        VAULT.decrypt(sealed, context=elsewhere)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + b"x" * 40, b"\x01" + b"x" * 40])
def test_a_damaged_ciphertext_does_not_open(damage: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        VAULT.decrypt(damage, context=PLACE)


def test_every_changed_byte_is_noticed() -> None:
    sealed = VAULT.encrypt("x", context=PLACE)

    for index in range(len(sealed)):
        changed = sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]
        with pytest.raises(CannotDecrypt):
            VAULT.decrypt(changed, context=PLACE)


def test_another_master_secret_opens_nothing() -> None:
    sealed = VAULT.encrypt("x", context=PLACE)

    with pytest.raises(CannotDecrypt):
        Vault(b"j" * 32).decrypt(sealed, context=PLACE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_secret_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"k" * length)


def test_a_lookup_hash_finds_the_same_text_under_the_same_key_only() -> None:
    same = VAULT.lookup_hash("13800000000", context="m")

    assert same == Vault(b"k" * 32).lookup_hash("13800000000", context="m")
    assert same != VAULT.lookup_hash("13800000001", context="m")
    assert same != VAULT.lookup_hash("13800000000", context="n")
    assert same != Vault(b"j" * 32).lookup_hash("13800000000", context="m")


def test_keys_of_different_purposes_differ() -> None:
    assert VAULT.derive("chat-session") == VAULT.derive("chat-session")
    assert VAULT.derive("chat-session") != VAULT.derive("column-encryption")


def test_the_vault_does_not_show_its_key() -> None:
    assert "k" * 8 not in repr(VAULT)


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (mask_phone("+8613800001234"), "**********1234"),
        (mask_phone("12345"), "***45"),
        (mask_phone(""), ""),
        (mask_name("王小明"), "王**"),
        (mask_name(""), ""),
        (mask_email("someone@example.com"), "s***@example.com"),
        (mask_email("nonsense"), "n*******"),
    ],
)
def test_masks_leave_only_what_helps_to_recognise(masked: str, expected: str) -> None:
    assert masked == expected


def test_new_ids_are_of_version_7_and_in_the_order_of_time() -> None:
    ids = [new_id() for _ in range(1000)]

    assert {one.version for one in ids} == {7}
    assert len(set(ids)) == 1000
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)
