"""Cursor paging: ?limit= and ?cursor=."""

from aiohttp import web

from bot.api.errors import invalid
from bot.api.services import Services

_CURSOR_LENGTH_MAX = 200
_DEFAULT = 50


def limit_of(request: web.Request, services: Services) -> int:
    """How many things a page may have. Raises Problem 422."""
    most = services.settings.api.page_items_max
    text = request.query.get("limit")
    if text is None:
        return min(_DEFAULT, most)
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= most):
        raise invalid("limit", "out_of_range", f"Expected a whole number from 1 to {most}.", limit=most)
    return int(text)


def cursor_of(request: web.Request) -> str | None:
    """The cursor of the page before, or None for the first page. Raises Problem 422."""
    cursor = request.query.get("cursor") or None
    if cursor is not None and len(cursor) > _CURSOR_LENGTH_MAX:
        raise invalid("cursor", "unknown", "It is not a cursor that a page has given.")
    return cursor
