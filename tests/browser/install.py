"""Make sure that a Chromium is there for the browser tests; run by `make test`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PROGRAM = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str | None:
    """The path of the machine's Chromium or Chrome, if there is one."""
    found = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    if found is None and MAC_PROGRAM.exists():
        return str(MAC_PROGRAM)
    return found


def main() -> int:
    if find_chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_with_apt()
    if find_chromium():
        return 0
    print("The browser tests need Chromium or Chrome. Install the package 'chromium' and run again.", file=sys.stderr)
    return 1


def _install_with_apt() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-q", "update"], ["apt-get", "-q", "-y", "install", "chromium", "fonts-noto-cjk"]):
        subprocess.run(command, check=False, env=environment)


if __name__ == "__main__":
    sys.exit(main())
