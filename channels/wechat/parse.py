"""What an official account is pushed, in the dialog's words; pure."""

from datetime import datetime

from channels.channel import Arrival
from channels.weixin.push import PLACE, VOICE, Push, arrival, picture, read_push, told, video, written
from dialogs.nlu.embedded import WAVE
from refund_core.replacing import replace

_SCENE = "qrscene_"


def parse_push(payload: bytes, *, now: datetime) -> tuple[Arrival, ...]:
    """What happened, nothing for a kind of push that does not concern a conversation. Raises PayloadUnreadable."""
    push = read_push(payload, now=now)
    match push.kind:
        case "text":
            return (written(push),)
        case "image":
            return (picture(push),)
        case "voice":
            return (arrival(push, text=push.text("Recognition") or VOICE),)
        case "video" | "shortvideo":
            return (video(push),)
        case "location":
            return (_place(push),)
        case "link":
            words = (push.text("Title"), push.text("Description"), push.text("Url"))
            return (arrival(push, text="\n".join(part for part in words if part)),)
        case "event":
            return _event(push)
        case _:
            return ()


def _place(push: Push) -> Arrival:
    where = push.text("Label") or f"{push.text('Location_X')}, {push.text('Location_Y')}"
    return arrival(push, text=f"{PLACE} {where}")


def _event(push: Push) -> tuple[Arrival, ...]:
    """A view of a page, a reported position or a delivery report opens no reply window and says nothing."""
    match push.event:
        case "click":
            return (told(push, push.text("EventKey"), window="menu"),)
        case "subscribe":
            scene = push.text("EventKey").removeprefix(_SCENE)
            return (replace(_opened(push, "scan" if scene else "follow", scene), follows=True),)
        case "scan":
            return (_opened(push, "scan", push.text("EventKey")),)
        case "unsubscribe":
            return (Arrival(push.user, left=True, handle=push.account),)
        case _:
            return ()


def _opened(push: Push, window: str, scene: str) -> Arrival:
    """A code that was scanned may carry a start token; whether it is one, its signature tells."""
    return arrival(push, text=WAVE, window=window, token=scene or None)
