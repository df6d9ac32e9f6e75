"""What `refundbot check` says of the SMS sender: does it answer, and does it take our key."""

from bot.settings import Settings, master_key
from bot.wiring import SANDBOX_SECRET
from bot.working import noted_sandbox
from connectors.sms.sandbox.admin import read_sms
from refund_core.sending import AnswerUnknown, SendLater
from storage.crypto import Vault

_ASKED_BY = "refundbot-check"
_STARTED_BY_SERVE = "not running; `refundbot serve` starts it"
_NONE = "none: visitors who are not signed in are asked to sign in"


async def sms_line(settings: Settings) -> tuple[str | None, str]:
    """What is wrong with the sender, and what else there is to say; nothing is sent by asking."""
    url = noted_sandbox(settings)
    if settings.sms.sender == "none" or (url is None and not settings.is_embedded):
        return None, _NONE
    if url is None:
        return None, _STARTED_BY_SERVE
    try:
        await read_sms(url, Vault(master_key(settings)).derive(SANDBOX_SECRET), _ASKED_BY)
    except SendLater as later:
        is_child = settings.sandbox.url is None
        return (None, _STARTED_BY_SERVE) if is_child else (f"not now ({later.code}); does it run?", "")
    except AnswerUnknown as unknown:
        return f"gives no answer that we understand ({unknown.code}); is its address right?", ""
    except RuntimeError as refused:
        return str(refused), ""
    return None, settings.sms.sender
