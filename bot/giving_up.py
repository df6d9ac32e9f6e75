"""Why work was given up, as a code that the desk has words for (`gave_up.CODE`) and what those words name."""

from enum import StrEnum

from refund_core.sending import AnswerUnknown, SendLater


class Why(StrEnum):
    """What stands in the way; each has a sentence on the desk in both languages."""

    NO_GATEWAY = "no_gateway"
    NO_REFUND = "no_refund"
    NO_CASE = "no_case"
    NO_CONVERSATION = "no_conversation"
    NO_TEXT = "no_text"
    NO_MESSAGE = "no_message"
    NO_LISTENER = "no_listener"
    ACCOUNT_UNUSABLE = "account_unusable"
    REFUSED = "refused"
    PICTURE_REFUSED = "picture_refused"
    PART_UNKNOWN = "part_unknown"
    NOT_TAKEN = "not_taken"
    WORDS_UNSAID = "words_unsaid"
    NO_SMS_SENDER = "no_sms_sender"
    SMS_UNKNOWN = "sms_unknown"
    NO_PHONE = "no_phone"
    BAD_PHONE = "bad_phone"
    SMS_LIMIT = "sms_limit"
    NOT_NOW = "not_now"
    NO_ANSWER = "no_answer"
    FAULT = "fault"


class GivenUp(Exception):
    """It can not be done and trying again by itself would not help; a person sees it on the desk with this reason."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why_written(why, detail))


def why_written(why: Why, detail: str = "") -> str:
    """As it is stored beside the work: `refused: 40125`."""
    return f"{why.value}: {detail}" if detail else why.value


def why_of(error: Exception) -> str:
    """The reason to store for what ended the last try."""
    match error:
        case GivenUp():
            return str(error)
        case SendLater(code=code):
            return why_written(Why.NOT_NOW, code)
        case AnswerUnknown(code=code):
            return why_written(Why.NO_ANSWER, code)
        case _:
            return why_written(Why.FAULT, repr(error))
