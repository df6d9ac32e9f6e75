"""The wheel carries what the program reads beside its code: pages, styles, scripts, the default configuration."""

import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_file_of_a_package_is_packed() -> None:
    patterns = ["*.py", *PROJECT["package-data"]["*"]]
    packages = tuple(name.rstrip("*") + "/" for name in PROJECT["packages"]["find"]["include"])
    files = [name for name in _kept() if name.startswith(packages)]

    unpacked = [name for name in files if not any(fnmatch(Path(name).name, pattern) for pattern in patterns)]
    assert len(files) > 200
    assert unpacked == ["bot/config"]


def test_every_folder_with_code_is_a_package() -> None:
    folders = {str(Path(name).parent) for name in _kept() if name.endswith(".py") and not name.startswith("docs/")}

    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_the_configuration_travels_inside_the_package() -> None:
    inside = ROOT / "bot" / "config"

    assert inside.is_symlink()
    assert inside.resolve() == ROOT / "config"
    assert {path.suffix for path in inside.iterdir()} == {".toml"}


def _kept() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
