"""What is fuzzed: everything that reads bytes of a stranger.

A target is called with a source of chance and one broken input. It answers True
where the input was taken and False where it was refused in one of the parser's own words; anything else that a parser
raises, and anything taken that could not be stored or shown, is a finding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from random import Random

from channels.channel import Arrival, Channel, PayloadUnreadable, SignatureRejected
from channels.registry import CHANNELS
from channels.support_chat.telegram.signature import SECRET_HEADER
from channels.weixin.signature import verify_push
from dialogs.messages import InboundMessage
from tests.contracts.channel_stages import CHANNEL_STAGES, ChannelStage
from tests.contracts.test_channels import opened
from tests.fuzz import answer_targets, body_targets, chat_targets, money_targets, picture_targets
from tests.fuzz.mutations import damaged_text
from tests.unit.channels.weixin_pushes import NOW as PUSHED
from tests.unit.channels.weixin_pushes import SAFE, safe_push, sealed

CAPTURES = Path(__file__).resolve().parents[1] / "captures"
NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
SIGNED_PARTS = frozenset({"authorization", SECRET_HEADER, "msg_signature", "timestamp", "nonce"})
"""What a signature covers or is: none of it may be changed by a hair."""
TEXT_STORED_MAX = 100_000

Check = Callable[[Random, bytes], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """check says of an input made of whole whether it was taken, and raises where a promise is broken."""

    whole: Sequence[bytes]
    check: Check


def arrives(channel: Channel, stage: ChannelStage, _: Random, raw: bytes) -> bool:
    """Signed by the platform, whatever it is."""
    try:
        arrivals = channel.parse(channel.verify(stage.signed(raw, NOW), now=NOW), now=NOW)
    except (PayloadUnreadable, SignatureRejected):
        return False
    for arrival in arrivals:
        _check_arrival(arrival)
    return True


def is_forged(channel: Channel, stage: ChannelStage, chance: Random, raw: bytes) -> bool:
    """Signed by the platform and changed on the way: never taken for anything else than what was signed."""
    right = stage.signed(stage.message, NOW)
    parts = [("query", name) for name in right.query] + [("headers", name) for name in right.headers] + [("raw", "")]
    part, name = chance.choice(parts)
    if part == "raw":
        changed = replace(right, raw=raw)
    else:
        values = dict(right.query if part == "query" else right.headers)
        values[name] = damaged_text(chance, values[name])
        changed = replace(right, query=values) if part == "query" else replace(right, headers=values)
    try:
        read = channel.verify(changed, now=NOW)
    except SignatureRejected:
        return False
    assert changed == right or name not in SIGNED_PARTS, f"{name} was changed, and the signature held"
    assert part == "raw" or read == channel.verify(right, now=NOW)
    return True


def a_sealed_push(chance: Random, raw: bytes) -> bool:
    """Encrypted with our key and signed, but cut, or padded as nobody pads."""
    encrypted = sealed(raw, padding=chance.choice((None, 0, 255, chance.randrange(256))))
    try:
        verify_push(
            safe_push(encrypted[: len(encrypted) - chance.choice((0, 1, 4, chance.randrange(64)))]), SAFE, now=PUSHED
        )
    except SignatureRejected:
        return False
    return True


def _check_arrival(arrival: Arrival) -> None:
    """All of it can be stored, but for the token, which is read once and never kept."""
    assert 0 < len(arrival.user) <= 128
    named = [media.ref for media in arrival.media]
    for word in (arrival.user, arrival.union_id, arrival.handle, arrival.edits, arrival.phone, *named):
        assert word is None or "\x00" not in word
        (word or "").encode()
    if arrival.message is not None:
        check_message(arrival.message)


def check_message(message: InboundMessage) -> None:
    """What is handed to the dialog: named, of this time, and possible to store."""
    assert 0 < len(message.message_id) <= 200
    assert message.at <= NOW
    for word in (message.message_id, message.text, message.action, message.order_no, *message.attachments):
        assert word is None or "\x00" not in word
        assert len((word or "").encode()) <= TEXT_STORED_MAX


@cache
def all_targets() -> Mapping[str, Target]:
    """Every target by its name."""
    found: dict[str, Target] = {}
    for name in sorted(CHANNELS):
        channel, stage = opened(name), CHANNEL_STAGES[name]
        whole = (stage.message, *captured(name))
        found[name] = Target(whole, partial(arrives, channel, stage))
        found[f"{name}_forged"] = Target((stage.signed(stage.message, NOW).raw,), partial(is_forged, channel, stage))
    found["weixin_sealed"] = Target((CHANNEL_STAGES["wechat"].message,), a_sealed_push)
    for module in (answer_targets, body_targets, chat_targets, money_targets, picture_targets):
        found |= {name: Target(whole, check) for name, (whole, check) in module.TARGETS.items()}
    return found


def captured(name: str) -> list[bytes]:
    """What such a platform was seen to send."""
    folder = CAPTURES / name
    return [path.read_bytes() for path in sorted(folder.glob("*.*")) if path.suffix in {".xml", ".json"}]
