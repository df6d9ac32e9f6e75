"""The sandbox's own ledger: an SQLite file that survives SIGKILL; what it says was paid, was paid."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.payments.sandbox.parse import RefundAnswer, RefundRequest

_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    merchant TEXT, payment_no TEXT, captured INTEGER NOT NULL, currency TEXT NOT NULL,
    PRIMARY KEY (merchant, payment_no)
);
CREATE TABLE IF NOT EXISTS refund (
    merchant TEXT, refund_no TEXT, gateway_refund_id TEXT NOT NULL, payment_no TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, state TEXT NOT NULL, notify_url TEXT NOT NULL, created_at REAL NOT NULL, settle_at REAL,
    settle_to TEXT, settled_at REAL, PRIMARY KEY (merchant, refund_no)
);
CREATE INDEX IF NOT EXISTS refund_to_settle ON refund (settle_at) WHERE settle_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS refund_of_payment ON refund (merchant, payment_no);
CREATE TABLE IF NOT EXISTS movement (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, refund_no TEXT NOT NULL, payment_no TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, refund_no TEXT NOT NULL, url TEXT NOT NULL, body BLOB NOT NULL,
    is_forged INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS notice_due ON notice (due_at);
"""
_REFUND = "SELECT refund_no, payment_no, gateway_refund_id, amount, currency, state, settled_at FROM refund "


class RequestRefused(Exception):
    """The ledger does not take it: an HTTP status and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Settling:
    """How an accepted refund will go on: what it becomes, and when (None = never by itself)."""

    state: str
    to: str | None
    at: float | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A refund that has just got its last word, and who is to be told."""

    merchant: str
    refund: RefundAnswer
    notify_url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to send."""

    notice_id: int
    merchant: str
    url: str
    body: bytes
    is_forged: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went back to a payer."""

    refund_no: str
    payment_no: str
    amount: int
    currency: str
    at: float


class Ledger:
    """Refunds, the money moved, and the notices still to send."""

    __slots__ = ("_connection",)

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def refund(self, merchant: str, refund_no: str) -> RefundAnswer | None:
        """The refund of that number."""
        row = self._connection.execute(
            _REFUND + "WHERE merchant = ? AND refund_no = ?", (merchant, refund_no)
        ).fetchone()
        return RefundAnswer(*row) if row else None

    def accept(self, merchant: str, asked: RefundRequest, settling: Settling, *, now: float) -> RefundAnswer:
        """Book a request once; the same again changes nothing. Raises RequestRefused."""
        with self._writing():
            known = self.refund(merchant, asked.refund_no)
            if known is None:
                self._check_payment(merchant, asked)
                self._insert(merchant, asked, settling, now)
            elif (known.amount, known.payment_no, known.currency) != (asked.amount, asked.payment_no, asked.currency):
                raise RequestRefused(409, "DIFFERENT_AMOUNT")
        accepted = self.refund(merchant, asked.refund_no)
        assert accepted is not None  # noqa: S101 - written above
        return accepted

    def settle_due(self, *, now: float, limit: int = 100) -> list[Settled]:
        """Give their last word to all whose time has come; money moves in the same commit."""
        with self._writing():
            due = self._connection.execute(
                "SELECT merchant, refund_no, settle_to, notify_url FROM refund "
                "WHERE settle_at <= ? ORDER BY settle_at LIMIT ?",
                (now, limit),
            ).fetchall()
            return [self._settle(merchant, refund_no, to, url, now) for merchant, refund_no, to, url in due]

    def next_due(self) -> float | None:
        """When the next refund settles or the next notice goes out."""
        row = self._connection.execute(
            "SELECT min(due) FROM (SELECT min(settle_at) AS due FROM refund WHERE settle_at IS NOT NULL "
            "UNION ALL SELECT min(due_at) FROM notice)"
        ).fetchone()
        return row[0] if row else None

    def add_notice(self, settled: Settled, body: bytes, *, due_at: float, is_forged: bool = False) -> None:
        """Remember a notice to send."""
        self._connection.execute(
            "INSERT INTO notice (merchant, refund_no, url, body, is_forged, due_at) VALUES (?, ?, ?, ?, ?, ?)",
            (settled.merchant, settled.refund.refund_no, settled.notify_url, body, is_forged, due_at),
        )

    def due_notices(self, *, now: float, limit: int = 50) -> list[Notice]:
        """Notices whose time has come."""
        rows = self._connection.execute(
            "SELECT id, merchant, url, body, is_forged, attempts FROM notice WHERE due_at <= ? ORDER BY due_at LIMIT ?",
            (now, limit),
        ).fetchall()
        return [Notice(row[0], row[1], row[2], row[3], bool(row[4]), row[5]) for row in rows]

    def notice_sent(self, notice: Notice) -> None:
        """It was taken, or was tried often enough."""
        self._connection.execute("DELETE FROM notice WHERE id = ?", (notice.notice_id,))

    def notice_later(self, notice: Notice, *, due_at: float) -> None:
        """It was not taken: again at that time."""
        self._connection.execute(
            "UPDATE notice SET due_at = ?, attempts = attempts + 1 WHERE id = ?", (due_at, notice.notice_id)
        )

    def bill(self, merchant: str, *, after: str = "", limit: int = 500) -> list[RefundAnswer]:
        """The merchant's refunds by number, those beyond `after`."""
        rows = self._connection.execute(
            _REFUND + "WHERE merchant = ? AND refund_no > ? ORDER BY refund_no LIMIT ?", (merchant, after, limit)
        )
        return [RefundAnswer(*row) for row in rows]

    def movements(self, merchant: str) -> list[Movement]:
        """All money that went back for the merchant, oldest first."""
        rows = self._connection.execute(
            "SELECT refund_no, payment_no, amount, currency, at FROM movement WHERE merchant = ? ORDER BY id",
            (merchant,),
        )
        return [Movement(*row) for row in rows]

    def _check_payment(self, merchant: str, asked: RefundRequest) -> None:
        if asked.amount < 1 or asked.captured < 1:
            raise RequestRefused(400, "PARAM_ERROR")
        self._connection.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET captured = max(captured, excluded.captured)",
            (merchant, asked.payment_no, asked.captured, asked.currency),
        )
        captured, currency = self._connection.execute(
            "SELECT captured, currency FROM payment WHERE merchant = ? AND payment_no = ?", (merchant, asked.payment_no)
        ).fetchone()
        (used,) = self._connection.execute(
            "SELECT coalesce(sum(amount), 0) FROM refund WHERE merchant = ? AND payment_no = ? AND state <> 'CLOSED'",
            (merchant, asked.payment_no),
        ).fetchone()
        if currency != asked.currency:
            raise RequestRefused(400, "PARAM_ERROR")
        if used + asked.amount > captured:
            raise RequestRefused(403, "BEYOND_PAYMENT")

    def _insert(self, merchant: str, asked: RefundRequest, settling: Settling, now: float) -> None:
        (number,) = self._connection.execute("SELECT coalesce(max(rowid), 0) + 1 FROM refund").fetchone()
        self._connection.execute(
            "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                merchant,
                asked.refund_no,
                f"sandbox-{number:010d}",
                asked.payment_no,
                asked.amount,
                asked.currency,
                settling.state,
                asked.notify_url,
                now,
                settling.at,
                settling.to,
            ),
        )

    def _settle(self, merchant: str, refund_no: str, to: str, notify_url: str, now: float) -> Settled:
        self._connection.execute(
            "UPDATE refund SET state = ?, settle_at = NULL, settled_at = ? WHERE merchant = ? AND refund_no = ?",
            (to, now, merchant, refund_no),
        )
        refund = self.refund(merchant, refund_no)
        assert refund is not None  # noqa: S101 - updated above
        if to == "SUCCESS":
            self._connection.execute(
                "INSERT INTO movement (merchant, refund_no, payment_no, amount, currency, at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (merchant, refund_no, refund.payment_no, refund.amount, refund.currency, now),
            )
        return Settled(merchant, refund, notify_url)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
