"""Writes the reference pages from the code they describe, and with --pictures takes the README's screenshots
and draws the gallery's replies in our own chat anew.

`--check` writes nothing and fails where a page is not what the code says; a test calls that.
"""

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import click
import msgspec

from bot.api.openapi import openapi_document
from bot.app import OPERATIONS
from bot.cli import main as command_line
from bot.setting_kinds import describe
from bot.settings import PREFIX, Settings
from docs.gallery import OWN_CHAT, gallery_page

REFERENCE = Path(__file__).parent / "reference"
PICTURES = Path(__file__).parent / "pictures"
_MADE = "*Made by `make docs`; change the code, not this page.*\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with --check say which are out of date."""
    parser = argparse.ArgumentParser(prog="docs.build", description="Write the reference pages from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    parser.add_argument(
        "--pictures", action="store_true", help="also take the screenshots and draw our own chat (needs Chromium)"
    )
    options = parser.parse_args(arguments)
    if options.check:
        return _check()
    if options.pictures:
        _take_pictures()
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _take_pictures() -> None:
    """The screenshots, and what the gallery's replies look like in our own chat."""
    from tests.browser.pictures import draw_gallery, take_pictures  # a browser is needed for nothing else here

    take_pictures(PICTURES)
    OWN_CHAT.write_bytes(msgspec.json.format(msgspec.json.encode(draw_gallery()), indent=1) + b"\n")


def _check() -> int:
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path} is not what the code says: run `make docs`", file=sys.stderr)
    return 1 if stale else 0


def pages() -> dict[Path, str]:
    """The text of every reference page by its path."""
    return {
        REFERENCE / "cli.md": command_page(),
        REFERENCE / "settings.md": settings_page(),
        REFERENCE / "api.md": api_page(),
        REFERENCE / "gallery.md": gallery_page(),
    }


def command_page() -> str:
    """Every command with its own help."""
    parts = ["# Command line\n", _MADE, "`python -m bot` does the same as `refundbot`.\n"]
    parts += [f"## {name}\n\n```text\n{text}\n```\n" for name, text in commands()]
    return "\n".join(parts)


def commands() -> Iterator[tuple[str, str]]:
    """Every command with its help, groups before what is in them."""
    context = click.Context(command_line, info_name="refundbot", terminal_width=100, help_option_names=["-h", "--help"])
    yield from _helps(command_line, context)


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _helps(inner, click.Context(inner, info_name=name, parent=context, terminal_width=100))


def settings_page() -> str:
    """Every setting with what it takes and its default, group by group."""
    groups = _groups(Settings)
    parts = [
        "# Settings\n",
        _MADE,
        "From `config/settings.toml` and the environment, which wins. A wrong or unknown setting stops the start and",
        "is named. `config` is looked for in the working directory, then in the package; `REFUNDBOT_CONFIG_DIR` names",
        "another.\n",
        *_settings(Settings, ()),
    ]
    for name, group in groups:
        parts += [f"\n## {name}\n", *_settings(group, (name,))]
        for inner, kind in _groups(group):
            parts += [f"\n## {name}.{inner}\n", *_settings(kind, (name, inner))]
    return "\n".join(parts) + "\n"


def _groups(settings: type[msgspec.Struct]) -> list[tuple[str, type[msgspec.Struct]]]:
    return [(name, kind) for name, kind in get_type_hints(settings).items() if isinstance(kind, type(Settings))]


def _settings(group: type[msgspec.Struct], path: tuple[str, ...]) -> Iterator[str]:
    yield inspect.cleandoc(group.__doc__ or "") + "\n"
    yield "| environment variable | in settings.toml | takes | default |\n| --- | --- | --- | --- |"
    for setting in describe(group, PREFIX, path):
        if len(setting.path) == len(path) + 1 and not setting.allowed.startswith("a group of"):
            place = ".".join(setting.path)
            yield f"| `{setting.name}` | `{place}` | {setting.allowed} | {setting.default or '–'} |"


def api_page() -> str:
    """Every operation of the HTTP interface, with its fields; the machine-readable one is /api/openapi.json."""
    document = openapi_document(OPERATIONS, url="/")
    parts = [
        "# HTTP interface\n",
        _MADE,
        "The machine-readable form is `/api/openapi.json` of a running server. Errors are problem details (RFC 9457)",
        "whose `errors` name the fields. POSTs of the merchant API take an `Idempotency-Key`.\n",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(f"## {method.upper()} {path}\n")
            parts.append(f"{operation.get('summary', '')}\n")
            parts.extend(_body(operation))
            parts.append("Answers: " + ", ".join(f"{code}" for code in operation["responses"]) + "\n")
    parts.append("# Objects\n")
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts.append(f"## {name}\n")
        parts.extend(_fields(schema))
    return "\n".join(parts)


def _body(operation: dict[str, Any]) -> Iterator[str]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body ({media}): {_kind(content.get('schema', {}))}\n"


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    if schema.get("description"):
        yield schema["description"] + "\n"
    if "properties" not in schema:
        yield f"{_kind(schema)}\n"
        return
    needed = set(schema.get("required", ()))
    yield "| field | kind | |\n| --- | --- | --- |"
    for name, field in schema["properties"].items():
        yield f"| `{name}` | {_kind(field)} | {'required' if name in needed else ''} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return " \\| ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")


if __name__ == "__main__":
    raise SystemExit(main())
