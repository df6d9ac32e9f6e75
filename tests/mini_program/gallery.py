"""The gallery's replies in the mini-program's component, under miniprogram-simulate."""

import msgspec

from docs.gallery import LOCALE, pieces
from tests.mini_program.packages import HERE, node_modules
from tests.peers.packages import program, run

SECONDS_MAX = 120
# The phone is abroad: days and hours are the shop's all the same.
TIME_ZONE = "America/New_York"


def drawn_pieces() -> list[str]:
    """Each piece as the component shows it, with the buttons that can be tapped."""
    asked = {"locale": LOCALE, "pieces": [msgspec.to_builtins(piece.replies) for piece in pieces()]}
    environment = {"NODE_PATH": str(node_modules() / "node_modules"), "TZ": TIME_ZONE}

    done = run([program("node"), "gallery.js"], HERE, msgspec.json.encode(asked), SECONDS_MAX, **environment)

    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout, type=list[str])
