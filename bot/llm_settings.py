"""Settings of the language model that may be asked about messages which our own reading is unsure of."""

from typing import Annotated

import msgspec
from msgspec import Meta

_Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+", examples=["https://models.example.com/v1"])]
_Word = Annotated[str, Meta(min_length=1, max_length=500)]


class LlmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language model behind an OpenAI-compatible address; without url and model none is asked.

    calls_per_day_max and tokens_per_day_max are for each merchant. After failures_max failures in a row it is not asked
    for pause_seconds.
    """

    url: _Url | None = None
    model: _Word | None = None
    api_key: _Word | None = None
    deadline_seconds: Annotated[float, Meta(ge=0.1, le=10)] = 1.5
    calls_per_day_max: Annotated[int, Meta(ge=0, le=1_000_000)] = 500
    tokens_per_day_max: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 500_000
    answer_tokens_max: Annotated[int, Meta(ge=50, le=20_000)] = 300
    cache_size: Annotated[int, Meta(ge=0, le=100_000)] = 2_000
    cache_seconds: Annotated[float, Meta(ge=1, le=604_800)] = 3_600
    failures_max: Annotated[int, Meta(ge=1, le=1_000)] = 5
    pause_seconds: Annotated[float, Meta(ge=0, le=3_600)] = 30
