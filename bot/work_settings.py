"""Settings of the background work."""

from typing import Annotated

import msgspec
from msgspec import Meta


class WorkSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The background work; is_on false leaves it to `refundbot work` processes.

    A worker has what it took from the outbox for lease_seconds; look_seconds is between a refund's first looks-up.
    """

    is_on: bool = True
    effects_at_once: Annotated[int, Meta(ge=1, le=100)] = 8
    tries_max: Annotated[int, Meta(ge=1, le=100)] = 12
    retry_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 2
    lease_seconds: Annotated[float, Meta(ge=2, le=600)] = 40
    look_seconds: Annotated[float, Meta(ge=1, le=3_600)] = 60
    stop_seconds: Annotated[float, Meta(ge=1, le=29)] = 20
