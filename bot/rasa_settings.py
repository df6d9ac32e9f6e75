"""Settings of the two ways to work with Rasa: our actions for its assistant, its model for our chat."""

from typing import Annotated

import msgspec
from msgspec import Meta

_Host = Annotated[str, Meta(pattern=r"^\S+$", examples=["127.0.0.1"])]
_Url = Annotated[str, Meta(pattern=r"^https?://[^\s/]+", examples=["http://127.0.0.1:5005"])]


class ActionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The action server for a Rasa assistant; merchant is whose assistant it is, needed where there are several.

    Beyond this machine it serves only with a token, which Rasa sends from its endpoints.yml.
    """

    host: _Host = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 5055
    token: Annotated[str, Meta(min_length=16, max_length=200)] | None = None
    merchant: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = None


class RasaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Rasa server that reads consumers' messages (POST /model/parse); without a url ours are the only readings.

    After a failure, or where an answer takes more than `seconds`, it is not asked for rest_seconds.
    """

    url: _Url | None = None
    token: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    seconds: Annotated[float, Meta(ge=0.05, le=1.5)] = 1.0
    rest_seconds: Annotated[float, Meta(ge=0, le=3_600)] = 10
