"""Commands: what a message asks of the dialog. Buttons, words and models all come to these, and nothing else acts.

flows/routes.commands_of() makes them, engine.step() carries them out. A message may hold several: settings fill what
is known about the refund, and at most one command acts on it. Codes are the contract's.
"""

from typing import Literal

from dialogs.messages import Locale
from refund_core.values import value


@value(frozen=True, slots=True)
class StartRefund:
    """A refund (or an exchange, or a cancellation) is wished for."""


@value(frozen=True, slots=True)
class StartOver:
    """Everything told so far is forgotten and the refund is asked for anew."""


@value(frozen=True, slots=True)
class MoreOrders:
    """Further orders to choose from, by the page."""

    page: int


@value(frozen=True, slots=True)
class SetOrder:
    """The order that this is about."""

    order_no: str


@value(frozen=True, slots=True)
class SetLines:
    """Lines of the order by their numbers, None for all that is left of one; is_all means whatever can be claimed."""

    lines: tuple[tuple[str, int | None], ...] = ()
    is_all: bool = False


@value(frozen=True, slots=True)
class SetGoods:
    """Goods named in words, to be found among the titles of the order."""

    words: str


@value(frozen=True, slots=True)
class AddGoods:
    """Goods, or an order, wished for beside what is being talked about: these too, or afterwards."""

    words: str
    order_no: str | None = None


@value(frozen=True, slots=True)
class SetQuantity:
    """How many pieces; option is the number on a button where the number may mean that as well."""

    quantity: int | None = None
    option: int | None = None


@value(frozen=True, slots=True)
class SetReason:
    """Why."""

    reason: str


@value(frozen=True, slots=True)
class SetRemedy:
    """What should happen to the goods; an empty one takes a wish back: the money, and the rules say the rest."""

    remedy: str


@value(frozen=True, slots=True)
class SetResolution:
    """Where the money or its substitute should go."""

    resolution: str


Setting = SetOrder | SetLines | SetGoods | SetQuantity | SetReason | SetRemedy | SetResolution


@value(frozen=True, slots=True)
class Correct:
    """Something said before was wrong: the setting that takes its place, or None where only the mistake was named."""

    setting: Setting | None = None


@value(frozen=True, slots=True)
class TakeOffer:
    """One of the offers shown is taken, or all of them are declined."""

    offer_id: str
    is_accepted: bool = True


@value(frozen=True, slots=True)
class Confirm:
    """The answer to the confirmation shown; only its buttons, or a plain yes or no to it, ever make this."""

    is_yes: bool


@value(frozen=True, slots=True)
class SendPictures:
    """Pictures came with the message."""

    is_asked: bool = True


@value(frozen=True, slots=True)
class AddPictures:
    """Pictures are to be added to a case."""

    case_no: str


@value(frozen=True, slots=True)
class AddNote:
    """Words that describe what happened, kept for whoever looks at the case."""


@value(frozen=True, slots=True)
class TellCase:
    """A fact, or another wish, for a case being handled; an empty wish takes one back, reason is for a new case.

    sum_wished is another sum than those on offer, empty where just more is wished for.
    """

    case_no: str
    wish: str | None = None
    reason: str | None = None
    sum_wished: str | None = None


@value(frozen=True, slots=True)
class GoOn:
    """No (more) pictures; on to the answer."""


@value(frozen=True, slots=True)
class AskStatus:
    """How is a refund getting on: that case, or the newest ones."""

    case_no: str | None = None


@value(frozen=True, slots=True)
class AskDelivery:
    """Where is the order."""

    order_no: str | None = None


@value(frozen=True, slots=True)
class AskPolicy:
    """What are the rules; topic is one of nlu/topics, None where it was not found."""

    topic: str | None = None
    order_no: str | None = None


@value(frozen=True, slots=True)
class OtherPayee:
    """The money should go elsewhere than it came from."""


@value(frozen=True, slots=True)
class Withdraw:
    """A case is to end without payment; is_sure after it was asked whether to."""

    case_no: str | None = None
    is_sure: bool = False


@value(frozen=True, slots=True)
class Appeal:
    """A refusal is not accepted."""

    case_no: str | None = None


@value(frozen=True, slots=True)
class GoodsSent:
    """The goods are on their way back, by that parcel."""

    case_no: str | None = None
    tracking_no: str | None = None


@value(frozen=True, slots=True)
class ReportDone:
    """Something was done; order_no where one was named."""

    order_no: str | None = None


@value(frozen=True, slots=True)
class Verify:
    """Who is talking is to be checked: by "order" or by "code".

    "phone": the platform told us their phone, and who has it was looked up before this. "other_phone": what they told
    us is not their own phone, so it was looked up for nobody.
    """

    by: str


@value(frozen=True, slots=True)
class GiveCode:
    """The digits that came by SMS."""

    code: str


@value(frozen=True, slots=True)
class HandOver:
    """A person, now."""


@value(frozen=True, slots=True)
class Back:
    """One question back."""


@value(frozen=True, slots=True)
class Cancel:
    """Leave what is being talked about."""


Talk = Literal["greeting", "thanks", "anger", "closing", "off_topic", "bot"]


@value(frozen=True, slots=True)
class SmallTalk:
    """Said without a wish."""

    kind: Talk


@value(frozen=True, slots=True)
class AskAgain:
    """The question again; is_choice_open: a yes that leaves open which of several is meant."""

    is_choice_open: bool = False


@value(frozen=True, slots=True)
class Clarify:
    """Either of two readings (intents by their names): the consumer says which."""

    first: str
    second: str


@value(frozen=True, slots=True)
class Stale:
    """A button that no longer fits."""


@value(frozen=True, slots=True)
class Speak:
    """The language was chosen: what is open is put in it."""

    locale: Locale


@value(frozen=True, slots=True)
class Miss:
    """Not understood."""


Opening = StartRefund | StartOver | MoreOrders | AddGoods
Moving = Opening | Correct | TakeOffer | Confirm | SendPictures | AddNote | TellCase | GoOn | Back | Cancel
OfCase = AskStatus | Withdraw | Appeal | GoodsSent | AddPictures
Asking = OfCase | AskDelivery | AskPolicy | OtherPayee | ReportDone | Verify | GiveCode
Talking = HandOver | SmallTalk | AskAgain | Clarify | Speak | Stale | Miss
Command = Setting | Moving | Asking | Talking

GUESSABLE = (
    StartRefund, StartOver, SetOrder, SetGoods, SetQuantity, SetReason, SetRemedy, SetResolution, Correct, AskStatus,
    AskDelivery, AskPolicy, HandOver, Cancel, SmallTalk, Clarify, Miss,
)  # fmt: skip
"""What a reading by a model may say: nothing here moves money, takes an offer or withdraws what is under way."""
