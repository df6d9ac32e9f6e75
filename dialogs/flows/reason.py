"""Asking for a refund, third part: why, and pictures where the reason wants them."""

from collections.abc import Iterable

from dialogs.commands import SetResolution, Setting
from dialogs.conversation import Conversation, Slots
from dialogs.facts import Needs
from dialogs.flows.arrived_late import ask_late, has_arrived, is_late_asked
from dialogs.flows.sets import ask_whole_set, breaks_set, piece_title, whole_choice
from dialogs.flows.turn import Question, Turn, again, ask
from dialogs.flows.verdict import decide_claim
from dialogs.flows.words import items_text, of_wish
from dialogs.messages import InboundMessage
from dialogs.step import Step
from refund_core.allocation import PIECE_REASONS
from refund_core.circumstances import Phase, guess_reason, phase
from refund_core.claims import Reason, Resolution
from refund_core.orders import OrderFacts
from refund_core.replacing import replace

EVIDENCE_MAX = 9
NOTE_LENGTH_MAX = 500
WANTS_PICTURES = frozenset({
    Reason.NOT_AS_DESCRIBED, Reason.QUALITY_DEFECT, Reason.DAMAGED, Reason.WRONG_ITEM, Reason.MISSING_ITEM,
})  # fmt: skip
_ANY_TIME = (Reason.NO_LONGER_WANTED, Reason.ORDERED_BY_MISTAKE)
_DELIVERED = (
    Reason.DAMAGED, Reason.QUALITY_DEFECT, Reason.NOT_AS_DESCRIBED, Reason.WRONG_ITEM, Reason.MISSING_ITEM,
    Reason.SIZE_FIT, *_ANY_TIME, Reason.NOT_RECEIVED, Reason.PRICE_DROP, Reason.OTHER,
)  # fmt: skip
_ON_THE_WAY = (Reason.LATE_SHIPPING, Reason.NOT_RECEIVED, *_ANY_TIME, Reason.REFUSED_DELIVERY, Reason.OTHER)
_TOLD_BEFORE_ARRIVAL = frozenset({Reason.SIZE_FIT, Reason.NOT_RECEIVED})
_COMING_BACK = (Reason.REFUSED_DELIVERY, *_ANY_TIME, Reason.DAMAGED, Reason.OTHER)
_FITTING: dict[Phase, tuple[Reason, ...]] = {
    Phase.UNSHIPPED: (Reason.LATE_SHIPPING, *_ANY_TIME, Reason.PRICE_DROP, Reason.OTHER),
    Phase.LABEL_ONLY: (Reason.LATE_SHIPPING, Reason.FAKE_SHIPMENT, *_ANY_TIME, Reason.OTHER),
    Phase.IN_TRANSIT: _ON_THE_WAY,
    Phase.NONE_KNOWN: (*_ON_THE_WAY[:2], Reason.FAKE_SHIPMENT, *_ON_THE_WAY[2:]),
    Phase.DELIVERED: _DELIVERED,
    Phase.REFUSED: _COMING_BACK,
    Phase.INTERCEPTED: _COMING_BACK,
    Phase.RETURNING: _COMING_BACK,
    Phase.RETURNED: _COMING_BACK,
    Phase.LOST: (Reason.NOT_RECEIVED, Reason.OTHER),
    Phase.MIXED: (Reason.LATE_SHIPPING, *_DELIVERED),
}


def ask_reason(turn: Turn, facts: OrderFacts, slots: Slots) -> Step:
    """Why: the reasons that fit where the goods are; one that was told or is plain from the logistics comes first."""
    fitting = _FITTING[phase(facts.order, [line_no for line_no, _ in slots.lines])]
    if breaks_set(facts, slots.lines):
        return _of_a_piece(turn, facts, slots, fitting)
    if slots.reason == Reason.LATE_SHIPPING and not slots.reason_guessed and has_arrived(facts, slots):
        return ask_late(turn, facts, slots)
    told = slots.reason if slots.reason in fitting or slots.reason in _TOLD_BEFORE_ARRIVAL else None
    if told is not None and not slots.reason_guessed and _can_go_on(turn, slots, told):
        return _with_reason(turn, facts, slots)
    hours = turn.merchant.policy.limits.fake_shipment_hours
    guessed = told or guess_reason(facts, turn.now, fake_shipment_hours=hours)
    key = "reason.ask" if guessed is None else "reason.told" if told is not None else "reason.guessed"
    reasons = fitting if guessed is None else (guessed, *(reason for reason in fitting if reason != guessed))
    items = turn.say(of_wish("reason.item", slots), items=items_text(turn, facts.order, slots.lines))
    text = turn.say(key, reason=turn.code("reason", guessed)) if guessed is not None else turn.say(of_wish(key, slots))
    choices = tuple([turn.choice_of("reason", reason) for reason in reasons])
    question = Question("reason", f"{items}\n{text}", (*choices, turn.choice("back", "back"), turn.human()))
    return ask(turn, "refund", question, slots=replace(slots, reason=guessed, reason_guessed=guessed is not None))


def _of_a_piece(turn: Turn, facts: OrderFacts, slots: Slots, fitting: tuple[Reason, ...]) -> Step:
    """What is wrong with a piece of a set; without a fault the whole set goes back."""
    faults = tuple([reason for reason in fitting if reason in PIECE_REASONS])
    told = slots.reason if not slots.reason_guessed else None
    if not faults or (told is not None and told not in faults):
        return ask_whole_set(turn, facts, replace(slots, reason=told))
    if told is not None and _can_go_on(turn, slots, told):
        return _with_reason(turn, facts, slots)
    title = piece_title(turn, facts, slots.lines)
    choices = (
        *(turn.choice_of("reason", reason) for reason in faults),
        whole_choice(turn, facts, slots.lines),
        turn.choice("back", "back"),
        turn.human(),
    )
    return ask(turn, "refund", Question("reason", turn.say("lines.piece", title=title), choices), slots=slots)


def reason_needs(conversation: Conversation, message: InboundMessage, reason: str) -> Needs:
    """Nothing while pictures are to be asked for; otherwise what deciding takes."""
    if reason in WANTS_PICTURES and not (conversation.slots.evidence or message.attachments):
        return Needs()
    return decision_needs(conversation)


def decision_needs(conversation: Conversation) -> Needs:
    """The order as it is now, the customer's risk signals, and what was given out of the offers' caps."""
    return Needs(order_no=conversation.slots.order_no, risk=True, offer_use=True)


def choose_reason(turn: Turn, reason: str) -> Step:
    """A reason was given: ask for pictures where it wants them, else decide."""
    slots, facts = replace(turn.slots, reason=reason, reason_guessed=False), turn.facts.order
    if reason == Reason.LATE_SHIPPING and facts is not None and has_arrived(facts, slots):
        if not is_late_asked(turn.conversation):
            return ask_late(turn, facts, slots)
        slots = replace(slots, resolution=Resolution.KEEP_ITEM_PARTIAL.value)
    elif is_late_asked(turn.conversation):
        slots = replace(slots, note=noted_words(slots, turn.code("reason", Reason.LATE_SHIPPING)))
    if turn.message.attachments:
        slots = _with_pictures(slots, turn.message)
    if reason in WANTS_PICTURES and not slots.evidence:
        return _ask_evidence(turn, slots)
    return decide_claim(turn, slots, facts)


def _can_go_on(turn: Turn, slots: Slots, reason: str) -> bool:
    """True where the next step asks for pictures, or all that deciding takes was read."""
    return (reason in WANTS_PICTURES and not slots.evidence) or turn.facts.risk is not None


def _with_reason(turn: Turn, facts: OrderFacts, slots: Slots) -> Step:
    """The reason was told before: say what was understood, and go on to what is open."""
    if slots.reason in WANTS_PICTURES and not slots.evidence:
        taken = _ask_evidence(turn, slots)
    else:
        taken = decide_claim(turn, slots, facts)
    items = items_text(turn, facts.order, slots.lines)
    noted = turn.say(
        of_wish("told.noted", slots), items=items, reason=turn.code("reason", slots.reason or Reason.OTHER)
    )
    first = taken.replies[0]
    return replace(taken, replies=(replace(first, text=f"{noted}\n{first.text}"), *taken.replies[1:]))


def noted_words(slots: Slots, text: str | None) -> str | None:
    """What is said of the case so far, with these words."""
    if not text:
        return slots.note
    cleaned = text.encode("utf-8", "replace").decode("utf-8")
    return (cleaned if slots.note is None else f"{slots.note}\n{cleaned}")[:NOTE_LENGTH_MAX]


def with_terms(slots: Slots, settings: Iterable[Setting], text: str | None) -> Slots:
    """On which terms the goods would stay, in the customer's words: for whoever decides about that."""
    is_kept = SetResolution(Resolution.KEEP_ITEM_PARTIAL.value) in settings
    return replace(slots, note=noted_words(slots, text)) if is_kept else slots


def take_pictures(turn: Turn) -> Step:
    """Pictures came: keep them and let the consumer send more or go on."""
    kept = _with_pictures(turn.slots, turn.message)
    if turn.asking != "evidence":
        picture = replace(turn, conversation=replace(turn.conversation, slots=kept))
        return again(picture, "picture_noted")
    question = Question(
        "evidence",
        turn.say("evidence.more", count=len(kept.evidence)),
        (turn.choice("go_on", "evidence:skip"), turn.choice("back", "back"), turn.human()),
    )
    return ask(turn, "refund", question, slots=kept)


def take_note(turn: Turn) -> Step:
    """Words instead of pictures: they are kept for whoever looks at the case, and the question stays."""
    noted = replace(turn.slots, note=noted_words(turn.slots, turn.message.text))
    return again(replace(turn, conversation=replace(turn.conversation, slots=noted)), "done_noted")


def without_more_pictures(turn: Turn) -> Step:
    """Enough pictures, or none: decide."""
    return decide_claim(turn, turn.slots, turn.facts.order)


def _ask_evidence(turn: Turn, slots: Slots) -> Step:
    choices = (turn.choice("skip", "evidence:skip"), turn.choice("back", "back"), turn.human())
    return ask(turn, "refund", Question("evidence", turn.say("evidence.ask"), choices), slots=slots)


def _with_pictures(slots: Slots, message: InboundMessage) -> Slots:
    evidence = tuple(dict.fromkeys((*slots.evidence, *message.attachments)))[:EVIDENCE_MAX]
    return replace(slots, evidence=evidence, note=noted_words(slots, message.text))
