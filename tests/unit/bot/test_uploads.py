"""What a form's head says is neither printed nor kept."""

import subprocess
import sys

READ = """
import bot.uploads
from aiohttp import multipart
for number in range(3):
    multipart.parse_content_disposition(f"form-data; name; 张三{number}.jpg")
    multipart.parse_content_disposition(f"form-data; name{number}*=x")
print(sum(isinstance(kept, tuple) for kept in getattr(multipart, "__warningregistry__", {})))
"""


def test_a_broken_head_leaves_nothing_behind() -> None:
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("0", "")
