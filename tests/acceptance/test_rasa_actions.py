"""`refundbot actions` beside `refundbot serve`: a refund asked for through Rasa's calls is paid by the gateway."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.running import STOP_SECONDS_MAX
from tests.acceptance.shop import Shop, order


@pytest.fixture
def actions(shop: Shop) -> Iterator["subprocess.Popen[str]"]:
    """The action server of the shop's assistant, on a free port."""
    command = [sys.executable, "-m", "bot", "actions", "--port", "0", "--merchant", shop.slug]
    process = subprocess.Popen(
        command, env=dict(shop.server.environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Caller:
    """What Rasa does with our action server: the message, the slots of earlier answers, one action."""

    def __init__(self, url: str, shop: Shop, customer: str) -> None:
        self.url = url
        self.shop = shop
        self.customer = customer
        self.slots: dict[str, Any] = {}
        self.buttons: list[str] = []

    async def call(self, action: str, text: str) -> str:
        choice = re.search(r'\{"choice":"(.+)"\}', text)
        latest = {
            "text": text,
            "intent": {"name": "choose" if choice else "other", "confidence": 1.0},
            "entities": [{"entity": "choice", "value": choice[1]}] if choice else [],
            "message_id": uuid4().hex,
            "metadata": {"identity": self.shop.identity(self.customer), "locale": "en"},
        }
        tracker = {"sender_id": "s", "slots": self.slots, "latest_message": latest, "events": [], "active_loop": {}}
        body = {"next_action": action, "tracker": tracker, "domain": {}, "version": "3.6.21"}
        async with self.shop.http.post(f"{self.url}/webhook", json=body) as response:
            answer = await response.json()
            assert response.status == 200, answer
        self.slots |= {event["name"]: event["value"] for event in answer["events"] if event["event"] == "slot"}
        self.buttons = [button["payload"] for said in answer["responses"] for button in said["buttons"]]
        return "\n".join(said["text"] for said in answer["responses"])

    async def press(self, beginning: str) -> str:
        return await self.call("action_refundbot_answer", next(it for it in self.buttons if f'"{beginning}' in it))


async def test_a_refund_through_the_actions_is_paid_once(shop: Shop, actions: "subprocess.Popen[str]") -> None:
    order_no = f"{shop.customers}RASA"
    await shop.push(order(order_no, "c-1", status="paid", shipped=None, delivered=None))
    assert actions.stdout is not None
    url = actions.stdout.readline().removeprefix("Actions at ").strip()
    rasa = Caller(url, shop, "c-1")

    await rasa.call("validate_refund_form", '/choose{"choice":"start:refund"}')
    await rasa.press(f"order:{order_no}")
    for _ in range(5):
        if any("offer:" in button or "confirm:" in button for button in rasa.buttons):
            break
        await rasa.press("reason:no_longer_wanted" if any("reason:" in it for it in rasa.buttons) else "lines:all")
    asked = await rasa.press("offer:")
    await rasa.call("action_submit_refund", "yes")
    case = await shop.case_in(order_no, "refunded")

    assert "59.00" in asked
    assert await shop.movements(f"pay-{order_no}") == [5_900]
    assert case["refunds"][0]["state"] == "succeeded"
    actions.terminate()
    assert actions.wait(STOP_SECONDS_MAX) == 0


async def test_a_stranger_under_the_same_sender_sees_no_order(shop: Shop, actions: "subprocess.Popen[str]") -> None:
    order_no = f"{shop.customers}OTHER"
    await shop.push(order(order_no, "c-1", status="paid", shipped=None, delivered=None))
    assert actions.stdout is not None
    rasa = Caller(actions.stdout.readline().removeprefix("Actions at ").strip(), shop, "c-1")
    await rasa.call("validate_refund_form", '/choose{"choice":"start:refund"}')
    seen = list(rasa.buttons)
    rasa.customer = "nobody"

    told = await rasa.call("validate_refund_form", '/choose{"choice":"start:refund"}')

    assert any(order_no in button for button in seen)
    assert order_no not in told
    assert not any(order_no in button for button in rasa.buttons)
