"""Cases at the desk: the list, and one case with everything that is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from bot.case_decisions import DECIDABLE, RECEIVABLE
from bot.console.attachments import videos_among
from bot.console.conversations import read_hold_or_404, talk_values
from bot.console.decide_form import ACTIONS, OFFERED, REJECT_CODES, FormOf, Piece
from bot.console.deps import CONSOLE
from bot.console.foreign import absent
from bot.console.pages import staff_page
from bot.console.payout_form import waiting_payouts
from bot.console.people import masked_person
from bot.console.reasons import reason_words
from bot.console.report_view import by_words, code_words, entry_words, plain_amount, second_of, way_of
from bot.console.sessions import VISIT
from bot.console.texts import CATALOGUES, console_text
from bot.console.why_view import why_words
from dialogs.facts import Merchant
from dialogs.messages import Locale
from dialogs.notices import drafted_reply
from dialogs.texts.money import format_money
from refund_core.authority import Role, limit_of
from refund_core.case_money import Rails
from refund_core.case_staff import StaffAction
from refund_core.cases import CaseState, RefundCase
from refund_core.claims import Remedy
from refund_core.orders import OrderFacts, SettledBy
from refund_core.refundable import line_left
from refund_core.report import Report, TimelineEntry, build_report
from storage.case_reads import CaseFilter, CasePage, CursorInvalid, list_cases, load_case
from storage.likeness_store import same_pictures
from storage.order_store import load_order
from storage.rating_store import ratings_of
from storage.staff_store import is_alone

_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list."""

    case_no: str
    order_no: str
    customer: str
    state: str
    created_at: object
    amount: str


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case with its order, as they are now, and the language its customer speaks."""

    case: RefundCase
    facts: OrderFacts
    customer_locale: Locale


async def show_cases(request: web.Request) -> web.Response:
    """The list, newest first; q is a whole case, order or customer number."""
    visit, query = request[VISIT], request.query
    wanted, chosen = query.get("q", "").strip()[:64].replace("\x00", ""), query.get("state", "")
    states = (chosen,) if chosen in set(CaseState) else ()
    page = await _find(request, wanted, states)
    rows = [_row(case, visit.locale) for case in page.cases]
    following = {"q": wanted, "state": chosen, "cursor": page.next_cursor}
    next_url = f"/desk/cases?{urlencode(following)}" if page.next_cursor else None
    return await staff_page(
        request, "cases.html", here="cases", rows=rows, query=wanted, chosen=chosen, next_url=next_url,
        states=[state.value for state in CaseState],
    )  # fmt: skip


async def show_case(request: web.Request) -> web.Response:
    """The whole page: the conversation beside the decision and the report."""
    visit = request[VISIT]
    opened = await open_case(request)
    heading = console_text(visit.locale, "case.title", case_no=opened.case.case_no)
    values: dict[str, object] = {"conversation": None, "hold": None, "messages": ()}
    if opened.case.conversation_id is not None:
        hold = await read_hold_or_404(request, UUID(opened.case.conversation_id))
        values = await talk_values(request, hold)
    person = await masked_person(request, opened.case.customer)
    return await staff_page(
        request, "case.html", here="cases", heading=heading, person=person, **values, **await _shown(request, opened)
    )


async def show_head(request: web.Request) -> web.Response:
    """What the case is, in a few words, refetched at each wake-up."""
    return await staff_page(request, "_head.html", **await _shown(request, await open_case(request)))


async def show_decide(request: web.Request) -> web.Response:
    """The decision form alone, refetched at each wake-up while nobody types in it."""
    return await staff_page(request, "_decide.html", **await _shown(request, await open_case(request)))


async def show_report(request: web.Request) -> web.Response:
    """The report alone, refetched at each wake-up."""
    return await staff_page(request, "_report.html", **await _shown(request, await open_case(request)))


async def open_case(request: web.Request) -> OpenedCase:
    """The case in the address; another shop's, or none, is a 404."""
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    case_no = request.match_info["case_no"]
    case = await load_case(console.db, merchant_id, case_no)
    facts = await load_order(console.db, merchant_id, case.order_no) if case else None
    if case is None or facts is None:
        raise await absent(request, "case", case_no)
    locale: Locale = "zh-CN"
    if case.conversation_id is not None:
        locale = (await read_hold_or_404(request, UUID(case.conversation_id))).locale
    return OpenedCase(case, facts, locale)


def form_of(opened: OpenedCase, merchant: Merchant) -> FormOf:
    """What the decision form of this case is about."""
    claimed = {line.line_no: line.quantity for line in opened.case.claim.lines}
    pieces = []
    for line in opened.facts.order.lines:
        left = line_left(opened.facts, line)
        held = claimed.get(line.line_no, 0) if left.open_case_no == opened.case.case_no else 0
        most = min(line.quantity, left.quantity + held)
        if most > 0:
            pieces.append(Piece(line.line_no, line.title, min(claimed.get(line.line_no, 0), most), most))
    words = CATALOGUES[opened.customer_locale]
    reasons = {code: words[f"reject.{code}"] for code in REJECT_CODES if code != "other"}
    about: dict[str, str | int] = {"case_no": opened.case.case_no, "order_no": opened.case.order_no}
    currency = opened.facts.order.currency
    values = about | {"amount_minor": 0, "currency": currency}
    rejection = drafted_reply("report.reply.reject", values, opened.customer_locale, merchant.texts)
    return FormOf(currency, pieces, reasons, rejection)


async def _shown(request: web.Request, opened: OpenedCase) -> Mapping[str, object]:
    console, visit = request.app[CONSOLE], request[VISIT]
    merchant_id = visit.session.merchant_id
    merchant = await console.merchants.by_id(merchant_id)
    case, locale, role = opened.case, visit.locale, Role(visit.session.role)
    rails = Rails(merchant.gateways, merchant.policy.limits)
    report = build_report(case, opened.facts, await same_pictures(console.db, merchant_id, case.case_no))
    ways = [way_of(way, case, merchant, desk=locale, customer=opened.customer_locale) for way in report.suggestions]
    is_ours = opened.facts.order.settled_by is SettledBy.US
    return {
        "case": case,
        "report": report,
        "ratings": await ratings_of(console.db, merchant_id, case.case_no, case.conversation_id),
        "evidence_videos": await videos_among(request, report.shown),
        "timeline": _timeline(report),
        "suggestions": ways,
        "payouts": waiting_payouts(case, rails, role),
        "own_limit": format_money(limit_of(rails.limits, opened.facts.order.currency), locale),
        "is_alone": role is not Role.AGENT and await is_alone(console.db, merchant_id, visit.session.staff_id),
        "second": second_of(case),
        "can_decide": case.state in DECIDABLE,
        "can_receive": case.state in RECEIVABLE,
        "can_send": case.state is CaseState.REPLACING,
        "lacks_return_address": _lacks_return_address(case, merchant),
        "actions": [it.value for it in ACTIONS if is_ours or it not in _NEEDS_MONEY],
        "chosen": ways[0].action if ways else StaffAction.APPROVE.value,
        "resolutions": [it.value for it in OFFERED],
        "reject_codes": REJECT_CODES,
        "pieces": form_of(opened, merchant).pieces,
        "currency": report.order.currency,
        "shipping": plain_amount(case.allocation.shipping.minor, report.order.currency),
        "consent": _consent(case, locale),
        "code": partial(code_words, locale),
        "reason": partial(reason_words, locale),
        "entry": partial(entry_words, locale),
        "by": partial(by_words, locale),
        "why": partial(why_words, locale),
    }


def _lacks_return_address(case: RefundCase, merchant: Merchant) -> bool:
    """True where goods are waited for, or may be asked back, and nobody has told the customer where to send them."""
    is_back_asked = case.state is CaseState.AWAITING_RETURN or case.decision.remedy is Remedy.RETURN_REFUND
    is_open = case.state in _BEFORE_GOODS and case.return_tracking_no is None
    return merchant.policy.returns is None and is_back_asked and is_open


_BEFORE_GOODS = frozenset({CaseState.UNDER_REVIEW, CaseState.OFFERED, CaseState.AWAITING_RETURN})
_NEEDS_MONEY = frozenset({
    StaffAction.APPROVE, StaffAction.APPROVE_AFTER_RETURN, StaffAction.PARTIAL, StaffAction.OFFER,
})  # fmt: skip


def _timeline(report: Report) -> tuple[TimelineEntry, ...]:
    """What happened, each thing once: an order tells of a delivery, and so does its parcel's scan."""
    once = {(entry.at, entry.kind): entry for entry in report.timeline}
    return tuple(once.values())


def _consent(case: RefundCase, locale: Locale) -> str | None:
    if case.consent is None:
        return None
    offered = ", ".join(code_words(locale, "resolution", it.value) for it in case.consent.offered)
    chosen = code_words(locale, "resolution", case.consent.chosen.value)
    return console_text(locale, "report.consent_line", chosen=chosen, offered=offered)


async def _find(request: web.Request, wanted: str, states: tuple[str, ...]) -> CasePage:
    console, merchant_id = request.app[CONSOLE], request[VISIT].session.merchant_id
    if wanted and (case := await load_case(console.db, merchant_id, wanted)):
        return CasePage((case,), None)
    cursor = request.query.get("cursor") or None
    found = CasePage((), None)
    filters = [CaseFilter(states=states)]
    if wanted:
        filters = [CaseFilter(order_no=wanted, states=states), CaseFilter(customer=wanted, states=states)]
    for each in filters:
        try:
            found = await list_cases(console.db, merchant_id, each, limit=_PAGE_SIZE, cursor=cursor)
        except CursorInvalid:
            raise web.HTTPNotFound from None
        if found.cases:
            break
    return found


def _row(case: RefundCase, locale: Locale) -> CaseRow:
    amount = format_money(case.allocation.total, locale)
    return CaseRow(case.case_no, case.order_no, case.customer, case.state.value, case.created_at, amount)
