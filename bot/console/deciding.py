"""Deciding a case at the desk, and confirming that its goods are back."""

from aiohttp import web

from bot.case_decisions import CaseAbsent, CaseAt, CaseConflict, Decider, DecisionParts, decide_case, receive_goods
from bot.console.cases import form_of, open_case
from bot.console.decide_form import FieldWrong, read_decision
from bot.console.deps import CONSOLE
from bot.console.foreign import absent, note
from bot.console.pages import refusal
from bot.console.people import reveal_person
from bot.console.report_view import by_words, code_words
from bot.console.sessions import VISIT
from bot.console.texts import console_text
from dialogs.texts.money import format_money
from refund_core.cases import RefundCase
from refund_core.errors import ClaimRefused, MoveNotAllowed
from refund_core.money import Money
from storage.errors import TryAgain


async def decide(request: web.Request) -> web.Response:
    """Carry the form out; 409 says who was faster and how the case stands, 422 which field is wrong."""
    opened = await open_case(request)
    case_no = opened.case.case_no
    try:
        merchant_id = request[VISIT].session.merchant_id
        merchant = await request.app[CONSOLE].merchants.by_id(merchant_id)
        decision = read_decision(await request.post(), form_of(opened, merchant))
        case = await decide_case(_parts(request), merchant_id, case_no, decision, who=_decider(request))
    except FieldWrong as wrong:
        return refusal(request, 422, wrong.key, **wrong.values)
    except ClaimRefused as refused:
        return _refused(request, refused, opened.facts.order.currency)
    except (CaseAbsent, CaseConflict, MoveNotAllowed, TryAgain) as error:
        return await _not_decided(request, error, opened.case)
    await note(request, "decided", case_no=case_no, action=decision.action.value, version=str(case.version))
    return web.Response(status=204)


async def receive(request: web.Request) -> web.Response:
    """The goods are back: what was reserved for them is paid."""
    opened = await open_case(request)
    case_no = opened.case.case_no
    try:
        version = int(str((await request.post()).get("version", "")))
    except ValueError:
        return refusal(request, 422, "error.form")
    seen = CaseAt(request[VISIT].session.merchant_id, case_no, version)
    try:
        await receive_goods(_parts(request), seen, who=_decider(request))
    except ClaimRefused as refused:
        return _refused(request, refused, opened.facts.order.currency)
    except (CaseAbsent, CaseConflict, MoveNotAllowed, TryAgain) as error:
        return await _not_decided(request, error, opened.case)
    await note(request, "goods_received", case_no=case_no)
    return web.Response(status=204)


async def show_phone(request: web.Request) -> web.Response:
    """The customer's name and phone in full."""
    opened = await open_case(request)
    return await reveal_person(request, opened.case.case_no, opened.case.customer)


def _parts(request: web.Request) -> DecisionParts:
    console = request.app[CONSOLE]
    return DecisionParts(console.db, console.merchants, console.clock, console.live)


def _decider(request: web.Request) -> Decider:
    name = request[VISIT].session.name
    return Decider(f"staff:{name}", name)


async def _not_decided(request: web.Request, error: Exception, case: RefundCase) -> web.Response:
    locale = request[VISIT].locale
    match error:
        case CaseConflict():
            state = console_text(locale, f"state.{error.case.state}")
            return refusal(request, 409, "decide.conflict_by", by=by_words(locale, error.by), state=state)
        case MoveNotAllowed():
            return refusal(request, 409, "decide.not_possible", state=console_text(locale, f"state.{case.state}"))
        case CaseAbsent():
            raise await absent(request, "case", case.case_no)
        case _:
            return refusal(request, 503, "decide.busy")


def _refused(request: web.Request, refused: ClaimRefused, currency: str) -> web.Response:
    locale = request[VISIT].locale
    left = format_money(Money(refused.left, currency), locale)
    pieces = refused.left
    why = code_words(locale, "refused", refused.code).format_map({"left": left, "pieces": pieces})
    return refusal(request, 422, "decide.refused", why=why)
