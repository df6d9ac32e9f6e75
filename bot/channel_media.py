"""Pictures and videos that still lie with a platform: fetched, checked and kept like every other evidence."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog

from bot.channel_accounts import OpenAccount
from bot.evidence import Evidence, Owner, check_room, keep_evidence
from bot.pictures import EvidenceRefused
from channels.channel import Media
from refund_core.sending import SendLater, SendRefused
from storage.attachment_files import FilesUnavailable
from storage.identity_store import Identity

_AGAIN_SECONDS = 5.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TakenMedia:
    """What was kept, by attachment id, and whether something could not be taken."""

    attachments: tuple[str, ...] = ()
    is_something_refused: bool = False


async def take_media(
    evidence: Evidence, account: OpenAccount, identity: Identity, media: Sequence[Media]
) -> TakenMedia:
    """Take each in; one that is no evidence stops no other.

    Raises SendLater where the platform, or the place where evidence is kept, is away.
    """
    owner, kept, is_refused = Owner(identity.merchant_id, identity.conversation_id), [], False
    for one in media:
        try:
            await check_room(evidence, owner)
            limits = evidence.settings
            bytes_max = limits.image_bytes_max if one.kind == "picture" else limits.video_bytes_max
            fetched = await account.channel.fetch(one, bytes_max=bytes_max)
            kept.append((await keep_evidence(evidence, owner, _pieces(fetched.raw))).attachment)
        except (EvidenceRefused, SendRefused) as refused:
            _log.info("channel.media_refused", channel=account.stored.channel, kind=one.kind, reason=str(refused))
            is_refused = True
        except FilesUnavailable as error:
            raise SendLater(_AGAIN_SECONDS, str(error)) from error
    return TakenMedia(tuple(kept), is_refused)


async def _pieces(raw: bytes) -> AsyncIterator[bytes]:
    yield raw
