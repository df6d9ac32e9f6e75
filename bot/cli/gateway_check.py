"""What `refundbot check` says of the payment gateways: does each answer, and does it take our signature."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.gateways import SANDBOX, Gateways
from bot.settings import Settings, master_key
from bot.wiring import SANDBOX_SECRET
from bot.working import noted_sandbox
from connectors.payments.gateway import PaymentGateway, RefundInstruction
from refund_core.money import Money
from refund_core.sending import AnswerUnknown, SendLater, SendRefused
from storage.crypto import Vault

_ASKED_BY = "refundbot-check"
_ANSWER_SECONDS_MAX = 5.0
_STARTED_BY_SERVE = "not running; `refundbot serve` starts it"
_NONE = "none is set: refunds to the original route are paid by hand, by finance"
# A refund that was never asked for: a gateway that takes our signature says that it does not know it.
_NO_REFUND = RefundInstruction(_ASKED_BY, _ASKED_BY, Money(1, "CNY"), Money(1, "CNY"))


@dataclass(frozen=True, slots=True)
class GatewayLine:
    """One gateway, what is wrong with it, and what else there is to say."""

    method: str
    fault: str | None = None
    note: str = ""


async def gateway_lines(settings: Settings) -> AsyncIterator[GatewayLine]:
    """A line for each gateway that this installation uses, or the one line that it uses none."""
    sandbox_url = noted_sandbox(settings)
    if sandbox_url is None:
        yield GatewayLine(SANDBOX, note=_STARTED_BY_SERVE) if settings.is_embedded else GatewayLine("", note=_NONE)
    gateways = Gateways(
        callback_base=settings.url,
        sandbox_url=sandbox_url,
        sandbox_secret=Vault(master_key(settings)).derive(SANDBOX_SECRET),
        timeout_seconds=_ANSWER_SECONDS_MAX,
    )
    try:
        for method in sorted(gateways.methods):
            gateway = gateways.of(_ASKED_BY, method)
            if gateway is not None:
                yield await _line(method, gateway, is_child=method == SANDBOX and settings.sandbox.url is None)
    finally:
        await gateways.close()


async def _line(method: str, gateway: PaymentGateway, *, is_child: bool) -> GatewayLine:
    try:
        await gateway.look_up(_NO_REFUND)
    except SendLater as later:
        if is_child and later.code == "NOT_REACHED":
            return GatewayLine(method, note=_STARTED_BY_SERVE)
        return GatewayLine(method, f"not now ({later.code}); is its address right, and does it run?")
    except SendRefused as refused:
        return GatewayLine(method, f"refuses our credentials ({refused.code})")
    except AnswerUnknown as unknown:
        return GatewayLine(method, f"gives no answer that we understand ({unknown.code}); is its address right?")
    return GatewayLine(method)
