"""The policy and offers that a new merchant begins with: config/policy.toml and config/offers.toml."""

import tomllib
from pathlib import Path
from typing import Any

from bot.settings import SettingsInvalid, find_config_dir

_PACKAGED = Path(__file__).parent / "config"


def first_rules() -> dict[str, dict[str, Any]]:
    """Both documents, from the configuration folder or else from the package. Raises SettingsInvalid for no TOML."""
    return {kind: _read(f"{kind}.toml") for kind in ("policy", "offers")}


def _read(name: str) -> dict[str, Any]:
    path = find_config_dir() / name
    if not path.is_file():
        path = _PACKAGED / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(str(path), f"must be a TOML file: {error}") from None
