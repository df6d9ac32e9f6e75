"""Who is not signed in proves whose order it is: the order's number, then a code that was sent to the order's phone.

The answers are the same whether or not there is such an order, and nothing of it is looked at before the code was
right. What was asked for is remembered as an action and goes on then.
"""

from datetime import timedelta
from math import ceil

from dialogs.actions import parse_action
from dialogs.commands import (
    AddPictures,
    Appeal,
    AskDelivery,
    AskStatus,
    Back,
    Cancel,
    Command,
    GiveCode,
    ReportDone,
    SetOrder,
    SmallTalk,
    StartRefund,
    Verify,
    Withdraw,
)
from dialogs.conversation import Conversation, Frame, Slots
from dialogs.flows.phone import FLOW, proof_frame, sharing
from dialogs.flows.told import filled
from dialogs.flows.turn import Question, Turn, again, answer, ask, finish, menu_reply, with_menu
from dialogs.messages import Choice, InboundMessage, Reply
from dialogs.nlu.codes import is_code
from dialogs.proof import CodeChecked, CodesAsked, CodeTried, NewCode, ProofLimits, ProofWanted
from dialogs.step import Step
from refund_core.replacing import replace

OWN_CHAT = "web"
"""Here a visitor is nobody tomorrow, so a code opens one order; on a platform it tells whose account writes."""
_REFUND = "start:refund"
_NOTHING = Slots()


def is_to_prove(conversation: Conversation, command: Command, *, is_about_orders: bool) -> bool:
    """True where the command waits for a proof: of any order, or of another than the one that was proven."""
    if conversation.customer is None:
        return is_about_orders
    if conversation.only_order is None:
        return False
    match command:
        case Verify() | GiveCode():
            return True
        case Cancel() | Back():
            return proof_frame(conversation) is not None
        case _:
            return _named(command) not in {None, conversation.only_order}


def is_code_asked(conversation: Conversation) -> bool:
    """True while a code is waited for, which nobody else need read."""
    frame = proof_frame(conversation)
    return frame is not None and frame.asking == "code"


def proof_wanted(conversation: Conversation, message: InboundMessage, command: Command) -> ProofWanted | None:
    """What has to be known of an order's codes for this command; None where only a question is put."""
    frame = proof_frame(conversation)
    waiting = None if frame is None else frame.order_no
    match command:
        case GiveCode(code):
            return ProofWanted(waiting, code) if waiting is not None and is_code(code) else None
        case Verify(by):
            return ProofWanted(waiting) if by == "code" and waiting is not None else None
        case Cancel() | Back():
            return None
        case _:
            named = _named(command) or (message.order_no or conversation.order_no if waiting is None else None)
            return None if named is None else ProofWanted(named)


def proven(conversation: Conversation, order_no: str, customer: str) -> tuple[Conversation, Command]:
    """The conversation once the code was right, and the command that goes on then."""
    frame = proof_frame(conversation)
    wish = parse_action(frame.then) if frame is not None and frame.then is not None else None
    only = order_no if conversation.channel == OWN_CHAT else None
    known = replace(conversation, customer=customer, only_order=only, stack=(), asked=None, misses=0)
    match wish:
        case StartRefund():
            return replace(known, stack=(Frame("refund", "order"),)), SetOrder(order_no)
        case AskDelivery():
            return replace(known, slots=_NOTHING), AskDelivery(order_no)
        case None:
            return replace(known, slots=_NOTHING), SmallTalk("greeting")
        case _:
            return replace(known, slots=_NOTHING), wish


def go_on(turn: Turn, checked: CodeChecked) -> tuple[Turn, Command]:
    """The turn of somebody whose code was right, with what they had asked for."""
    conversation, wish = proven(turn.conversation, checked.order_no, checked.customer or "")
    said = replace(turn.message, text=None, action=None)
    return replace(turn, conversation=conversation, message=said, told=()), wish


def tried(checked: CodeChecked) -> CodeTried:
    """That this code was tried."""
    return CodeTried(checked.proof_id, checked.tries, checked.is_right)


def verify(turn: Turn) -> Step:
    """Whoever is known needs no code."""
    return answer(turn, with_menu(turn, "order.known"))


def identify(turn: Turn, command: Command) -> Step:
    """On the way to a proof: the number is asked for, a code sent, or what was given as one answered."""
    limits = turn.merchant.proof
    match command:
        case Verify("phone" | "other_phone" as by):
            lead = turn.say(_NOT_BY_PHONE[by])
            return _anonymous(turn, lead) if limits is None else _on_code(turn, lead)
        case _ if limits is None:
            return _anonymous(turn)
        case Cancel() | Back():
            return finish(
                turn, menu_reply(turn, turn.say("cancelled" if turn.conversation.stack else "cancelled_nothing"))
            )
        case GiveCode():
            return _wrong(turn)
        case _:
            pass
    turn, wish = _keeping(turn, command)
    wanted = proof_wanted(turn.conversation, turn.message, command)
    if wanted is not None and isinstance(turn.facts.proof, CodesAsked):
        return _send(turn, wanted.order_no, wish, limits)
    frame = proof_frame(turn.conversation)
    if frame is not None and frame.order_no is not None and not isinstance(command, Verify):
        return again(turn)
    return _ask_order(turn, wish)


def _anonymous(turn: Turn, lead: str = "") -> Step:
    """Nobody is signed in and no code can be sent: no order is seen, and how to change that."""
    text = "\n".join(filter(None, (lead, turn.say("order.anonymous"))))
    return answer(turn, Reply(text, (*sharing(turn), turn.human())))


def _keeping(turn: Turn, command: Command) -> tuple[Turn, str | None]:
    """The turn with what it tells of the refund kept for later, and the wish that goes on then."""
    frame = proof_frame(turn.conversation)
    wish = _wish(command) if frame is None or not isinstance(command, SetOrder | Verify) else frame.then
    told, pictures = turn.told, turn.message.attachments
    if not told and not pictures:
        return turn, wish
    slots = turn.slots if frame is not None else _NOTHING
    slots = filled(replace(slots, evidence=(*slots.evidence, *pictures)), told)
    return replace(turn, conversation=replace(turn.conversation, slots=slots)), wish


def _wish(command: Command) -> str | None:
    """The command as an action that can be remembered."""
    match command:
        case Verify():
            return None
        case AskStatus(None) | ReportDone() | Appeal(None):
            return "ask:status"
        case AskStatus(case_no):
            return f"status:{case_no}"
        case AskDelivery():
            return "ask:delivery"
        case Withdraw(None):
            return "ask:withdraw"
        case Withdraw(case_no):
            return f"withdraw:{case_no}"
        case Appeal(case_no):
            return f"appeal:{case_no}"
        case AddPictures(case_no):
            return f"evidence:add:{case_no}"
        case _:
            return _REFUND


def _ask_order(turn: Turn, wish: str | None, lead: str = "") -> Step:
    """The question for the number; what stands before it is said just now, and not when the question is put again."""
    choices = (*sharing(turn), turn.human(), turn.choice("cancel", "cancel"))
    asked = ask(turn, FLOW, Question("order", turn.say("verify.order"), choices))
    (first,) = asked.replies
    said = replace(first, text=f"{lead}\n{first.text}") if lead else first
    return _waiting(replace(asked, replies=(said,)), None, wish)


def _send(turn: Turn, order_no: str, wish: str | None, limits: ProofLimits) -> Step:
    """Ask for the code that is sent now, unless one was just sent or too many were."""
    asked = turn.facts.proof
    if not isinstance(asked, CodesAsked):
        return again(turn)
    if asked.is_used_up:
        return finish(turn, Reply(turn.say("verify.unavailable"), (turn.human(),)))
    seconds = _seconds_to_wait(turn, asked, limits)
    if seconds:
        return _ask_code(turn, order_no, wish, turn.say("verify.wait", seconds=seconds))
    if asked.for_order >= limits.codes_per_order_max or asked.in_chat >= limits.codes_per_chat_max:
        choices = (turn.human(), turn.choice("other_number", "verify:order"))
        return finish(turn, Reply(turn.say("verify.too_many"), choices))
    lead = turn.say("verify.sent", order_no=order_no, minutes=limits.code_minutes)
    code = NewCode(
        turn.ids.uuid("proof"),
        turn.ids.uuid("proof:sms"),
        order_no,
        turn.now + timedelta(minutes=limits.code_minutes),
        limits,
    )
    return replace(_ask_code(turn, order_no, wish, lead), proof=code)


def _seconds_to_wait(turn: Turn, asked: CodesAsked, limits: ProofLimits) -> int:
    if asked.last_at is None:
        return 0
    left = limits.resend_seconds - (turn.now - asked.last_at).total_seconds()
    return ceil(left) if 0 < left <= limits.resend_seconds else 0


def _wrong(turn: Turn) -> Step:
    """What was given is not the code: say what can be done; every try at a code that holds is counted."""
    checked = turn.facts.proof
    if not isinstance(checked, CodeChecked):
        frame = proof_frame(turn.conversation)
        return again(turn, "verify.digits") if frame is not None and frame.order_no else _ask_order(turn, None)
    if checked.outcome in _WORTHLESS:
        return _on_code(turn, turn.say(_WORTHLESS[checked.outcome]))
    left = checked.tries_max - checked.tries - 1
    said = turn.say("verify.wrong", left=left) if left > 0 else turn.say("verify.spent")
    return replace(_on_code(turn, said), proof=tried(checked))


_NOT_BY_PHONE = {"phone": "verify.phone", "other_phone": "verify.other_phone"}
_WORTHLESS = {"spent": "verify.spent", "expired": "verify.expired", "none": "verify.none"}


def _on_code(turn: Turn, lead: str) -> Step:
    """The code is still waited for, after a sentence why."""
    frame = proof_frame(turn.conversation)
    if frame is None or frame.order_no is None:
        return _ask_order(turn, None if frame is None else frame.then, lead)
    return _ask_code(turn, frame.order_no, frame.then, lead)


def _ask_code(turn: Turn, order_no: str, wish: str | None, lead: str) -> Step:
    """The question for the code; what stands before it is said just now, and not when the question is put again."""
    asked = ask(turn, FLOW, Question("code", turn.say("verify.code", order_no=order_no), _choices(turn)))
    (first,) = asked.replies
    return _waiting(replace(asked, replies=(replace(first, text=f"{lead}\n{first.text}"),)), order_no, wish)


def _choices(turn: Turn) -> tuple[Choice, ...]:
    return (
        turn.choice("code_again", "verify:code"),
        turn.choice("other_number", "verify:order"),
        *(sharing(turn) if proof_frame(turn.conversation) is None else ()),
        turn.human(),
        turn.choice("cancel", "cancel"),
    )


def _waiting(step: Step, order_no: str | None, wish: str | None) -> Step:
    """The step with the order and the wish kept in its frame."""
    frame = replace(step.conversation.stack[-1], order_no=order_no, then=wish)
    return replace(step, conversation=replace(step.conversation, stack=(frame,)))


def _named(command: Command) -> str | None:
    match command:
        case SetOrder(order_no) | AskDelivery(order_no) | ReportDone(order_no):
            return order_no
        case _:
            return None
