"""What is said of calls to a sandbox that came to nothing."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from connectors.sandbox_calls import SandboxCalls
from refund_core.sending import SendLater


@pytest.fixture
def full_house() -> Iterator[str]:
    """An address where somebody listens and takes no further connection."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def test_a_connection_that_does_not_come_about_has_sent_nothing(full_house: str) -> None:
    client = SandboxCalls(full_house, lambda _method, _path, _body: {}, connect_seconds=0.3)

    with pytest.raises(SendLater):
        await client.call("POST", "/v1/refunds")

    await client.close()
