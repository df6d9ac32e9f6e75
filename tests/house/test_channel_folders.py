"""A new channel's folder stands under the import rules from its first day on."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_WEB = "channels.support_chat.web"
_OWNERS = {"aiogram": "channels.support_chat.telegram", "wechatpy": "channels.weixin"}


def _folders() -> set[str]:
    """Every package that holds a channel: a `channel.py` of its own below channels/, and our own chat."""
    found = {path.parent.relative_to(ROOT) for path in (ROOT / "channels").glob("*/**/channel.py")}
    return {".".join(path.parts) for path in found} - {"channels.weixin"} | {_WEB}


def _contracts() -> list[dict[str, object]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, object]] = read["tool"]["importlinter"]["contracts"]
    return contracts


def test_no_channel_may_import_another() -> None:
    (rule,) = [one for one in _contracts() if one["name"] == "Channels never import one another"]

    assert set(_names(rule, "modules")) == _folders()


def test_a_platforms_library_is_forbidden_to_every_other_channel() -> None:
    for rule in _contracts():
        for library in set(_names(rule, "forbidden_modules")) & _OWNERS.keys():
            sources = _names(rule, "source_modules")
            covered = {name for name in _folders() for source in sources if f"{name}.".startswith(f"{source}.")}
            assert covered | {_OWNERS[library]} >= _folders(), library


def _names(rule: dict[str, object], field: str) -> list[str]:
    names = rule.get(field, [])
    assert isinstance(names, list)
    return names
