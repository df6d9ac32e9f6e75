"""A channel costs nothing where it is not configured."""

import subprocess
import sys

HEAVY = ("aiogram", "pydantic", "wechatpy")


def test_the_server_starts_without_loading_any_platforms_library() -> None:
    program = f"import sys, bot.serving, bot.cli; print([name for name in {HEAVY} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
