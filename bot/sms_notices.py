"""Where a chat cannot be reached any more: a text to the phone of the case's customer, once for each cause."""

from uuid import UUID, uuid5

from dialogs.messages import Locale
from refund_core.cases import Effect
from storage.proof_store import SMS_SEND

_NOTICES = UUID("5d0f6f0e-6f0b-5a3e-9b1c-3c1c0f6f2f10")


def progress_sms(case_no: str, locale: Locale, *, cause: UUID) -> Effect:
    """The outbox row of a text that says where the case stands, to be added in the transaction that gives up the chat.

    cause is what could not be said there (its outbox row): the same cause leads to the same row, so to one text at
    most. Neither the row nor the text names a person; phone and words are looked up when it is sent.
    """
    effect_id = str(uuid5(_NOTICES, str(cause)))
    return Effect(effect_id, SMS_SEND, f"sms:{case_no}", {"case_no": case_no, "locale": locale})
