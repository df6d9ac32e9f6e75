"""What the log says that a customer tapped."""

import msgspec
import pytest

from dialogs.messages import Choice, InboundMessage
from storage.message_store import inbound_body
from tests.unit.core.shop import NOW

SHOWN = (
    Choice("蓝色马克杯 × 2", "line:1*2"),
    Choice("Lamp × 1", "line:2*1"),
    Choice("全部商品", "lines:all"),
)


@pytest.mark.parametrize(("action", "said"), [("start:refund", "Ask for a refund"), ("human", "Talk to a person")])
def test_a_tap_before_anything_was_said_has_words_too(action: str, said: str) -> None:
    body = inbound_body(InboundMessage("1", NOW, action=action), (), "en")

    assert msgspec.json.decode(body)["text"] == said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("line:1*1", "蓝色马克杯 × 1"),
        ("line:1*2", "蓝色马克杯 × 2"),
        ("line:1*1+line:2*1", "蓝色马克杯 × 1、Lamp × 1"),
        ("lines:all", "全部商品"),
        ("line:9*1", ""),
    ],
)
def test_a_tap_is_told_with_as_many_pieces_as_were_taken(action: str, said: str) -> None:
    body = inbound_body(InboundMessage("1", NOW, action=action), SHOWN)

    assert msgspec.json.decode(body)["text"] == said
