"""/webhooks/{slug}/{channel}/{name}: what people do on a platform, acknowledged only when its turn is committed."""

from time import monotonic

import structlog
from aiohttp import web

from bot.api.errors import Problem, not_found, too_many
from bot.api.http import read_body
from bot.channel_accounts import ChannelAccounts, OpenAccount, UnknownAccount
from bot.channel_arrivals import Arrivals, Taken
from bot.lanes import Answer
from bot.turn_errors import Conflict, NotTaken, OutcomeNotKnown, RateLimited, TurnFailed
from channels.channel import (
    Arrival,
    BadSetting,
    Payload,
    PayloadUnreadable,
    SignatureRejected,
    WebhookAnswer,
    WebhookRequest,
)

BODY_BYTES_MAX = 1_048_576
ACCOUNTS = web.AppKey("channel_accounts", ChannelAccounts)
ARRIVALS = web.AppKey("channel_arrivals", Arrivals)
_log = structlog.get_logger()


def add_channel_webhooks(app: web.Application, accounts: ChannelAccounts, arrivals: Arrivals) -> None:
    """The route, for every account of every merchant."""
    app[ACCOUNTS] = accounts
    app[ARRIVALS] = arrivals
    app.router.add_get("/webhooks/{slug}/{channel}/{name}", webhook)
    app.router.add_post("/webhooks/{slug}/{channel}/{name}", webhook)
    app.router.add_get("/webhooks/rest/", the_only_rest)
    app.router.add_post("/webhooks/rest/webhook", the_only_rest)


async def webhook(request: web.Request) -> web.Response:
    """Verify, read, take the turn, and answer with its reply where the platform takes replies that way.

    401 for what the platform did not sign, 400 for what cannot be read, 404 for no such account, 503 for what is not
    committed: the platform sends it again.
    """
    return await _handled(request, await _account(request))


async def the_only_rest(request: web.Request) -> web.Response:
    """The address at which Rasa's own clients call, where the installation has just one account of that kind."""
    accounts = request.app[ACCOUNTS]
    found = [stored for stored in await accounts.stored() if stored.channel == "rest"]
    if len(found) != 1:
        raise Problem(404, "unknown-account", f"There are {len(found)} REST accounts; call /webhooks/SLUG/rest/NAME.")
    return await _handled(request, await accounts.of_id(found[0].merchant_id, found[0].account_id))


async def _handled(request: web.Request, account: OpenAccount) -> web.Response:
    raw = await read_body(request, BODY_BYTES_MAX)
    headers = {name.lower(): request.headers[name] for name in request.headers}
    query = {name: request.query[name] for name in request.query}
    incoming = WebhookRequest(request.method, query, headers, raw)
    answer = await _answered(request.app[ARRIVALS], account, incoming)
    return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)


async def _account(request: web.Request) -> OpenAccount:
    place = request.match_info
    try:
        return await request.app[ACCOUNTS].named(place["slug"], place["channel"], place["name"])
    except UnknownAccount:
        raise not_found("account") from None
    except (BadSetting, KeyError) as error:
        _log.error("channel.not_usable", channel=place["channel"], account=place["name"], error=str(error))
        raise Problem(503, "account-not-usable", "Its settings cannot be used; see `refundbot check`.") from None


async def _answered(arrivals: Arrivals, account: OpenAccount, incoming: WebhookRequest) -> WebhookAnswer:
    channel, now, began = account.channel, arrivals.clock.now(), monotonic()
    try:
        challenge = channel.challenge(incoming, now=now)
        if challenge is not None:
            return challenge
        happened = channel.parse(channel.verify(incoming, now=now), now=now)
    except SignatureRejected:
        _log.warning("channel.rejected", channel=account.stored.channel, account=account.stored.name)
        raise Problem(401, "signature", "This is not signed for this account and this moment.") from None
    except PayloadUnreadable as error:
        raise Problem(400, "payload", f"The payload cannot be read: {error}") from None
    done = None
    for arrival in happened:
        done = await _turn(arrivals, account, arrival) or done
        arrivals.acknowledge(account, arrival)
    payload = None if done is None else await _by_webhook(arrivals, account, *done, began=began)
    return channel.answer(incoming, happened[-1] if happened else None, payload)


async def _turn(arrivals: Arrivals, account: OpenAccount, arrival: Arrival) -> tuple[Taken, Answer] | None:
    """One arrival's turn, committed. Raises Problem where it is not: the platform sends it again."""
    try:
        taken = await arrivals.take(account, arrival)
        return None if taken is None else (taken, await arrivals.wait(taken))
    except RateLimited as error:
        raise too_many(error.seconds_to_wait) from None
    except Conflict:
        _log.warning("channel.other_content", channel=account.stored.channel)
        return None
    except (NotTaken, OutcomeNotKnown, TurnFailed):
        again = {"Retry-After": "1"}
        raise Problem(503, "not-confirmed", "It is not confirmed; send it again.", headers=again) from None


async def _by_webhook(
    arrivals: Arrivals, account: OpenAccount, taken: Taken, answer: Answer, *, began: float
) -> Payload | None:
    """What the answer carries, where the platform takes replies that way and still waits; the outbox sends the rest."""
    handed_over = await arrivals.handed_over(account, taken, answer)
    passive = account.channel.capabilities.passive_seconds
    if passive is None:
        return handed_over
    if handed_over is not None:
        await arrivals.send_now(taken)
        return handed_over
    payload = await arrivals.carried(account, taken, answer) if monotonic() - began < passive else None
    if payload is None:
        await arrivals.send_now(taken)
    return payload
