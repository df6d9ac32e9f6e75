"""Cases that this process has read or saved, never more than so many; the database tells whether they still hold."""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from refund_core.cases import RefundCase
from refund_core.replacing import replace


class KnownCases:
    """Case documents by merchant and case number, each with its version; what was paid is never kept."""

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._cases: OrderedDict[tuple[UUID, str], RefundCase] = OrderedDict()

    def put(self, merchant_id: UUID, case: RefundCase) -> None:
        """Keep a case as it is now; the one kept longest goes when there are too many."""
        key = (merchant_id, case.case_no)
        self._cases[key] = replace(case, refunds=()) if case.refunds else case
        self._cases.move_to_end(key)
        if len(self._cases) > self._count_max:
            self._cases.popitem(last=False)

    def likely(self, questions: Iterable[tuple[UUID, str | None]]) -> dict[UUID, RefundCase]:
        """Known cases that are asked for by (merchant, case number), by their ids."""
        found = (self._cases.get((merchant_id, case_no)) for merchant_id, case_no in questions if case_no is not None)
        return {UUID(case.case_id): case for case in found if case is not None}
