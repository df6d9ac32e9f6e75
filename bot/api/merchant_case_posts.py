"""What the merchants' API does to cases: opens one, decides one, and says something in its conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from bot.api.case_view import view_case
from bot.api.errors import Fault, Problem, conflict, invalid
from bot.api.http import decoded
from bot.api.keyed import CLAIM
from bot.api.merchant_auth import absent
from bot.api.merchant_cases import case_of
from bot.api.services import SERVICES, Services
from bot.case_decisions import CaseAbsent, CaseConflict, Decider, DecisionParts, decide_case
from bot.case_opening import AskedFor, OpeningParts, OrderAbsent, open_for_caller
from bot.console.texts import console_text
from bot.merchants import KnownMerchant
from channels.clean import clean
from dialogs.messages import Reply
from refund_core.case_staff import StaffAction, StaffDecision
from refund_core.cases import RefundCase
from refund_core.claims import ClaimLine, Reason, Remedy, Resolution
from refund_core.errors import ClaimRefused, MoveNotAllowed
from storage.errors import TryAgain
from storage.idempotency_store import GivenAnswer, answer_key_with
from storage.message_store import append_messages
from storage.transaction import Transaction, transact

API = Decider("api")
Amount = Annotated[int, Meta(ge=0, le=10**12)]
Words = Annotated[str, Meta(max_length=4_000)]


class LineRequest(msgspec.Struct, frozen=True):
    """Some pieces of one order line."""

    line_no: str
    quantity: Annotated[int, Meta(ge=1, le=10**6)] = 1


class LineDecisionRequest(LineRequest, frozen=True):
    """Some pieces of one order line, for less than they come to where amount says so."""

    amount: Amount | None = None


class CaseRequest(msgspec.Struct, frozen=True):
    """A case for a caller; without lines all that is left of the order. It waits for a person."""

    order_no: str
    reason: Reason
    remedy: Remedy = Remedy.REFUND_ONLY
    lines: tuple[LineRequest, ...] = ()
    note: Words | None = None


class DecisionRequest(msgspec.Struct, frozen=True):
    """A decision; version is the case's as the caller saw it, amount a part of it (the goods stay)."""

    version: int
    action: StaffAction
    lines: tuple[LineDecisionRequest, ...] = ()
    amount: Amount | None = None
    shipping_amount: Amount | None = None
    compensation: Amount | None = None
    resolution: Resolution = Resolution.ORIGINAL_ROUTE
    reason_code: Annotated[str, Meta(max_length=100)] | None = None
    reply: Words | None = None


class CaseMessageRequest(msgspec.Struct, frozen=True):
    """Something a person says to the customer in the case's conversation."""

    text: Annotated[str, Meta(min_length=1, max_length=4_000)]
    agent: Annotated[str, Meta(max_length=100)] | None = None


class CaseMessageSaid(msgspec.Struct, frozen=True):
    """Where in the conversation it stands."""

    seq: int


async def post_case(request: web.Request, merchant: KnownMerchant, raw: bytes) -> GivenAnswer:
    """POST /cases."""
    services = request.app[SERVICES]
    wanted = decoded(raw, CaseRequest)
    parts = OpeningParts(services.db, services.clock, merchant.merchant_id, merchant.facts)
    asked = AskedFor(wanted.order_no, wanted.reason, wanted.remedy, _claim_lines(wanted.lines), wanted.note)
    try:
        case = await open_for_caller(parts, asked, by="api")
    except OrderAbsent:
        raise await absent(request, merchant, "order", wanted.order_no) from None
    except ClaimRefused as refused:
        raise claim_problem(refused) from None
    except TryAgain:
        raise _busy() from None
    return _case_answer(case, status=201)


async def post_decision(request: web.Request, merchant: KnownMerchant, raw: bytes) -> GivenAnswer:
    """POST /cases/CASE_NO/decision."""
    services = request.app[SERVICES]
    wanted = decoded(raw, DecisionRequest)
    case = await case_of(request, merchant)
    parts = DecisionParts(services.db, services.merchants, services.clock, services.live)
    try:
        decided = await decide_case(parts, merchant.merchant_id, case.case_no, _decision(wanted), who=API)
    except CaseConflict as error:
        detail = f"The case is at version {error.case.version}, {error.case.state}, moved last by {error.by}."
        raise conflict("version-stale", detail) from None
    except MoveNotAllowed as error:
        raise conflict("move-not-allowed", f"A case that is {error.state} cannot be decided so.") from None
    except ClaimRefused as refused:
        raise claim_problem(refused) from None
    except CaseAbsent:
        raise await absent(request, merchant, "case", case.case_no) from None
    except TryAgain:
        raise _busy() from None
    return _case_answer(decided)


async def post_message(request: web.Request, merchant: KnownMerchant, raw: bytes) -> GivenAnswer:
    """POST /cases/CASE_NO/messages: said as a person, whoever holds the conversation."""
    services = request.app[SERVICES]
    wanted = decoded(raw, CaseMessageRequest)
    case = await case_of(request, merchant)
    text = clean(wanted.text)
    if not text:
        raise invalid("text", "empty", "It has no letters.")
    if case.conversation_id is None:
        raise conflict("no-conversation", "This case was opened without a conversation.")
    conversation_id = UUID(case.conversation_id)
    reply = Reply(text, sender="agent", agent=wanted.agent or merchant.row.name)
    given = await _say(services, _Saying(merchant.merchant_id, conversation_id, reply, request[CLAIM]))
    await services.live.wake(merchant.merchant_id, [conversation_id])
    return given


def claim_problem(refused: ClaimRefused) -> Problem:
    """What a claim or decision asks for and the order does not hold."""
    status = 409 if refused.code == "line_in_open_claim" else 422
    detail = _words_of(refused)
    fault = Fault(refused.field, refused.code, detail, refused.left or None)
    return Problem(status, refused.code.replace("_", "-"), f"{refused.field}: {detail}", errors=(fault,))


def _words_of(refused: ClaimRefused) -> str:
    """The desk's words for the refusal, in English; amounts are minor units here, as everywhere in the API."""
    words = console_text("en", f"refused.{refused.code}", left=refused.left, pieces=refused.left)
    has = f" Case {refused.case_no} has it." if refused.code == "line_in_open_claim" and refused.case_no else ""
    return words[:1].upper() + words[1:] + has


def _decision(wanted: DecisionRequest) -> StaffDecision:
    return StaffDecision(
        wanted.action,
        wanted.version,
        lines=_claim_lines(wanted.lines),
        line_amounts=tuple((line.line_no, line.amount) for line in wanted.lines if line.amount is not None),
        amount_minor=wanted.amount,
        shipping_minor=wanted.shipping_amount,
        compensation_minor=wanted.compensation or 0,
        resolution=wanted.resolution,
        reason_code=wanted.reason_code,
        reply=clean(wanted.reply) or None if wanted.reply else None,
    )


def _claim_lines(lines: Sequence[LineRequest]) -> tuple[ClaimLine, ...]:
    return tuple(ClaimLine(line.line_no, line.quantity) for line in lines)


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is said where, and the claim of the call that says it."""

    merchant_id: UUID
    conversation_id: UUID
    reply: Reply
    claim: UUID


async def _say(services: Services, saying: _Saying) -> GivenAnswer:
    """One commit for the words and the call's answer: a call that is repeated after a crash says nothing twice."""
    now = services.clock.now()

    async def work(tx: Transaction) -> GivenAnswer:
        seq = await append_messages(tx, saying.merchant_id, saying.conversation_id, (saying.reply,), now=now)
        given = GivenAnswer(200, msgspec.json.encode(CaseMessageSaid(seq)))
        await answer_key_with(tx, saying.merchant_id, saying.claim, given)
        return given

    return await transact(services.db, work, name="case.message")


def _case_answer(case: RefundCase, *, status: int = 200) -> GivenAnswer:
    return GivenAnswer(status, msgspec.json.encode(view_case(case)))


def _busy() -> Problem:
    return Problem(503, "not-confirmed", "Too many others were faster; try again.", headers={"Retry-After": "1"})
