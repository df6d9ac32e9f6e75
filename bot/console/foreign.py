"""A thing that this shop does not have: 404 either way, and an audit row where it is another shop's."""

from aiohttp import web

from bot.console.deps import CONSOLE
from bot.console.sessions import VISIT
from storage.audit_store import AuditEntry, add_audit, is_elsewhere


async def absent(request: web.Request, kind: str, name: str) -> web.HTTPNotFound:
    """The 404 to raise; kind is case, conversation or attachment."""
    console, staff = request.app[CONSOLE], request[VISIT].session
    if await is_elsewhere(console.db, staff.merchant_id, kind, name):
        await note(request, f"asked_for_foreign_{kind}", name=name)
    return web.HTTPNotFound()


async def note(request: web.Request, what: str, **about: str) -> None:
    """Write down what this person did, in the audit trail."""
    console, staff = request.app[CONSOLE], request[VISIT].session
    entry = AuditEntry(f"staff:{staff.staff_id}", what, about)
    await add_audit(console.db, staff.merchant_id, entry, now=console.clock.now())
