"""Customers in the merchants' API."""

from datetime import datetime

import msgspec
from aiohttp import web

from bot.api.http import answer
from bot.api.masking import masked
from bot.api.merchant_auth import absent
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from storage.customer_store import load_customer


class CustomerView(msgspec.Struct, frozen=True):
    """A customer; what identifies the person is masked."""

    external_id: str
    name: str | None
    phone: str | None
    email: str | None
    created_at: datetime


async def get_customer(request: web.Request, merchant: KnownMerchant) -> web.Response:
    """GET /customers/EXTERNAL_ID."""
    services = request.app[SERVICES]
    external_id = request.match_info["external_id"]
    found = await load_customer(services.db, services.vault, merchant.merchant_id, external_id)
    if found is None:
        raise await absent(request, merchant, "customer", external_id)
    person = masked(found.person)
    return answer(CustomerView(person.external_id, person.name, person.phone, person.email, found.created_at))
