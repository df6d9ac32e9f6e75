"""Who the customer is: masked, until somebody asks to see the phone, which is written down."""

from dataclasses import dataclass

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.foreign import note
from bot.console.pages import staff_page
from bot.console.sessions import VISIT
from storage.crypto import mask_name, mask_phone
from storage.customer_store import load_customer


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A customer's name and phone as the page shows them."""

    name: str
    phone: str
    is_shown: bool


async def masked_person(request: web.Request, customer: str) -> ShownPerson | None:
    """Enough to tell people apart; None where nothing is known of the person."""
    console = request.app[CONSOLE]
    found = await load_customer(console.db, console.vault, request[VISIT].session.merchant_id, customer)
    if found is None:
        return None
    name, phone = found.person.name or "", found.person.phone or ""
    return ShownPerson(mask_name(name), mask_phone(phone), is_shown=False)


async def reveal_person(request: web.Request, case_no: str, customer: str) -> web.Response:
    """The name and phone in full, for the part of the page that asked; first it is written down who looked."""
    console = request.app[CONSOLE]
    await note(request, "phone_revealed", case_no=case_no)
    found = await load_customer(console.db, console.vault, request[VISIT].session.merchant_id, customer)
    if found is None:
        raise web.HTTPNotFound
    person = ShownPerson(found.person.name or "", found.person.phone or "", is_shown=True)
    return await staff_page(request, "_person.html", person=person, case_no=case_no, customer=customer)
