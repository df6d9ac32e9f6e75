"""Buttons: an action counts where it fits the open question; one that comes too late is told how things stand."""

from dialogs.actions import parse_action
from dialogs.commands import (
    AskAgain,
    AskStatus,
    Back,
    Command,
    Confirm,
    GoOn,
    SetLines,
    SetReason,
    SetRemedy,
    SetResolution,
    Stale,
    TakeOffer,
    Withdraw,
)
from dialogs.conversation import Conversation
from dialogs.flows.told import is_late_known

WITHDRAW_ASKED = "withdraw_goods_sent"
"""The question whether a case is withdrawn although its goods are on their way back."""
_CHOOSING = frozenset({"resolution", "confirm", "declined"})


def command_of_button(conversation: Conversation, text: str) -> Command:
    """What a button asks for, where it fits the question that is open; otherwise that it no longer does."""
    command = parse_action(text)
    asking = conversation.stack[-1].asking if conversation.stack else None
    match command:
        case None:
            return Stale()
        case SetLines():
            return command if asking == "lines" or is_shown(conversation, text) else Stale()
        case SetReason():
            return command if asking in {"reason", "change"} and is_shown(conversation, text) else Stale()
        case GoOn():
            return command if asking == "evidence" else Stale()
        case SetRemedy():
            is_open = asking == "resolution" or is_late_known(conversation)
            return command if is_open and is_shown(conversation, text) else Stale()
        case SetResolution():
            return command if asking == "resolution" else Stale()
        case Confirm(is_yes) if asking == WITHDRAW_ASKED:
            return Withdraw(conversation.stack[-1].case_no, is_sure=True) if is_yes else Back()
        case Confirm():
            return command if asking == "confirm" else _late(conversation)
        case TakeOffer():
            return command if asking in _CHOOSING else _late(conversation)
        case _:
            return command


def _late(conversation: Conversation) -> Command:
    """A choice or confirmation that comes (again) when it is over: where the case stands now."""
    case_no = conversation.slots.case_no
    return Stale() if case_no is None else AskStatus(case_no)


def is_shown(conversation: Conversation, action: str) -> bool:
    """True where the open question has a button of that action."""
    asked = conversation.asked
    return asked is not None and any(choice.action == action for choice in asked.choices)


def none_of_these(conversation: Conversation) -> Command:
    """None of the ways that are shown is wanted."""
    actions = [choice.action for choice in conversation.asked.choices] if conversation.asked is not None else []
    declines = [action for action in actions if action.endswith(":decline")]
    return command_of_button(conversation, declines[-1]) if declines else AskAgain()
