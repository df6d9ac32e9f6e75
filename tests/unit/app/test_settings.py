"""Settings: where they come from, and how a wrong one is told."""

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsInvalid, child_environment, load_settings, master_key

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_without_any_setting_everything_is_embedded(tmp_path: Path) -> None:
    settings = load_settings({}, config_dir=tmp_path)

    assert settings.is_embedded
    assert (settings.host, settings.port, settings.chat.messages_per_minute) == ("127.0.0.1", 8080, 40)


def test_the_file_that_ships_holds_the_defaults() -> None:
    shipped = load_settings({}, config_dir=Path("config"))

    assert shipped == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = 1000\n[chat]\nmessages_per_minute = 5\ntext_length_max = 99\n")
    environment = {"REFUNDBOT_CHAT__MESSAGES_PER_MINUTE": "7", "HOME": "/", "REFUNDBOT_TEST_SERVERS": "x"}

    settings = load_settings(environment, config_dir=tmp_path)

    assert (settings.port, settings.chat.messages_per_minute, settings.chat.text_length_max) == (1000, 7, 99)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "x", "must be a whole number from 0 to 65535"),
        ("PORT", "65536", "must be a whole number from 0 to 65535"),
        ("CHAT__FIRST_FRAME_SECONDS", "0", "must be a number, more than 0"),
        ("WORK__IS_ON", "perhaps", "must be true or false"),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("DATA_DIR", "", "must be a path"),
        ("DATABASE_URL", "foo", "must be text like postgresql://"),
        ("REDIS_URL", "http://x", "must be text like redis://"),
        ("SANDBOX__URL", "nonsense", "must be text like https://"),
        ("PUBLIC_URL", "nonsense", "must be text like https://"),
        ("HOST", "", "must be text like 127.0.0.1"),
        ("CHAT", "1", "must be a group of settings"),
        ("CHAT__SPEED", "1", "is not a setting; there are: REFUNDBOT_CHAT__MESSAGES_PER_MINUTE"),
        ("SPEED", "1", "is not a setting; there are: REFUNDBOT_DATABASE_URL"),
        ("ATTACHMENTS__S3__URL", "http://169.254.169.254", "must be the address of a bucket's server"),
        ("ATTACHMENTS__S3__URL", "https://user:word@s3.example.com", "must be the address of a bucket's server"),
        ("CHANNELS__CALLBACK_NETWORKS", "10.20.0.1/16", "must be networks like 10.20.0.0/16"),
        ("CHANNELS__CALLBACK_NETWORKS", "here", "must be text like 10.20.0.0/16"),
        ("SECRET_KEY", "AAAA", "must be 32 bytes in base64; it is 3 bytes"),
        ("SECRET_KEY", "?", "must be 32 bytes in base64"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nginx", "must be networks with commas between, like 10.0.0.0/8, ::1 ('nginx'"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "must be networks with commas between"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "must not be everybody"),
        ("TRUSTED_PROXIES", "::/0", "must not be everybody"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(tmp_path: Path, name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({f"REFUNDBOT_{name}": value}, config_dir=tmp_path)

    assert caught.value.name == f"REFUNDBOT_{name}"
    assert caught.value.allowed.startswith(allowed)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = ")

    with pytest.raises(SettingsInvalid, match=r"settings\.toml"):
        load_settings({}, config_dir=tmp_path)


def test_a_real_database_needs_a_secret_and_takes_one(tmp_path: Path) -> None:
    real = {"REFUNDBOT_DATABASE_URL": "postgresql://u@h/d"}

    with pytest.raises(SettingsInvalid, match="REFUNDBOT_SECRET_KEY"):
        load_settings(real, config_dir=tmp_path)
    settings = load_settings(real | {"REFUNDBOT_SECRET_KEY": KEY}, config_dir=tmp_path)

    assert master_key(settings) == bytes(range(32))


def test_a_bucket_needs_its_address_and_key(tmp_path: Path) -> None:
    start = "REFUNDBOT_ATTACHMENTS__S3__"
    needed = {
        start + "URL": "https://s3.example.com",
        start + "BUCKET": "evidence",
        start + "ACCESS_KEY_ID": "key",
        start + "SECRET_ACCESS_KEY": "secret",
    }
    chosen = {"REFUNDBOT_ATTACHMENTS__STORE": "s3"}

    for left_out in needed:
        given = {name: value for name, value in needed.items() if name != left_out}
        with pytest.raises(SettingsInvalid, match=left_out):
            load_settings({**chosen, **given}, config_dir=tmp_path)
    assert load_settings({**chosen, **needed}, config_dir=tmp_path).attachments.s3.bucket == "evidence"
    assert load_settings({}, config_dir=tmp_path).attachments.store == "directory"


def test_the_embedded_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = load_settings({"REFUNDBOT_DATA_DIR": str(tmp_path / "data")}, config_dir=tmp_path)

    first, second = master_key(settings), master_key(settings)

    assert first == second
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "data/secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_children_use_the_same_folder_wherever_they_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    environment = child_environment(Settings(data_dir=Path("var")))

    assert environment["REFUNDBOT_DATA_DIR"] == str(tmp_path / "var")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
