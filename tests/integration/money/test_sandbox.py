"""The sandbox as a process of its own: what it acknowledged survives a kill, and it believes only signed requests."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from connectors.payments.gateway import GatewayAccount, GatewayState, PaymentGateway, RefundInstruction
from connectors.payments.registry import open_gateway
from connectors.payments.sandbox.admin import read_bill, read_movements, set_faults
from connectors.payments.sandbox.faults import Fault, FaultKind
from connectors.payments.sandbox.server import SandboxServer, running_sandbox
from refund_core.money import Money

SECRET = b"sandbox-test"
PROGRAM = """
import asyncio, sys
from pathlib import Path
from connectors.payments.sandbox.server import SandboxServer, run_sandbox
def ready(url): print(url, flush=True)
server = SandboxServer(b"sandbox-test", Path(sys.argv[1]), settle_seconds=0.0)
asyncio.run(run_sandbox(server, ready=ready, stop=asyncio.Event()))
"""


@asynccontextmanager
async def sandbox_process(folder: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip(), process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    for round_no in range(3):
        async with sandbox_process(tmp_path) as (url, process):
            gateway = _gateway(url)
            await gateway.refund(_instruction(f"R{round_no}"))
            process.kill()
            await gateway.close()

    async with sandbox_process(tmp_path) as (url, _):
        gateway = _gateway(url)
        known = [await gateway.look_up(_instruction(f"R{round_no}")) for round_no in range(3)]
        for round_no in range(3):
            await gateway.refund(_instruction(f"R{round_no}"))
        while len(moved := await read_movements(url, SECRET, "lamps")) < 3:
            await gateway.look_up(_instruction("R2"))
        await gateway.close()

    assert None not in known
    assert sorted(movement.refund_no for movement in moved) == ["R0", "R1", "R2"]


async def test_an_unsigned_request_is_401_and_changes_nothing(tmp_path: Path) -> None:
    async with running_sandbox(SandboxServer(SECRET, tmp_path)) as url:
        async with aiohttp.ClientSession() as session:
            for method, path in (("POST", "/v1/refunds"), ("GET", "/v1/bill"), ("PUT", "/admin/faults")):
                async with session.request(method, url + path, data=b"{}") as response:
                    assert response.status == 401

        assert await read_bill(url, SECRET, "lamps") == []


async def test_a_merchant_sees_only_its_own_refunds_and_cannot_set_faults(tmp_path: Path) -> None:
    async with running_sandbox(SandboxServer(SECRET, tmp_path)) as url:
        gateway = _gateway(url)
        await gateway.refund(_instruction("R1"))
        await gateway.close()

        assert len(await read_bill(url, SECRET, "lamps")) == 1
        assert await read_bill(url, SECRET, "chairs") == []
        with pytest.raises(RuntimeError, match="401"):
            await set_faults(url, b"wrong", [])


async def test_faults_are_for_whom_they_name_and_as_often_as_they_say(tmp_path: Path) -> None:
    async with running_sandbox(SandboxServer(SECRET, tmp_path, settle_seconds=0)) as url:
        gateway = _gateway(url)
        await set_faults(
            url, SECRET, [Fault(FaultKind.ABNORMAL, name="R1", times=1), Fault(FaultKind.ABNORMAL, merchant="x")]
        )

        states = [(await gateway.refund(_instruction(name))).state for name in ("R2", "R1", "R3")]
        await gateway.close()

    assert states == [GatewayState.PENDING, GatewayState.ABNORMAL, GatewayState.PENDING]


def _gateway(url: str) -> PaymentGateway:
    return open_gateway("sandbox", GatewayAccount("lamps", "", {"url": url, "secret": SECRET.hex()}))


def _instruction(refund_no: str) -> RefundInstruction:
    return RefundInstruction(refund_no, "p-1", Money(100, "CNY"), Money(1000, "CNY"))
