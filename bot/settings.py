"""Settings: defaults, then config/settings.toml, then REFUNDBOT_… of the environment; only this file reads them."""

import base64
import binascii
import os
import secrets
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from bot.attachment_settings import AttachmentSettings
from bot.channel_settings import ChannelSettings
from bot.llm_settings import LlmSettings
from bot.rasa_settings import ActionSettings, RasaSettings
from bot.setting_kinds import describe
from bot.sms_settings import SmsSettings
from bot.work_settings import WorkSettings

PREFIX = "REFUNDBOT_"
CONFIG_DIR_VARIABLE = "REFUNDBOT_CONFIG_DIR"
TEST_PREFIX = "REFUNDBOT_TEST_"
SECRET_FILE = "secret.key"  # noqa: S105 - a file's name
_SECRET_BYTES = 32

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Bytes = Annotated[int, Meta(ge=1_024, le=1 << 30)]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+", examples=["https://chat.example.com"])]
DatabaseUrl = Annotated[
    str, Meta(pattern=r"^postgres(ql)?://\S+$", examples=["postgresql://user:password@host:5432/refundbot"])
]
RedisUrl = Annotated[str, Meta(pattern=r"^(rediss?|unix)://\S+$", examples=["redis://host:6379/0"])]
Host = Annotated[str, Meta(pattern=r"^\S+$", examples=["127.0.0.1"])]
Networks = Annotated[str, Meta(examples=["10.0.0.0/8, ::1 (networks of your proxies)"])]


class ChatSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The consumers' chat; messages_per_minute is per session, 0 means no limit."""

    messages_per_minute: Count = 40
    sessions_per_minute: Count = 600
    text_length_max: Annotated[int, Meta(ge=1, le=100_000)] = 4_000
    attachments_max: Positive = 9
    session_seconds: Annotated[int, Meta(ge=60, le=86_400)] = 86_400
    identity_seconds_max: Annotated[int, Meta(ge=60, le=3_600)] = 3_600
    body_bytes_max: Bytes = 65_536
    frame_bytes_max: Bytes = 16_384
    first_frame_seconds: Seconds = 10
    streams_per_conversation_max: Positive = 8
    poll_seconds: Seconds = 5


class ApiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The merchants' API."""

    body_bytes_max: Bytes = 8 << 20
    page_items_max: Annotated[int, Meta(ge=1, le=500)] = 100
    orders_per_call_max: Annotated[int, Meta(ge=1, le=500)] = 500
    idempotency_hours: Annotated[int, Meta(ge=1, le=168)] = 24
    in_flight_seconds: Seconds = 60


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Connections to PostgreSQL, per process."""

    pool_size: Annotated[int, Meta(ge=2, le=200)] = 8


class SandboxSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sandbox payment gateway; without a url and with the embedded database one is started as a child."""

    url: Url | None = None
    port: Annotated[int, Meta(ge=0, le=65_535)] = 0
    callback_url: Url | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set; without database_url and redis_url the embedded servers run under data_dir."""

    database_url: DatabaseUrl | None = None
    redis_url: RedisUrl | None = None
    data_dir: Path = Path("var")
    host: Host = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8080
    port_shared: bool = False
    public_url: Url | None = None
    trusted_proxies: Networks = ""
    secret_key: str | None = None
    log_level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"
    chat: ChatSettings = ChatSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    channels: ChannelSettings = ChannelSettings()
    api: ApiSettings = ApiSettings()
    database: DatabaseSettings = DatabaseSettings()
    sandbox: SandboxSettings = SandboxSettings()
    work: WorkSettings = WorkSettings()
    actions: ActionSettings = ActionSettings()
    llm: LlmSettings = LlmSettings()
    rasa: RasaSettings = RasaSettings()
    sms: SmsSettings = SmsSettings()

    @property
    def is_embedded(self) -> bool:
        """True when the database is our own under data_dir."""
        return self.database_url is None

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks whose X-Forwarded-For is believed; of none, every request is its sender's own."""
        return tuple(ip_network(part) for written in self.trusted_proxies.split(",") if (part := written.strip()))

    @property
    def url(self) -> str:
        """Where this server is reached."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


class SettingsInvalid(Exception):
    """A setting that cannot be used: its name and what is allowed there."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(f"{name}: {allowed}")
        self.name = name
        self.allowed = allowed


def load_settings(environment: Mapping[str, str] | None = None, *, config_dir: Path | None = None) -> Settings:
    """The settings in force. Raises SettingsInvalid, which names the setting and what is allowed."""
    environment = os.environ if environment is None else environment
    directory = config_dir or find_config_dir(environment)
    values = _from_file(directory / "settings.toml")
    _merge(values, _from_environment(environment))
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_to_path)
    except msgspec.ValidationError as error:
        raise _explained(error) from None
    _check_secret(settings)
    _check_proxies(settings)
    if (settings.llm.url is None) != (settings.llm.model is None):
        raise SettingsInvalid(PREFIX + "LLM__URL", f"must be given together with {PREFIX}LLM__MODEL")
    if (missing := settings.attachments.missing()) is not None:
        name = f"{PREFIX}ATTACHMENTS__S3__{missing}".upper()
        raise SettingsInvalid(name, f"must be given where {PREFIX}ATTACHMENTS__STORE is s3")
    _check_addresses(settings)
    return settings


def find_config_dir(environment: Mapping[str, str] | None = None) -> Path:
    """Where the configuration is: REFUNDBOT_CONFIG_DIR, ./config, or the copy inside the package."""
    environment = os.environ if environment is None else environment
    if CONFIG_DIR_VARIABLE in environment:
        directory = Path(environment[CONFIG_DIR_VARIABLE])
        if not directory.is_dir():
            raise SettingsInvalid(CONFIG_DIR_VARIABLE, "must name a folder that exists")
        return directory
    here = Path("config")
    return here if (here / "settings.toml").is_file() else Path(__file__).parent / "config"


def master_key(settings: Settings) -> bytes:
    """The 32 secret bytes everything derives from; with the embedded database they are made once under data_dir."""
    if settings.secret_key is not None:
        return _decoded(settings.secret_key)
    path = settings.data_dir / SECRET_FILE
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _create_secret(path)
    return _decoded(path.read_text(encoding="ascii").strip(), name=str(path))


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that is to use the same data directory."""
    return {**os.environ, PREFIX + "DATA_DIR": str(settings.data_dir.resolve())}


def _create_secret(path: Path) -> None:
    """Write a new secret beside its place and link it there: two starters at once end up with one whole file."""
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _to_path(kind: type, value: object) -> Path:
    """msgspec asks here for the one kind that it does not know."""
    if kind is not Path or not isinstance(value, str) or not value:
        raise ValueError
    return Path(value)


def _check_proxies(settings: Settings) -> None:
    try:
        is_everybody = any(network.prefixlen == 0 for network in settings.proxies)
    except ValueError as error:
        name = PREFIX + "TRUSTED_PROXIES"
        raise SettingsInvalid(name, f"must be networks with commas between, like 10.0.0.0/8, ::1 ({error})") from None
    if is_everybody:
        raise SettingsInvalid(PREFIX + "TRUSTED_PROXIES", "must not be everybody: anyone could claim any address")


def _check_secret(settings: Settings) -> None:
    if settings.secret_key is not None:
        _decoded(settings.secret_key)
    elif not settings.is_embedded:
        raise SettingsInvalid(
            PREFIX + "SECRET_KEY", f"must be given with a real database: {_SECRET_BYTES} random bytes in base64"
        )


def _check_addresses(settings: Settings) -> None:
    if settings.attachments.has_odd_place:
        raise SettingsInvalid(PREFIX + "ATTACHMENTS__S3__URL", "must be the address of a bucket's server")
    try:
        settings.channels.may_call()
    except ValueError:
        name = PREFIX + "CHANNELS__CALLBACK_NETWORKS"
        raise SettingsInvalid(name, "must be networks like 10.20.0.0/16, with commas between them") from None


def _decoded(text: str, name: str = PREFIX + "SECRET_KEY") -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SettingsInvalid(name, f"must be {_SECRET_BYTES} bytes in base64") from None
    if len(key) != _SECRET_BYTES:
        raise SettingsInvalid(name, f"must be {_SECRET_BYTES} bytes in base64; it is {len(key)} bytes")
    return key


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(str(path), f"must be TOML: {error}") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name == CONFIG_DIR_VARIABLE or name.startswith(TEST_PREFIX):
            continue
        _put(values, name.removeprefix(PREFIX).lower().split("__"), text)
    return values


def _put(values: dict[str, Any], path: list[str], text: str) -> None:
    *folders, leaf = path
    for folder in folders:
        inner = values.setdefault(folder, {})
        if not isinstance(inner, dict):
            raise SettingsInvalid(_variable(path), "is set both as a value and as a group")
        values = inner
    values[leaf] = text


def _merge(values: dict[str, Any], over: Mapping[str, Any]) -> None:
    for name, value in over.items():
        if isinstance(value, dict) and isinstance(values.get(name), dict):
            _merge(values[name], value)
        else:
            values[name] = value


def _variable(path: list[str]) -> str:
    return PREFIX + "__".join(path).upper()


def _explained(error: msgspec.ValidationError) -> SettingsInvalid:
    """Turn msgspec's words ("Expected `int` <= 65535 - at `$.port`") into the setting's name and what it takes."""
    text, _, place = str(error).partition(" - at `$")
    path = [part for part in place.rstrip("`").split(".") if part]
    if "unknown field" in text:
        path.append(text.split("`")[1])
    known = {setting.path: setting for setting in describe(Settings, PREFIX)}
    setting = known.get(tuple(path))
    if setting is not None:
        return SettingsInvalid(setting.name, f"must be {setting.allowed}")
    near = [setting.name for other, setting in known.items() if other[:-1] == tuple(path[:-1])]
    return SettingsInvalid(_variable(path), f"is not a setting; there are: {', '.join(near)}")
