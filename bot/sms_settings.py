"""Settings of the texts that go to phones: codes for who is not signed in, and notices where no chat can be reached."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_PerDay = Annotated[int, Meta(ge=0, le=1_000_000)]
_Few = Annotated[int, Meta(ge=1, le=100)]


class SmsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """SMS; the sender `sandbox` is there wherever the sandbox gateway is, `none` sends nothing.

    All limits are for one merchant and a day of its own: codes for an order, from one chat and to one phone, notices to
    one phone, and texts altogether. A code may be tried code_tries_max times within code_minutes; another one may be
    asked for after resend_seconds.
    """

    sender: Literal["sandbox", "none"] = "sandbox"
    codes_per_order_max: _PerDay = 5
    codes_per_chat_max: _PerDay = 10
    codes_per_phone_max: _PerDay = 5
    notices_per_phone_max: _PerDay = 10
    texts_per_merchant_max: _PerDay = 5_000
    code_tries_max: _Few = 5
    code_minutes: Annotated[int, Meta(ge=1, le=60)] = 10
    resend_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 60
