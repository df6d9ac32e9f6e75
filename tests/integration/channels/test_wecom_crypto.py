"""Safe mode against an implementation of other people's, in both directions: npm's @wecom/crypto."""

from pathlib import Path

import pytest

from channels.weixin.crypto import decrypt, encrypt, sign
from tests.peers.packages import ask_node, installed_peers
from tests.unit.channels.weixin_pushes import APP_ID, CAPTURES, ENCODING_AES_KEY, NONCE, SAFE, STAMP, TOKEN

TEXTS = (
    ["a" * length for length in range(1, 70)]
    + ["退款😀\n", "]]>", '{"a": 1}']
    + [path.read_text(encoding="utf-8") for path in sorted(CAPTURES.glob("wechat/*.xml"))]
)
_SEALING = """
const { encrypt, getSignature } = require('@wecom/crypto');
const asked = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify(asked.texts.map((text) => {
  const sealed = encrypt(asked.key, text, asked.id);
  return [sealed, getSignature(asked.token, asked.stamp, asked.nonce, sealed)];
})));
"""
_OPENING = """
const { decrypt, getSignature } = require('@wecom/crypto');
const asked = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify(asked.texts.map((sealed) => {
  const { message, id } = decrypt(asked.key, sealed);
  return [message, id, getSignature(asked.token, asked.stamp, asked.nonce, sealed)];
})));
"""


@pytest.fixture(scope="module")
def peers() -> Path:
    return installed_peers()


def test_what_the_peer_encrypts_and_signs_is_read_and_believed(peers: Path) -> None:
    sealed = ask_node(peers, _SEALING, _asked(TEXTS))

    assert [decrypt(each, SAFE).decode() for each, _ in sealed] == TEXTS
    assert [sign(TOKEN, STAMP, NONCE, each) for each, _ in sealed] == [signature for _, signature in sealed]


def test_what_we_encrypt_and_sign_the_peer_reads_and_signs_alike(peers: Path) -> None:
    sealed = [encrypt(text.encode(), SAFE) for text in TEXTS]

    opened = ask_node(peers, _OPENING, _asked(sealed))

    assert [message for message, _, _ in opened] == TEXTS
    assert {name for _, name, _ in opened} == {APP_ID}
    assert [signature for _, _, signature in opened] == [sign(TOKEN, STAMP, NONCE, each) for each in sealed]


def _asked(texts: list[str]) -> dict[str, object]:
    return {"key": ENCODING_AES_KEY, "id": APP_ID, "token": TOKEN, "stamp": STAMP, "nonce": NONCE, "texts": texts}
