"""A till that saves case changes as the database would: it refuses what the constraints refuse, and knows the books."""

from dataclasses import dataclass, field, replace

from refund_core.books import (
    Transfer,
    check_balance,
    check_legs,
    check_line,
    check_payment,
    check_payment_refunds,
    check_reserve,
    check_transfer,
    has_floor,
    payment_effect,
)
from refund_core.cases import SHIPPING, CaseChange, LineHold, Refund, RefundCase
from refund_core.orders import LineUse, Order, OrderFacts, OrderUse, PaymentUse


@dataclass
class Till:
    """One order with everything that was saved about it."""

    order: Order
    cases: dict[str, RefundCase] = field(default_factory=dict)
    lines: dict[str, LineUse] = field(default_factory=dict)
    payments: dict[str, PaymentUse] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    sold: dict[str, tuple[int, int]] = field(default_factory=dict)
    version: int = 1

    def facts(self) -> OrderFacts:
        goods = tuple(use for use in self.lines.values() if not use.line_no.startswith(SHIPPING))
        use = OrderUse(goods, tuple(self.payments.values()), tuple(self._shipping()))
        return OrderFacts("0193-order", self.version, self.order, use)

    def save(self, change: CaseChange | None) -> RefundCase:
        assert change is not None
        case = change.case
        stored = self.cases.get(case.case_no)
        assert (stored.version if stored else 0) == change.previous_version
        assert case.version == change.previous_version + 1
        if change.holds:
            self._end_hold(case.case_no, "release")
            for hold in change.holds:
                self._hold(case.case_no, hold)
        if change.ends_hold:
            self._end_hold(case.case_no, change.ends_hold)
        for refund, was in zip(change.refunds, change.refunds_from, strict=True):
            self._refund(refund, was)
        for transfer in change.transfers:
            assert transfer.key not in self.transfers, f"booked twice: {transfer.key}"
            self.transfers[transfer.key] = transfer
        self.cases[case.case_no] = case
        assert self.first_broken() is None, self.first_broken()
        return case

    def _shipping(self) -> list[LineUse]:
        return [use for use in self.lines.values() if use.line_no.startswith(SHIPPING)]

    def balance(self, account: str) -> int:
        return sum(self._postings(account))

    def refunded(self) -> int:
        return sum(use.refunded_minor for use in self.payments.values())

    def reserved(self) -> int:
        return sum(use.reserved_minor for use in self.payments.values())

    def first_broken(self) -> str | None:
        found = [check_transfer(transfer) for transfer in self.transfers.values()]
        for payment in self.order.payments:
            use = self.payments.get(payment.payment_no, PaymentUse(payment.payment_no))
            sums = {"refunded_minor": use.refunded_minor, "reserved_minor": use.reserved_minor}
            found.append(check_payment(payment.payment_no, captured_minor=payment.amount, **sums))
            rows = [(it.state.value, it.amount.minor) for it in self._refunds_of(payment.payment_no)]
            found.append(check_payment_refunds(payment.payment_no, rows, **sums))
        for use_of in self.lines.values():
            refunded = (use_of.refunded_quantity, use_of.refunded_minor)
            held = (use_of.open_quantity, use_of.open_minor)
            found.append(check_line(use_of.line_no, sold=self.sold[use_of.line_no], refunded=refunded, held=held))
        fee = sum(use.refunded_minor + use.open_minor for use in self._shipping())
        found.append(f"{fee} of the shipping fee" if fee > self.order.shipping_fee else None)
        found += self._broken_refunds()
        return next((fault for fault in found if fault), None)

    def _broken_refunds(self) -> list[str | None]:
        found: list[str | None] = []
        for account in {posting.account for transfer in self.transfers.values() for posting in transfer.postings}:
            if has_floor(account):
                found.append(check_balance(account, self.balance(account), self._postings(account)))
        for refund in self.refunds.values():
            reserved = self.balance(f"reserved:{refund.refund_no}")
            found.append(check_reserve(refund.refund_no, refund.state.value, refund.amount, reserved))
        for case in self.cases.values():
            if case.decision_no:
                rows = [it for it in self.refunds.values() if it.decision_no == case.decision_no]
                legs = [(it.leg, it.state.value, it.amount) for it in rows]
                found.append(check_legs(case.decision_no, case.allocation.total, legs))
        return found

    def _refunds_of(self, payment_no: str) -> list[Refund]:
        return [refund for refund in self.refunds.values() if refund.payment_no == payment_no]

    def _postings(self, account: str) -> list[int]:
        return [
            posting.amount.minor
            for transfer in self.transfers.values()
            for posting in transfer.postings
            if posting.account == account
        ]

    def _refund(self, refund: Refund, was: str) -> None:
        stored = self.refunds.get(refund.refund_no)
        assert (stored.state if stored else "") == was
        effect = payment_effect(was, refund.state, refund.amount)
        use = self.payments.get(refund.payment_no, PaymentUse(refund.payment_no))
        self.payments[refund.payment_no] = PaymentUse(
            refund.payment_no,
            use.refunded_minor + effect.refunded_minor,
            use.reserved_minor + effect.reserved_minor,
        )
        self.refunds[refund.refund_no] = refund

    def _hold(self, case_no: str, hold: LineHold) -> None:
        if hold.line_no == SHIPPING:
            hold = replace(hold, line_no=f"{SHIPPING}:{case_no}")
        use = self.lines.get(hold.line_no, LineUse(hold.line_no))
        assert use.open_case_no is None, f"{hold.line_no} is held by {use.open_case_no}"
        self.sold[hold.line_no] = (hold.sold_quantity, hold.sold_amount.minor)
        self.lines[hold.line_no] = replace(
            use, open_quantity=hold.quantity, open_minor=hold.amount.minor, open_case_no=case_no
        )

    def _end_hold(self, case_no: str, how: str) -> None:
        for use in list(self.lines.values()):
            if use.open_case_no != case_no:
                continue
            quantity = use.refunded_quantity + (use.open_quantity if how == "settle" else 0)
            minor = use.refunded_minor + (use.open_minor if how == "settle" else 0)
            self.lines[use.line_no] = LineUse(use.line_no, quantity, minor)
