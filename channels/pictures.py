"""Pictures that a person at the desk sends: what a platform takes of them, and the call that shows one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from channels.channel import Payload, Spoken

PICTURE: Final = "picture"
"""The method of a payload that only names its picture; with_picture makes the platform's own call of it."""


@dataclass(frozen=True, slots=True)
class PictureRoom:
    """What a platform takes: so many bytes, so many pixels on the longer side, of these media types."""

    bytes_max: int
    side_max: int
    media_types: frozenset[str] = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within the room of its platform."""

    raw: bytes = field(repr=False)
    media_type: str

    @property
    def file_name(self) -> str:
        """What it is called where platforms want a name."""
        return f"picture.{'png' if self.media_type == 'image/png' else 'jpg'}"


@runtime_checkable
class SendsPictures(Protocol):
    """A channel whose pictures are bytes that we give to the platform."""

    @property
    def picture_room(self) -> PictureRoom:
        """What the platform takes."""
        ...

    async def with_picture(self, payload: Payload, picture: Picture) -> Payload:
        """The call, for send, that shows it; nothing is shown or counted yet, so this may be done again.

        Raises SendLater and SendRefused.
        """
        ...


def pictures_in(spoken: Sequence[Spoken]) -> tuple[str, ...]:
    """The attachments of all this, in their order."""
    return tuple(attachment for one in spoken for attachment in one.reply.attachments)


def picture_payload(attachment: str, caption: str = "") -> Payload:
    """The call that is to show a picture, with words below it where there are any."""
    return Payload(PICTURE, {"attachment": attachment} | ({"caption": caption} if caption else {}))
