"""What a message means: an intent with its confidence and the things named in it."""

from enum import StrEnum
from typing import Protocol

from dialogs.commands import Command
from dialogs.messages import Locale
from refund_core.values import value


class Intent(StrEnum):
    """The contract's intents."""

    REFUND_REQUEST = "refund_request"
    EXCHANGE_REQUEST = "exchange_request"
    CANCEL_ORDER = "cancel_order"
    DELIVERY_HURRY = "delivery_hurry"
    REFUND_STATUS = "refund_status"
    POLICY_QUESTION = "policy_question"
    WITHDRAW_REQUEST = "withdraw_request"
    WANT_HUMAN = "want_human"
    GIVE_REASON = "give_reason"
    AFFIRM = "affirm"
    DENY = "deny"
    CHOOSE = "choose"
    INFORM_DONE = "inform_done"
    GREETING = "greeting"
    THANKS = "thanks"
    ANGER = "anger"
    OTHER = "other"


@value(frozen=True, slots=True)
class Understanding:
    """One reading of one message.

    action is set where the message is, or plainly amounts to, one of the contract's actions (a button's payload, a
    number or yes/no typed for the question just asked, or goods plainly named among the lines or orders just shown).
    confidence is 0 to 1. The entities:

    - reason, remedy, resolution: the contract's codes.
    - order_no, tracking_no: as written. maybe_order_no: a word that is an order's number if the customer has such an
      order; known_order: "yes" where they have. phone: digits, after a + where it had one.
    - quantity: a count of pieces. option: the number of a choice; both in digits.
    - amount: a sum in whole units of its currency, 20 or 12.50.
    - date: a day as nlu/dates.py writes it (2026-11-03, --11-03, -1d); days_meant() there makes days of it.
    - product: what the goods are called; except: what "everything but the cup" leaves out. Both are the customer's
      own words; goods_meant() in nlu/goods.py finds them (or the whole text) among the titles of an order.
    - act: what the sentence does, apart from its topic: request, question, statement, plan or acknowledgement.
    - second: the likeliest other intent, where confidence is low.
    - about: "bot" for the question whether a person answers. pictures: "none" where there are none to send, "later"
      where they are still to come. payee: "other" where the money should go elsewhere than it came from.
    - code: the digits of a code that was asked for; empty where the text says that none came.
    - complaint: "yes" where the words threaten with an authority or a court.

    commands are what a model says outright instead; only those that may be guessed are carried out.
    """

    intent: Intent
    confidence: float = 1.0
    action: str | None = None
    entities: tuple[tuple[str, str], ...] = ()
    locale: Locale | None = None
    commands: tuple[Command, ...] = ()

    def entity(self, name: str) -> str | None:
        """The first entity of that name."""
        return next((value for key, value in self.entities if key == name), None)


@value(frozen=True, slots=True)
class Context:
    """What was just asked: `expecting` is the question's kind, `options` the actions of its buttons in their order.

    merchant is whose customer talks, for a reading that costs money; a reading here needs none.
    """

    expecting: str | None = None
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    merchant: str | None = None


class Nlu(Protocol):
    """Something remote that understands text; the embedded understanding (nlu/embedded.py) never awaits."""

    async def understand(self, text: str, locale: Locale, context: Context) -> Understanding:
        """Read one text; raises nothing for odd input, `other` with confidence 0 is the answer to nonsense."""
