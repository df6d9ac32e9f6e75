"""What every payment gateway of the registry promises; a new one only brings its stage."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.payments.gateway import (
    NOTICE_WINDOW_SECONDS,
    GatewayState,
    PaymentGateway,
    RefundInstruction,
    SignatureRejected,
)
from connectors.payments.registry import methods, open_gateway
from refund_core.money import Money
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from tests.contracts.stages import STAGES, Stage

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
ASKED = RefundInstruction("R1", "p-1", Money(5900, "CNY"), Money(11800, "CNY"), "damaged")


@pytest.fixture(params=methods())
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def stage(method: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with STAGES[method](tmp_path) as stage:
        yield stage


@pytest.fixture
async def gateway(method: str, stage: Stage) -> AsyncIterator[PaymentGateway]:
    gateway = open_gateway(method, stage.account)
    yield gateway
    await gateway.close()


def test_a_method_without_a_gateway_is_known_to_have_none() -> None:
    assert "sandbox" in methods()
    assert "card" not in methods()


async def test_a_refund_is_taken_under_our_number_and_amount(gateway: PaymentGateway) -> None:
    heard = await gateway.refund(ASKED)

    assert (heard.refund_no, heard.amount) == ("R1", ASKED.amount)
    assert heard.state in {GatewayState.PENDING, GatewayState.SUCCEEDED}
    assert heard.gateway_refund_id


async def test_the_same_instruction_again_is_the_same_refund(gateway: PaymentGateway, stage: Stage) -> None:
    first = await gateway.refund(ASKED)
    again = await gateway.refund(ASKED)

    assert again.gateway_refund_id == first.gateway_refund_id
    assert await stage.moved_minor() in {0, 5900}


async def test_the_same_number_with_another_amount_is_refused(gateway: PaymentGateway) -> None:
    await gateway.refund(ASKED)

    with pytest.raises(SendRefused):
        await gateway.refund(replace(ASKED, amount=Money(5901, "CNY")))


async def test_more_than_was_captured_is_refused(gateway: PaymentGateway) -> None:
    await gateway.refund(ASKED)
    await gateway.refund(replace(ASKED, refund_no="R2"))

    with pytest.raises(SendRefused):
        await gateway.refund(replace(ASKED, refund_no="R3", amount=Money(1, "CNY")))


async def test_what_it_never_heard_of_is_not_found_and_what_it_took_is(gateway: PaymentGateway) -> None:
    assert await gateway.look_up(ASKED) is None

    taken = await gateway.refund(ASKED)

    found = await gateway.look_up(ASKED)
    assert found is not None
    assert (found.gateway_refund_id, found.amount) == (taken.gateway_refund_id, ASKED.amount)


async def test_a_lost_answer_is_unknown_and_the_refund_is_found(gateway: PaymentGateway, stage: Stage) -> None:
    await stage.break_it("lost")

    with pytest.raises(AnswerUnknown):
        await gateway.refund(ASKED)

    assert await gateway.look_up(ASKED) is not None


async def test_a_server_error_is_unknown(gateway: PaymentGateway, stage: Stage) -> None:
    await stage.break_it("error")

    with pytest.raises(AnswerUnknown):
        await gateway.refund(ASKED)
    with pytest.raises(AnswerUnknown):
        await gateway.look_up(ASKED)


async def test_too_many_requests_say_when_to_come_back(gateway: PaymentGateway, stage: Stage) -> None:
    await stage.break_it("limited")

    with pytest.raises(SendLater) as refused:
        await gateway.refund(ASKED)

    assert refused.value.after_seconds == 7


async def test_a_refusal_names_its_code(gateway: PaymentGateway, stage: Stage) -> None:
    await stage.break_it("refused")

    with pytest.raises(SendRefused) as refused:
        await gateway.refund(ASKED)

    assert refused.value.code == "NOT_ENOUGH"


async def test_wrong_credentials_are_refused_and_an_address_without_anybody_is_for_later(
    method: str, stage: Stage
) -> None:
    for account, wanted in ((stage.bad_account, SendRefused), (stage.dead_account, SendLater)):
        gateway = open_gateway(method, account)
        with pytest.raises(wanted):
            await gateway.refund(ASKED)
        await gateway.close()


async def test_a_signed_notice_is_read(gateway: PaymentGateway, stage: Stage) -> None:
    headers, raw = stage.notice(ASKED, int(NOW.timestamp()))

    heard = gateway.verify_notice(headers, raw, now=NOW)

    assert (heard.refund_no, heard.state, heard.amount) == ("R1", GatewayState.SUCCEEDED, ASKED.amount)


@pytest.mark.parametrize("seconds", [NOTICE_WINDOW_SECONDS + 1, -NOTICE_WINDOW_SECONDS - 1])
async def test_a_notice_out_of_its_time_is_rejected(gateway: PaymentGateway, stage: Stage, seconds: int) -> None:
    headers, raw = stage.notice(ASKED, int(NOW.timestamp()))

    with pytest.raises(SignatureRejected):
        gateway.verify_notice(headers, raw, now=NOW + timedelta(seconds=seconds))


async def test_a_notice_of_which_anything_is_altered_or_missing_is_rejected(
    gateway: PaymentGateway, stage: Stage
) -> None:
    headers, raw = stage.notice(ASKED, int(NOW.timestamp()))

    for altered in (raw + b" ", raw.replace(b"5900", b"5901"), b"", bytes([raw[0] ^ 1]) + raw[1:]):
        with pytest.raises(SignatureRejected):
            gateway.verify_notice(headers, altered, now=NOW)
    for name, value in headers.items():
        for wrong in ({key: it for key, it in headers.items() if key != name}, headers | {name: value + "x"}):
            with pytest.raises(SignatureRejected):
                gateway.verify_notice(wrong, raw, now=NOW)


async def test_another_merchants_notice_is_rejected(method: str, stage: Stage) -> None:
    headers, raw = stage.notice(ASKED, int(NOW.timestamp()))
    gateway = open_gateway(method, replace(stage.account, merchant="chairs"))

    with pytest.raises(SignatureRejected):
        gateway.verify_notice(headers, raw, now=NOW)
