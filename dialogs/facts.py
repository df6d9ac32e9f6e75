"""Facts: what a turn may look at, fetched before the engine runs; and needs(): what this turn wants fetched."""

from datetime import datetime

from dialogs.hours import StaffHours
from dialogs.proof import ProofFacts, ProofLimits, ProofWanted
from dialogs.texts.catalogue import NO_TEXTS, OwnTexts
from refund_core.cases import RefundCase
from refund_core.offers import OfferRules, OfferUse
from refund_core.orders import OrderFacts
from refund_core.policy import Policy
from refund_core.risk import RiskSignals
from refund_core.values import value


@value(frozen=True, slots=True)
class Needs:
    """Which facts a turn wants; an empty one costs no database read at all.

    order_no: that order with its use. maybe_order_no: words that are an order's number if the customer has such an
    order. recent_orders: how many of the customer's newest orders, whole. case_no: that case. cases: the customer's
    newest cases, open first. risk: the customer's signals. offer_use: what was already given out of the offers' caps.
    is_queue_asked: how many wait for a person, since before waiting_since where this customer waits themselves.
    proof: the codes of an order; where a code is given, the other facts are found only if it is right, and then for
    the customer whose order it is.
    pictures: with risk, whether these are in cases on other orders too.
    """

    order_no: str | None = None
    recent_orders: int = 0
    case_no: str | None = None
    cases: int = 0
    risk: bool = False
    offer_use: bool = False
    maybe_order_no: str | None = None
    proof: ProofWanted | None = None
    is_queue_asked: bool = False
    waiting_since: datetime | None = None
    pictures: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        """True when nothing has to be fetched."""
        return self == _NOTHING

    def together(self, other: "Needs") -> "Needs":
        """What two parts of one message want; the first one's order and case, where both name one."""
        return Needs(
            self.order_no or other.order_no,
            max(self.recent_orders, other.recent_orders),
            self.case_no or other.case_no,
            max(self.cases, other.cases),
            self.risk or other.risk,
            self.offer_use or other.offer_use,
            self.maybe_order_no or other.maybe_order_no,
            self.proof or other.proof,
            self.is_queue_asked or other.is_queue_asked,
            self.waiting_since or other.waiting_since,
            self.pictures or other.pictures,
        )


_NOTHING = Needs()


@value(frozen=True, slots=True)
class Merchant:
    """What the dialog may know of the merchant.

    texts are its own wordings; hours when its staff are there;
    gateways the payment methods that can be refunded by a gateway. proof is None
    where no code can be sent to phones.
    """

    slug: str
    name: str
    currency: str
    timezone: str
    policy: Policy
    offer_rules: OfferRules
    texts: OwnTexts = NO_TEXTS
    hours: StaffHours | None = None
    gateways: frozenset[str] = frozenset({"sandbox"})
    proof: ProofLimits | None = None


@value(frozen=True, slots=True)
class Facts:
    """What was found; None or empty for what was not asked for or does not exist (or is another customer's)."""

    merchant: Merchant
    order: OrderFacts | None = None
    recent_orders: tuple[OrderFacts, ...] = ()
    case: RefundCase | None = None
    cases: tuple[RefundCase, ...] = ()
    risk: RiskSignals | None = None
    offer_use: OfferUse | None = None
    maybe_order: OrderFacts | None = None
    proof: ProofFacts | None = None
    waiting_before: int | None = None
