"""Deciding a case at the desk, confirming that its goods are back, and settling a refund that waits for a person."""

from dataclasses import replace

from aiohttp import web

from bot.case_decisions import (
    CaseAbsent,
    CaseAt,
    CaseConflict,
    Decider,
    DecisionParts,
    RoleMayNot,
    decide_case,
    receive_goods,
    send_replacement,
    settle_payout,
)
from bot.console.cases import OpenedCase, form_of, open_case
from bot.console.decide_form import FieldWrong, read_decision, read_seen, read_tracking, read_version
from bot.console.deps import CONSOLE
from bot.console.foreign import absent, note
from bot.console.pages import refusal
from bot.console.payout_form import read_payout_step
from bot.console.people import reveal_person
from bot.console.report_view import by_words, code_words
from bot.console.sessions import VISIT
from bot.console.texts import console_text
from bot.console.why_view import why_words
from dialogs.texts.money import format_money
from refund_core.authority import Role
from refund_core.errors import ClaimRefused, MoveNotAllowed, OwnRequest
from refund_core.four_eyes import DECIDED_ALONE, SECOND_ASKED, is_decided_alone
from refund_core.money import Money
from storage.errors import TryAgain
from storage.staff_store import is_alone

_REFUSALS = (FieldWrong, RoleMayNot, OwnRequest, ClaimRefused, CaseAbsent, CaseConflict, MoveNotAllowed, TryAgain)


async def decide(request: web.Request) -> web.Response:
    """Carry the form out; 403 names who may, 409 who was faster, 422 the field that is wrong."""
    opened = await open_case(request)
    case_no = opened.case.case_no
    try:
        merchant_id = request[VISIT].session.merchant_id
        merchant = await request.app[CONSOLE].merchants.by_id(merchant_id)
        decision = read_decision(await request.post(), form_of(opened, merchant))
        case = await decide_case(_parts(request), merchant_id, case_no, decision, who=await _first_decider(request))
    except _REFUSALS as error:
        return await _not_done(request, error, opened)
    what = "decided" if case.second is None else SECOND_ASKED
    if is_decided_alone(case):
        what = DECIDED_ALONE
    about = {"action": decision.action.value, "version": str(case.version), "minor": str(case.allocation.total.minor)}
    await note(request, what, case_no=case_no, **about)
    return web.Response(status=204)


async def receive(request: web.Request) -> web.Response:
    """The goods are back: what was reserved for them is paid."""
    opened = await open_case(request)
    case_no = opened.case.case_no
    try:
        seen = CaseAt(request[VISIT].session.merchant_id, case_no, read_version(await request.post()))
        await receive_goods(_parts(request), seen, who=_decider(request))
    except _REFUSALS as error:
        return await _not_done(request, error, opened)
    await note(request, "goods_received", case_no=case_no)
    return web.Response(status=204)


async def replaced(request: web.Request) -> web.Response:
    """The replacement is on its way to the customer, with its tracking number where there is one."""
    opened = await open_case(request)
    case_no = opened.case.case_no
    try:
        form = await request.post()
        seen = CaseAt(request[VISIT].session.merchant_id, case_no, read_version(form))
        await send_replacement(_parts(request), seen, read_tracking(form), who=_decider(request))
    except _REFUSALS as error:
        return await _not_done(request, error, opened)
    await note(request, "replacement_sent", case_no=case_no)
    return web.Response(status=204)


async def settle(request: web.Request) -> web.Response:
    """One refund that waits for a person is tried again, gets a new number, or was paid by hand."""
    opened = await open_case(request)
    case_no, merchant_id = opened.case.case_no, request[VISIT].session.merchant_id
    try:
        step = read_payout_step(await request.post(), opened.case, request[VISIT].locale)
        case = await settle_payout(_parts(request), merchant_id, case_no, step, who=_decider(request))
    except _REFUSALS as error:
        return await _not_done(request, error, opened)
    about = {"action": step.action.value, "refund_no": step.refund_no, "version": str(case.version)}
    await note(request, "payout_settled", case_no=case_no, **about)
    return web.Response(status=204)


async def show_phone(request: web.Request) -> web.Response:
    """The customer's name and phone in full."""
    opened = await open_case(request)
    return await reveal_person(request, opened.case.case_no, opened.case.customer)


def _parts(request: web.Request) -> DecisionParts:
    console = request.app[CONSOLE]
    return DecisionParts(console.db, console.merchants, console.clock, console.live)


async def _first_decider(request: web.Request) -> Decider:
    """Who decides, and whether there is anybody else who could be asked."""
    session = request[VISIT].session
    alone = await is_alone(request.app[CONSOLE].db, session.merchant_id, session.staff_id)
    return replace(_decider(request), is_alone=alone)


def _decider(request: web.Request) -> Decider:
    session = request[VISIT].session
    return Decider(f"staff:{session.name}", session.name, Role(session.role), str(session.staff_id))


async def _not_done(request: web.Request, error: Exception, opened: OpenedCase) -> web.Response:
    locale, case = request[VISIT].locale, opened.case
    match error:
        case FieldWrong():
            return refusal(request, 422, error.key, **error.values)
        case RoleMayNot():
            return await _not_for_role(request, error, case.case_no)
        case OwnRequest():
            await note(request, "own_request", case_no=case.case_no)
            return refusal(request, 403, "decide.own_request")
        case ClaimRefused():
            return _refused(request, error, opened.facts.order.currency)
        case CaseConflict():
            return await _conflict(request, error)
        case MoveNotAllowed():
            return refusal(request, 409, "decide.not_possible", state=console_text(locale, f"state.{case.state}"))
        case CaseAbsent():
            raise await absent(request, "case", case.case_no)
        case _:
            return refusal(request, 503, "decide.busy")


async def _conflict(request: web.Request, changed: CaseConflict) -> web.Response:
    """409 with what became of the case after the page was opened: a colleague's move, another's, or only its papers."""
    locale = request[VISIT].locale
    state = console_text(locale, f"state.{changed.case.state}")
    moves = changed.since(read_seen(await request.post()))
    if not moves:
        return refusal(request, 409, "decide.conflict_inside", state=state)
    last = moves[-1]
    by, what = by_words(locale, last.by), why_words(locale, last.why)
    if last.by.startswith("staff:"):
        return refusal(request, 409, "decide.conflict_by", by=by, what=what, state=state)
    return refusal(request, 409, "decide.conflict_moved", by=by, what=what, state=state)


async def _not_for_role(request: web.Request, refused: RoleMayNot, case_no: str) -> web.Response:
    """403 with who may instead; that it was tried is written down."""
    await note(request, "not_for_role", case_no=case_no, action=refused.action, role=refused.role.value)
    if refused.limit is None:
        return refusal(request, 403, "payout.not_for_role")
    limit = format_money(refused.limit, request[VISIT].locale)
    return refusal(request, 403, "decide.beyond_limit", limit=limit)


def _refused(request: web.Request, refused: ClaimRefused, currency: str) -> web.Response:
    locale = request[VISIT].locale
    left = format_money(Money(refused.left, currency), locale)
    pieces = refused.left
    why = code_words(locale, "refused", refused.code).format_map({"left": left, "pieces": pieces})
    return refusal(request, 422, "decide.refused", why=why)
