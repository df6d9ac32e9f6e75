"""A gateway's notice is believed as far as it is signed, compared, and only ever moves a refund forward."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp
import msgspec
import pytest

from bot.effects import EffectsWorker
from connectors.payments.sandbox.faults import Fault, FaultKind
from connectors.payments.sandbox.parse import RefundAnswer
from connectors.payments.sandbox.signature import Stamp, merchant_key, sign_notice
from refund_core.cases import CaseState, RefundCase, RefundState
from tests.integration.money.rig import SECRET, Rig
from tests.integration.money.shop import new_shop


@dataclass(frozen=True)
class Letter:
    """A notice, with what may be wrong about it."""

    state: str = "SUCCESS"
    amount: int = 5900
    signed_for: str = "lamps"
    secret: bytes = SECRET
    age_seconds: int = 0
    refund_no: str | None = None
    body: bytes | None = None
    altered: tuple[bytes, bytes] = (b"", b"")


@pytest.fixture
async def case(rig: Rig) -> RefundCase:
    """A refund that the gateway took and says nothing more about."""
    await rig.faults(Fault(FaultKind.PENDING, value=10_000))
    case = await rig.shop.confirmed()
    await EffectsWorker(rig.parts).drain()
    return case


async def test_a_signed_notice_settles_the_refund(rig: Rig, case: RefundCase) -> None:
    assert await _post(rig, case, Letter()) == 204

    assert await _states(rig, case) == (CaseState.REFUNDED, RefundState.SUCCEEDED)


@pytest.mark.parametrize(
    "letter",
    [
        Letter(secret=b"another"),
        Letter(signed_for="chairs"),
        Letter(age_seconds=301),
        Letter(age_seconds=-301),
        Letter(altered=(b"5900", b"59000")),
        Letter(altered=(b"SUCCESS", b"CLOSED")),
        Letter(altered=(b"}", b"} ")),
    ],
    ids=["key", "merchant", "old", "early", "amount", "state", "space"],
)
async def test_a_forged_notice_is_401_and_changes_nothing(rig: Rig, case: RefundCase, letter: Letter) -> None:
    assert await _post(rig, case, letter) == 401

    assert await _states(rig, case) == (CaseState.REFUNDING, RefundState.PENDING)


async def test_a_notice_without_a_signature_is_401(rig: Rig, case: RefundCase) -> None:
    async with aiohttp.ClientSession() as session, session.post(_url(rig), data=b"{}") as response:
        assert response.status == 401


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400), (b'{"refund_no": 7}', 400), (b"", 400)])
async def test_a_signed_notice_that_says_nothing_is_400(rig: Rig, case: RefundCase, body: bytes, status: int) -> None:
    assert await _post(rig, case, Letter(body=body)) == status


async def test_a_notice_about_no_refund_of_ours_is_404_and_so_is_another_merchants(rig: Rig, case: RefundCase) -> None:
    await new_shop(rig.shop.db, "chairs")

    assert await _post(rig, case, Letter(refund_no="R-unknown")) == 404
    assert await _post(rig, case, Letter(signed_for="chairs"), slug="chairs") == 404
    assert await _post(rig, case, Letter(), slug="nobody") == 404
    assert await _post(rig, case, Letter(), method="card") == 404
    assert await _states(rig, case) == (CaseState.REFUNDING, RefundState.PENDING)


async def test_a_body_that_is_too_long_is_413(rig: Rig, case: RefundCase) -> None:
    assert await _post(rig, case, Letter(body=b" " * 100_000)) == 413


async def test_the_same_notice_five_times_at_once_books_once(rig: Rig, case: RefundCase) -> None:
    statuses = await asyncio.gather(*(_post(rig, case, Letter()) for _ in range(5)))

    assert statuses == [204] * 5
    assert await rig.shop.payments() == {"p-1": (5900, 0)}
    assert len(await rig.shop.db.fetch("SELECT 1 FROM transfer WHERE kind = 'settle'")) == 1


async def test_a_late_word_never_takes_back_the_last_one(rig: Rig, case: RefundCase) -> None:
    await _post(rig, case, Letter())

    for state in ("PROCESSING", "ABNORMAL", "CLOSED", "SUCCESS"):
        assert await _post(rig, case, Letter(state=state)) == 204

    paid = await rig.shop.case(case.case_no)
    assert (paid.state, paid.refunds[0].state) == (CaseState.REFUNDED, RefundState.SUCCEEDED)
    assert paid.refunds[0].needs_person
    assert await rig.shop.payments() == {"p-1": (5900, 0)}


async def test_another_amount_settles_nothing_and_calls_a_person(rig: Rig, case: RefundCase) -> None:
    assert await _post(rig, case, Letter(amount=5901)) == 204

    assert await _states(rig, case) == (CaseState.REFUNDING, RefundState.PENDING)
    assert (await rig.shop.case(case.case_no)).refunds[0].needs_person


async def test_a_notice_before_the_answer_settles_and_the_answer_changes_nothing(rig: Rig) -> None:
    await rig.faults(Fault(FaultKind.LOST_ANSWER), Fault(FaultKind.NO_NOTICE))
    case = await rig.shop.confirmed()
    await EffectsWorker(rig.parts).drain()

    await _post(rig, case, Letter())
    rig.clock.move(minutes=2)
    await EffectsWorker(rig.parts).drain()

    assert await _states(rig, case) == (CaseState.REFUNDED, RefundState.SUCCEEDED)
    assert await rig.numbers() == [case.refunds[0].refund_no]


async def _post(rig: Rig, case: RefundCase, letter: Letter, *, slug: str = "lamps", method: str = "sandbox") -> int:
    refund = case.refunds[0]
    answer = RefundAnswer(
        letter.refund_no or refund.refund_no, refund.payment_no, "g-1", letter.amount, "CNY", letter.state
    )
    body = msgspec.json.encode(answer) if letter.body is None else letter.body
    key = merchant_key(letter.secret, letter.signed_for)
    now = rig.clock.now().timestamp() if letter.age_seconds == 0 else time.time()
    stamp = Stamp(int(now) - letter.age_seconds, "nonce")
    headers = sign_notice(key, letter.signed_for, body, stamp)
    async with (
        aiohttp.ClientSession() as session,
        session.post(_url(rig, slug, method), data=body.replace(*letter.altered), headers=headers) as response,
    ):
        return response.status


def _url(rig: Rig, slug: str = "lamps", method: str = "sandbox") -> str:
    return f"{rig.parts.gateways.callback_base}/webhooks/{slug}/payments/{method}"


async def _states(rig: Rig, case: RefundCase) -> tuple[CaseState, RefundState]:
    stored = await rig.shop.case(case.case_no)
    return stored.state, stored.refunds[0].state
