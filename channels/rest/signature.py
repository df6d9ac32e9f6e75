"""Who calls: a program that knows the account's token, as `Authorization: Bearer` or as Rasa's `?token=`."""

import hmac

from channels.channel import SignatureRejected, WebhookRequest

_BEARER = "Bearer "


def check_token(request: WebhookRequest, token: str) -> None:
    """Compare in constant time. Raises SignatureRejected."""
    header = request.headers.get("authorization", "")
    given = header[len(_BEARER) :] if header.startswith(_BEARER) else request.query.get("token", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode()):
        raise SignatureRejected
