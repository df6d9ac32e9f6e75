"""Customers in the merchants' API."""

from datetime import datetime

import msgspec
from aiohttp import web

from bot.api.http import answer
from bot.api.merchant_auth import absent
from bot.api.services import SERVICES
from bot.merchants import KnownMerchant
from storage.crypto import mask_email, mask_name, mask_phone
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
    person = found.person
    return answer(
        CustomerView(
            person.external_id,
            mask_name(person.name) if person.name else None,
            mask_phone(person.phone) if person.phone else None,
            mask_email(person.email) if person.email else None,
            found.created_at,
        )
    )
