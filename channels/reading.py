"""Reading what another server answers, no further than is wanted."""

from aiohttp import ClientResponse


class TooLarge(Exception):
    """The answer goes on after the bytes that were wanted at most."""


async def read_up_to(response: ClientResponse, bytes_max: int) -> bytes:
    """The body. Raises TooLarge when it is larger, with the rest unread."""
    raw = bytearray()
    async for part in response.content.iter_any():
        raw += part
        if len(raw) > bytes_max:
            raise TooLarge
    return bytes(raw)
